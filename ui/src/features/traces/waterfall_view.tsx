// SPDX-License-Identifier: Apache-2.0
// The waterfall with its tools: overview, search, folding, critical path, and the chosen span.
import { ChevronsDownUp, ChevronsUpDown, ChevronDown, ChevronUp } from 'lucide-react';
import { useMemo, useState } from 'react';
import { plural } from '@/base/number_format';
import { SpanFinder } from '@/model/span_finder';
import type { Span, Trace } from '@/model/trace';
import { Button, IconButton } from '@/widgets/button';
import { Card } from '@/widgets/card';
import { SearchField, SwitchField } from '@/widgets/fields';
import { useUrlText } from '@/widgets/url_state';
import { SpanPanel } from './span_panel';
import { TraceMinimap } from './trace_minimap';
import { useServiceColors } from './trace_colors';
import { useFold } from './use_fold';
import { Waterfall, type ViewWindow } from './waterfall';
import styles from './traces.module.css';

export function WaterfallView({ trace }: { trace: Trace }) {
  const colors = useServiceColors(trace);
  const fold = useFold(trace);
  const [text, setText] = useUrlText('find');
  const [spanId, setSpanId] = useUrlText('span');
  const [showsPath, setShowsPath] = useState(true);
  const whole: ViewWindow = useMemo(() => ({ fromUs: 0, toUs: trace.durationUs || 1 }), [trace]);
  const [view, setView] = useState(whole);
  const selected = useMemo(() => trace.find(spanId), [trace, spanId]);
  const finder = useMemo(() => new SpanFinder(trace), [trace]);
  const words = text.trim().toLowerCase().split(/\s+/).filter(Boolean);
  const found = useMemo(
    () => (words.length === 0 ? null : finder.find(words)),
    // The words are made from the text.
    // eslint-disable-next-line react-hooks/exhaustive-deps
    [finder, text],
  );
  const foundSet = useMemo(() => (found ? new Set(found) : null), [found]);
  const select = (span: Span | null): void => setSpanId(span?.id ?? '');
  const step = (by: 1 | -1): void => {
    if (!found || found.length === 0) return;
    const at = selected ? found.indexOf(selected) : -1;
    const next = found[(at + by + found.length) % found.length] as Span;
    fold.reveal(next);
    select(next);
  };

  return (
    <div className={styles['split']} data-open={selected ? true : undefined}>
      <Card>
        <TraceMinimap trace={trace} view={view} colors={colors} onView={setView} />
        <div className={styles['tools']}>
          <div className={styles['find']}>
            <SearchField
              label="Find in this trace"
              placeholder="Find: name, attribute=value"
              value={text}
              onChange={setText}
            />
          </div>
          {found && (
            <>
              <span className={styles['count']}>{plural(found.length, 'span')}</span>
              <IconButton label="Previous" onClick={() => step(-1)} disabled={found.length === 0}>
                <ChevronUp />
              </IconButton>
              <IconButton label="Next" onClick={() => step(1)} disabled={found.length === 0}>
                <ChevronDown />
              </IconButton>
            </>
          )}
          <div className={styles['spacer']} />
          <SwitchField label="Critical path" value={showsPath} onChange={setShowsPath} />
          <IconButton label="Fold below the second level" onClick={() => fold.foldTo(1)}>
            <ChevronsDownUp />
          </IconButton>
          <IconButton label="Unfold everything" onClick={fold.unfoldAll}>
            <ChevronsUpDown />
          </IconButton>
          {view !== whole && <Button onClick={() => setView(whole)}>Whole trace</Button>}
        </div>
        <Waterfall
          trace={trace}
          fold={fold}
          view={view}
          colors={colors}
          selected={selected}
          onSelect={select}
          found={foundSet}
          showsCriticalPath={showsPath}
        />
        <ServiceLegend trace={trace} color={colors} />
      </Card>
      {selected && <SpanPanel trace={trace} span={selected} onClose={() => select(null)} />}
    </div>
  );
}

function ServiceLegend({ trace, color }: { trace: Trace; color: (service: string) => string }) {
  return (
    <ul className={styles['legend']} aria-label="Services">
      {trace.services.map((service) => (
        <li key={service.name}>
          <span className={styles['swatch']} style={{ background: color(service.name) }} />
          {service.name} <span className={styles['when']}>{service.spans}</span>
          {service.errors > 0 && <span className={styles['bad']}>{plural(service.errors, 'error')}</span>}
        </li>
      ))}
    </ul>
  );
}
