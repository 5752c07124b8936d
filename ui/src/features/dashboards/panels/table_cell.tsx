// SPDX-License-Identifier: Apache-2.0
import { withAlpha } from '@/model/dashboard/colors';
import { showValue, shownText, type Look } from '@/model/dashboard/display';
import type { Value } from '@/model/dashboard/frame';
import type { Scope } from '@/model/dashboard/interpolate';
import type { TableColumn } from '@/model/dashboard/view_table';
import { textColor } from '@/model/dashboard/contrast';
import { inkOn } from '@/model/dashboard/view_values';
import { linkOf } from './value_link';
import styles from './panels.module.css';

function Trend({ written, color }: { written: string; color: string }) {
  const values = (JSON.parse(written) as (number | null)[]).map((value) => value ?? 0);
  const max = Math.max(...values, 1e-12);
  const min = Math.min(...values, 0);
  const points = values.map(
    (value, i) =>
      `${((i / Math.max(values.length - 1, 1)) * 100).toFixed(1)},${(19 - ((value - min) / (max - min)) * 18).toFixed(1)}`,
  );
  return (
    <svg viewBox="0 0 100 20" preserveAspectRatio="none" width="100%" height={22} aria-hidden>
      <polygon points={`0,20 ${points.join(' ')} 100,20`} fill={withAlpha(color, 0.2)} />
      <polyline
        points={points.join(' ')}
        fill="none"
        stroke={color}
        strokeWidth={1.4}
        vectorEffect="non-scaling-stroke"
      />
    </svg>
  );
}

interface TableCellProps {
  column: TableColumn;
  value: Value;
  look: Look;
  scope: Scope;
  row: (name: string) => string;
}

export function TableCell({ column, value, look, scope, row }: TableCellProps) {
  if (column.cell === 'sparkline' && typeof value === 'string')
    return <Trend written={value} color={look.seriesColor} />;
  const shown = showValue(column.field, value, look, column.range);
  const written = shownText(shown);
  const href = linkOf(column.field, value, written, scope, row);
  const body = href ? <a href={href}>{written}</a> : written;
  if (column.cell === 'color-background') {
    return (
      <span
        className={styles['pill']}
        style={{ background: shown.color, color: inkOn(shown.color, look.theme), borderRadius: 3 }}
      >
        {body}
      </span>
    );
  }
  if (column.cell === 'pill')
    return (
      <span className={styles['pill']} style={{ background: withAlpha(shown.color, 0.25) }}>
        {body}
      </span>
    );
  if (column.cell === 'color-text') return <span style={{ color: textColor(shown.color, look.theme) }}>{body}</span>;
  if (column.cell === 'gauge' && shown.value !== null) {
    const part =
      Math.min(Math.max((shown.value - column.range.min) / (column.range.max - column.range.min || 1), 0), 1) * 100;
    return (
      <span className={styles['cellGauge']}>
        <span className={styles['barTrack']} style={{ minHeight: 12 }}>
          <span className={styles['barFill']} style={{ width: `${part}%`, background: shown.color }} />
        </span>
        <span style={{ color: textColor(shown.color, look.theme) }}>{body}</span>
      </span>
    );
  }
  return <span title={written}>{body}</span>;
}
