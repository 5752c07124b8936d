// SPDX-License-Identifier: Apache-2.0
import { useMemo, useState } from 'react';
import { Link } from 'wouter';
import { bytes, percent, shortNumber } from '@/base/number_format';
import type { FigureQuery, Inventory, InventoryRow } from '@/model/infrastructure';
import { selectorOf } from '@/model/series_name';
import { Badge } from '@/widgets/badge';
import { Card } from '@/widgets/card';
import { DataTable, type Column, type TableOrder } from '@/widgets/data_table';
import styles from './infrastructure.module.css';

interface InventoryCardProps {
  inventory: Inventory;
  rows: readonly InventoryRow[];
  filter: string;
}

function shown(figure: FigureQuery, value: number | undefined) {
  if (value === undefined) return '–';
  switch (figure.unit) {
    case 'ratio':
      return value > 0.8 ? <Badge tone={value > 0.9 ? 'bad' : 'warn'}>{percent(value)}</Badge> : percent(value);
    case 'bytes':
      return bytes(value);
    case 'bytesPerSecond':
      return `${bytes(value)}/s`;
    default:
      return shortNumber(value);
  }
}

const seriesOf = (row: InventoryRow): string =>
  `/explore?${new URLSearchParams({ 'g0.expr': `count by (__name__) ${selectorOf('', row.labels)}`, 'g0.tab': 'table' }).toString()}`;

/** Logs carry a host or a pod under other names than metrics do, so the name itself is looked for. */
const logsOf = (row: InventoryRow): string => {
  const word = row.labels['pod'] ?? row.labels['name'] ?? (row.labels['instance'] ?? row.name).replace(/:\d+$/, '');
  return `/logs?${new URLSearchParams({ query: word }).toString()}`;
};

export function InventoryCard({ inventory, rows, filter }: InventoryCardProps) {
  const [order, setOrder] = useState<TableOrder | null>(null);
  const sorted = useMemo(() => {
    const found = rows.filter((row) => row.name.toLowerCase().includes(filter.toLowerCase()));
    if (!order) return found;
    const key = (row: InventoryRow): number => row.figures[order.by] ?? -1;
    return found.sort((a, b) => (order.descending ? key(b) - key(a) : key(a) - key(b)));
  }, [rows, filter, order]);
  const columns: Column<InventoryRow>[] = [
    { key: 'name', header: 'Name', width: 'minmax(200px, 3fr)', cell: (row) => row.name },
    ...inventory.figures.map((figure, index) => ({
      key: figure.key,
      header: figure.title,
      width: '118px',
      align: 'end' as const,
      isSortable: true,
      isWideOnly: index > 2,
      cell: (row: InventoryRow) => shown(figure, row.figures[figure.key]),
    })),
    {
      key: 'ways',
      header: '',
      width: '130px',
      align: 'end',
      isWideOnly: true,
      cell: (row) => (
        <span className={styles['ways']}>
          <Link href={seriesOf(row)}>Metrics</Link>
          <Link href={logsOf(row)}>Logs</Link>
        </span>
      ),
    },
  ];
  return (
    <Card title={inventory.title} note={`${rows.length}`}>
      <DataTable
        label={inventory.title}
        columns={columns}
        rows={sorted}
        rowKey={(row) => row.key}
        order={order}
        onOrder={setOrder}
        minWidth={440}
      />
    </Card>
  );
}
