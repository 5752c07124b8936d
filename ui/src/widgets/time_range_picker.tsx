// SPDX-License-Identifier: Apache-2.0
import { Clock } from 'lucide-react';
import { useState, type FormEvent } from 'react';
import {
  displayEnd,
  encodeEnd,
  parseEnd,
  quickRanges,
  rangeLabel,
  resolveRange,
  type ResolvedRange,
  type TimeRange,
} from '@/model/time_range';
import { formatDateTime, type Zone } from '@/base/time_format';
import { nowMs } from '@/base/brand';
import { Button } from './button';
import { ChoiceField, TextField } from './fields';
import { Popup } from './popup';
import { usePreferences } from './preferences';
import styles from './time_controls.module.css';

interface PickerProps {
  range: TimeRange;
  resolved: ResolvedRange;
  onChange: (range: TimeRange) => void;
}

export function TimeRangePicker({ range, resolved, onChange }: PickerProps) {
  const [isOpen, setOpen] = useState(false);
  const zone = usePreferences((p) => p.zone);
  const pick = (next: TimeRange): void => {
    onChange(next);
    setOpen(false);
  };
  const exact = `${formatDateTime(resolved.from, zone)} → ${formatDateTime(resolved.to, zone)}`;
  return (
    <Popup
      label="Time range"
      open={isOpen}
      onOpenChange={setOpen}
      className={styles['picker']}
      trigger={
        <Button icon={<Clock />} title={exact} className={styles['range']}>
          {rangeLabel(range, zone)}
          {zone === 'utc' && <span className={styles['zone']}> UTC</span>}
        </Button>
      }
    >
      <div className={styles['columns']}>
        <CustomRange range={range} onChange={pick} />
        <ul className={styles['quick']} aria-label="Quick ranges">
          {quickRanges.map((quick) => (
            <li key={quick.label}>
              <button
                type="button"
                className={styles['quickItem']}
                aria-current={encodeEnd(range.from) === encodeEnd(quick.range.from) && encodeEnd(range.to) === 'now'}
                onClick={() => pick(quick.range)}
              >
                Last {quick.label}
              </button>
            </li>
          ))}
        </ul>
      </div>
    </Popup>
  );
}

function CustomRange({ range, onChange }: { range: TimeRange; onChange: (range: TimeRange) => void }) {
  const { zone, setZone } = usePreferences();
  const [from, setFrom] = useState(displayEnd(range.from, zone));
  const [to, setTo] = useState(displayEnd(range.to, zone));
  const parsedFrom = parseEnd(from, zone);
  const parsedTo = parseEnd(to, zone);
  const next = parsedFrom && parsedTo ? { from: parsedFrom, to: parsedTo } : null;
  const isBackwards = next !== null && endsBeforeStart(next);
  // The same points in time, written in the other zone.
  const changeZone = (next: Zone): void => {
    if (parsedFrom) setFrom(displayEnd(parsedFrom, next));
    if (parsedTo) setTo(displayEnd(parsedTo, next));
    setZone(next);
  };
  const submit = (event: FormEvent): void => {
    event.preventDefault();
    if (next && !isBackwards) onChange(next);
  };
  return (
    <form className={styles['custom']} onSubmit={submit}>
      <label>
        From
        <TextField
          label="From"
          value={from}
          onChange={setFrom}
          isInvalid={parsedFrom === null || isBackwards}
          className="mono"
        />
      </label>
      <label>
        To
        <TextField
          label="To"
          value={to}
          onChange={setTo}
          isInvalid={parsedTo === null || isBackwards}
          className="mono"
        />
      </label>
      <p className={styles['help']} role="status">
        {isBackwards ? 'The start is after the end.' : 'now-6h, 90m, or 2026-11-23 14:05:00'}
      </p>
      <Button type="submit" look="primary" disabled={next === null || isBackwards}>
        Apply
      </Button>
      <div className={styles['zoneChoice']}>
        <span>Times in</span>
        <ChoiceField
          label="Time zone"
          value={zone}
          onChange={changeZone}
          choices={[
            { value: 'local', label: 'Local' },
            { value: 'utc', label: 'UTC' },
          ]}
        />
      </div>
      <p className={styles['help']}>{Intl.DateTimeFormat().resolvedOptions().timeZone} is the zone of this browser.</p>
    </form>
  );
}

function endsBeforeStart(range: TimeRange): boolean {
  const now = nowMs();
  const resolvedTo = resolveRange(range, now).to;
  const from = range.from.kind === 'absolute' ? range.from.time : now - range.from.back;
  return from >= resolvedTo;
}
