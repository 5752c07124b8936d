// SPDX-License-Identifier: Apache-2.0
import { useMemo, useState, type ReactNode } from 'react';
import { humanDuration } from '@/base/duration';
import { percent, shortNumber } from '@/base/number_format';
import type { RedRow } from '@/model/service_red';
import { Badge } from '@/widgets/badge';
import { DataTable, type Column, type TableOrder } from '@/widgets/data_table';

interface RedTableProps {
  label: string;
  header: string;
  rows: readonly RedRow[];
  name: (row: RedRow) => ReactNode;
}

const valueOf: Record<string, (row: RedRow) => number> = {
  rate: (row) => row.rate,
  errors: (row) => row.errors,
  p50: (row) => row.p50Ms ?? -1,
  p95: (row) => row.p95Ms ?? -1,
};

const time = (ms: number | null): string => (ms === null ? '–' : humanDuration(ms));

/** Rows of rate, errors and duration, sortable by each. */
export function RedTable({ label, header, rows, name }: RedTableProps) {
  const [order, setOrder] = useState<TableOrder>({ by: 'rate', descending: true });
  const sorted = useMemo(() => {
    const key = valueOf[order.by] ?? ((row: RedRow) => row.rate);
    return [...rows].sort((a, b) => (order.descending ? key(b) - key(a) : key(a) - key(b)));
  }, [rows, order]);
  const columns: Column<RedRow>[] = [
    { key: 'name', header, width: 'minmax(180px, 3fr)', cell: name },
    {
      key: 'rate',
      header: 'Per second',
      width: '100px',
      align: 'end',
      isSortable: true,
      cell: (row) => shortNumber(row.rate),
    },
    {
      key: 'errors',
      header: 'Errors',
      width: '90px',
      align: 'end',
      isSortable: true,
      cell: (row) =>
        row.errors > 0 ? <Badge tone={row.errors > 0.05 ? 'bad' : 'warn'}>{percent(row.errors)}</Badge> : '0 %',
    },
    {
      key: 'p50',
      header: 'Median',
      width: '90px',
      align: 'end',
      isSortable: true,
      isWideOnly: true,
      cell: (row) => time(row.p50Ms),
    },
    { key: 'p95', header: '95th', width: '90px', align: 'end', isSortable: true, cell: (row) => time(row.p95Ms) },
  ];
  return (
    <DataTable
      label={label}
      columns={columns}
      rows={sorted}
      rowKey={(row) => row.key}
      order={order}
      onOrder={setOrder}
      minWidth={560}
    />
  );
}
