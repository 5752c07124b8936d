// SPDX-License-Identifier: Apache-2.0
import type { ChartSeries } from '@/model/chart_data';
import { usePreferences } from '../preferences';
import { seriesColor } from './palette';
import styles from './chart.module.css';

const shown = 8;

/** One line of names for a small graph: only what its series are told apart by. */
export function CompactLegend({ series }: { series: readonly ChartSeries[] }) {
  const theme = usePreferences((p) => p.shownTheme);
  return (
    <ul className={styles['compact']}>
      {series.slice(0, shown).map((one, index) => (
        <li key={one.id} title={one.id}>
          <span className={styles['swatch']} style={{ background: seriesColor(index, theme) }} />
          {shortName(one)}
        </li>
      ))}
      {series.length > shown && <li>and {series.length - shown} more</li>}
    </ul>
  );
}

/** The value, where one label tells the series of a small graph apart. */
export function shortName(series: ChartSeries): string {
  const single = /^[^{]*\{[^=,]+="([^"]*)"\}$/.exec(series.name);
  return single?.[1] ?? series.name;
}
