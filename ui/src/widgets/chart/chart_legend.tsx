// SPDX-License-Identifier: Apache-2.0
// The series of a graph with their figures. The swatch shows or hides one; the name shows it alone.
import { useMemo, useState } from 'react';
import { valueNumber } from '@/base/number_format';
import { summarize, type ChartSeries, type SeriesSummary } from '@/model/chart_data';
import { DataTable, type Column, type TableOrder } from '../data_table';
import { usePreferences } from '../preferences';
import { seriesColor } from './palette';
import styles from './chart.module.css';

interface ChartLegendProps {
  series: readonly ChartSeries[];
  hidden: ReadonlySet<string>;
  onHidden: (hidden: ReadonlySet<string>) => void;
  onFocus: (id: string | null) => void;
}

interface LegendRow {
  series: ChartSeries;
  index: number;
  summary: SeriesSummary;
}

type Statistic = keyof SeriesSummary;

function orderRows(rows: LegendRow[], order: TableOrder | null): LegendRow[] {
  if (!order) return rows;
  const sign = order.descending ? -1 : 1;
  return [...rows].sort((a, b) => {
    if (order.by === 'name') return sign * a.series.name.localeCompare(b.series.name, 'en', { numeric: true });
    const key = order.by as Statistic;
    return sign * ((a.summary[key] ?? -Infinity) - (b.summary[key] ?? -Infinity));
  });
}

const statistics: [Statistic, string][] = [
  ['last', 'Last'],
  ['min', 'Min'],
  ['max', 'Max'],
  ['mean', 'Mean'],
];

export function ChartLegend({ series, hidden, onHidden, onFocus }: ChartLegendProps) {
  const theme = usePreferences((p) => p.shownTheme);
  const [order, setOrder] = useState<TableOrder | null>(null);
  const rows = useMemo(
    () =>
      orderRows(
        series.map((one, index) => ({ series: one, index, summary: summarize(one.values) })),
        order,
      ),
    [series, order],
  );
  const toggle = (id: string): void => {
    const next = new Set(hidden);
    if (!next.delete(id)) next.add(id);
    onHidden(next);
  };
  const isolate = (id: string): void => {
    const others = series.filter((one) => one.id !== id).map((one) => one.id);
    const isAlone = !hidden.has(id) && others.every((other) => hidden.has(other)) && others.length > 0;
    onHidden(new Set(isAlone ? [] : others));
  };
  const columns: Column<LegendRow>[] = [
    {
      key: 'name',
      header: 'Series',
      width: 'minmax(150px, 1fr)',
      isSortable: true,
      cell: ({ series: one, index }) => (
        <span className={styles['legendName']} onMouseEnter={() => onFocus(one.id)} onMouseLeave={() => onFocus(null)}>
          <button
            type="button"
            className={styles['toggle']}
            aria-pressed={!hidden.has(one.id)}
            aria-label={`Show ${one.name}`}
            onClick={() => toggle(one.id)}
          >
            <span className={styles['swatch']} style={{ background: seriesColor(index, theme) }} />
          </button>
          <button
            type="button"
            className={styles['legendName']}
            title={`${one.id}\nClick to show alone`}
            onClick={() => isolate(one.id)}
          >
            <span className={styles['legendText']}>{one.name}</span>
          </button>
        </span>
      ),
    },
    ...statistics.map(([key, header]): Column<LegendRow> => ({
      key,
      header,
      width: '128px',
      align: 'end',
      isWideOnly: key !== 'last',
      isSortable: true,
      cell: ({ summary }) => (summary[key] === null ? '–' : valueNumber(summary[key])),
    })),
  ];
  return (
    <DataTable
      label="Series of the graph"
      columns={columns}
      rows={rows}
      rowKey={(row) => row.series.id}
      order={order}
      onOrder={setOrder}
      rowHeight={28}
      maxHeight={300}
      minWidth={680}
      rowClass={(row) => (hidden.has(row.series.id) ? styles['off'] : undefined)}
    />
  );
}
