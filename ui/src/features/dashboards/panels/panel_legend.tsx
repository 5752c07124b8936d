// SPDX-License-Identifier: Apache-2.0
import { useMemo } from 'react';
import { legendRows, type LegendRow, type Plot, type PlotSeries } from '@/model/dashboard/view_series';
import styles from './panels.module.css';

interface PanelLegendProps {
  plot: Plot;
  hidden: ReadonlySet<string>;
  onHidden: (hidden: ReadonlySet<string>) => void;
  onFocus: (id: string | null) => void;
}

const shownMax = 400;

function calcText(value: LegendRow['values'][number], series: PlotSeries): string {
  return typeof value === 'number' ? series.format(value) : value === null ? '–' : String(value);
}

/** A click shows one series alone, with Ctrl it is shown or hidden beside the others. */
export function PanelLegend({ plot, hidden, onHidden, onFocus }: PanelLegendProps) {
  const rows = useMemo(() => legendRows(plot).slice(0, shownMax), [plot]);
  const pick = (id: string, isToggle: boolean): void => {
    if (isToggle) {
      const next = new Set(hidden);
      if (!next.delete(id)) next.add(id);
      onHidden(next);
      return;
    }
    const others = plot.series.filter((one) => one.id !== id).map((one) => one.id);
    const isAlone = !hidden.has(id) && others.length > 0 && others.every((other) => hidden.has(other));
    onHidden(new Set(isAlone ? [] : others));
  };
  const item = (one: PlotSeries) => (
    <button
      type="button"
      className={styles['legendItem']}
      data-off={hidden.has(one.id) || undefined}
      aria-pressed={!hidden.has(one.id)}
      title={one.name}
      onClick={(event) => pick(one.id, event.ctrlKey || event.metaKey)}
      onMouseEnter={() => onFocus(one.id)}
      onMouseLeave={() => onFocus(null)}
    >
      <span className={styles['swatch']} style={{ background: one.color }} />
      <span className={styles['clip']}>{one.name}</span>
    </button>
  );
  if (plot.legend.isTable) {
    return (
      <div className={styles['legend']}>
        <table className={styles['legendTable']}>
          <thead>
            <tr>
              <th>Name</th>
              {plot.legend.calcs.map((calc) => (
                <th key={calc.id}>{calc.name}</th>
              ))}
            </tr>
          </thead>
          <tbody>
            {rows.map(({ series, values }) => (
              <tr key={series.id}>
                <td>{item(series)}</td>
                {values.map((value, i) => (
                  <td key={plot.legend.calcs[i]?.id}>{calcText(value, series)}</td>
                ))}
              </tr>
            ))}
          </tbody>
        </table>
      </div>
    );
  }
  return (
    <ul className={styles['legend']}>
      {rows.map(({ series, values }) => (
        <li key={series.id}>
          {item(series)}
          {values.map((value, i) => (
            <span key={plot.legend.calcs[i]?.id} className={styles['calc']}>
              {plot.legend.calcs[i]?.name}: {calcText(value, series)}
            </span>
          ))}
        </li>
      ))}
    </ul>
  );
}
