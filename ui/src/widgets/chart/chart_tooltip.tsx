// SPDX-License-Identifier: Apache-2.0
import type { RefObject } from 'react';
import { timestampMs } from '@/base/brand';
import { plural, valueNumber } from '@/base/number_format';
import { formatDateTime, type Zone } from '@/base/time_format';
import { valuesAt, type ChartData } from '@/model/chart_data';
import type { Theme } from '../preferences';
import { seriesColor } from './palette';
import { placeBeside } from './place_beside';
import styles from './chart.module.css';
import type { Hover } from './use_plot';

interface ChartTooltipProps {
  hover: Hover;
  data: ChartData;
  hidden: ReadonlySet<string>;
  zone: Zone;
  theme: Theme;
  formatValue: ((value: number) => string) | undefined;
  container: RefObject<HTMLDivElement | null>;
}

const maxRows = 10;

/** The values under the pointer, largest first, the nearest series marked. */
export function ChartTooltip({ hover, data, hidden, zone, theme, formatValue, container }: ChartTooltipProps) {
  const time = data.times[hover.index];
  const all = valuesAt(data.series, hover.index).filter((one) => !hidden.has(data.series[one.index]?.id ?? ''));
  if (time === undefined) return null;
  const at = all.findIndex((one) => one.index === hover.nearest);
  const first = at >= maxRows ? Math.min(at - maxRows + 2, all.length - maxRows) : 0;
  const rows = all.slice(Math.max(first, 0), Math.max(first, 0) + maxRows);
  return (
    <div className={styles['tooltip']} style={placeBeside(hover.left, hover.top, container.current)} aria-hidden>
      <div className={styles['tooltipTime']}>{formatDateTime(timestampMs(time * 1000), zone)}</div>
      {rows.map((row) => (
        <div key={row.index} className={styles['tooltipRow']} data-nearest={row.index === hover.nearest || undefined}>
          <span className={styles['swatch']} style={{ background: seriesColor(row.index, theme) }} />
          <span className={styles['tooltipName']}>{data.series[row.index]?.name}</span>
          <span className={styles['tooltipValue']}>
            {formatValue ? formatValue(row.value) : valueNumber(row.value)}
          </span>
        </div>
      ))}
      {hover.notes.map((note) => (
        <div key={note} className={styles['tooltipNote']}>
          {note}
        </div>
      ))}
      {rows.length === 0 && <div className={styles['tooltipMore']}>no value here</div>}
      {all.length > rows.length && (
        <div className={styles['tooltipMore']}>
          and {plural(all.length - rows.length, 'more series', 'more series')}
        </div>
      )}
    </div>
  );
}
