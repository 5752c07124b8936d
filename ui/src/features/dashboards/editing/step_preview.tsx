// SPDX-License-Identifier: Apache-2.0
// The first rows of the tables that a step takes or gives.
import { useState } from 'react';
import { timestampMs } from '@/base/brand';
import { plural } from '@/base/number_format';
import { formatDateTime, type Zone } from '@/base/time_format';
import { columnsOf, type StepColumn } from '@/model/dashboard/editing/transformations';
import type { Frame, Value } from '@/model/dashboard/frame';
import { ChoiceField } from '@/widgets/fields';
import { usePreferences } from '@/widgets/preferences';
import { SelectField } from './small_fields';
import styles from './editing.module.css';

interface StepPreviewProps {
  label: string;
  before: readonly Frame[];
  after: readonly Frame[];
}

const rowsMax = 30;
const columnsMax = 40;

function cellText(value: Value, column: StepColumn, zone: Zone): string {
  if (value === null) return '';
  if (column.type === 'time' && typeof value === 'number') return formatDateTime(timestampMs(value), zone);
  return String(value);
}

export function StepPreview({ label, before, after }: StepPreviewProps) {
  const [side, setSide] = useState('after');
  const [at, setAt] = useState(0);
  const { zone } = usePreferences();
  const frames = side === 'after' ? after : before;
  const shown = frames[Math.min(at, frames.length - 1)];
  const columns = shown ? columnsOf(shown, frames, side === 'after' ? before : null).slice(0, columnsMax) : [];
  const rows = Array.from({ length: Math.min(shown?.length ?? 0, rowsMax) }, (_, row) => row);
  const named = frames.map((of, i) => ({
    value: i,
    name: `${of.name || (columnsOf(of, frames, null).at(-1)?.name ?? '')} (${of.refId}, ${of.length})`,
  }));
  return (
    <div className={styles['itemBody']} role="region" aria-label={label}>
      <div className={styles['row']}>
        <ChoiceField
          label="Which data"
          value={side}
          onChange={setSide}
          choices={[
            { value: 'before', label: 'Before' },
            { value: 'after', label: 'After' },
          ]}
        />
        {frames.length > 1 && (
          <SelectField
            label="Table"
            value={Math.min(at, frames.length - 1)}
            options={named}
            onChange={(i) => setAt(Number(i))}
          />
        )}
        <span className={styles['help']} role="status">
          {shown
            ? [plural(frames.length, 'table'), plural(shown.fields.length, 'field'), plural(shown.length, 'row')].join(
                ', ',
              ) + (shown.length > rowsMax ? `; the first ${rowsMax} are shown` : '')
            : 'There is no data here.'}
        </span>
      </div>
      {shown && (
        <div className={styles['table']} tabIndex={0} role="group" aria-label="Rows">
          <table>
            <thead>
              <tr>
                {columns.map((column, i) => (
                  <th key={i} scope="col" data-new={column.isNew || undefined} title={column.name}>
                    {column.name}
                    <small>{column.isNew ? `${column.type}, new` : column.type}</small>
                  </th>
                ))}
              </tr>
            </thead>
            <tbody>
              {rows.map((row) => (
                <tr key={row}>
                  {columns.map((column, i) => (
                    <td key={i} data-number={column.type === 'number' || undefined}>
                      {cellText(shown.fields[i]?.values[row] ?? null, column, zone)}
                    </td>
                  ))}
                </tr>
              ))}
            </tbody>
          </table>
        </div>
      )}
    </div>
  );
}
