// SPDX-License-Identifier: Apache-2.0
// The operations of a trace: how often, how long, how much of it their own.
import { useMemo, useState } from 'react';
import { humanDuration } from '@/base/duration';
import { groupSpans, type SpanGroup } from '@/model/span_groups';
import type { Trace } from '@/model/trace';
import { Card } from '@/widgets/card';
import { DataTable, type Column, type TableOrder } from '@/widgets/data_table';
import styles from './traces.module.css';

const ms = (us: number): string => humanDuration(us / 1000);

const valueOf: Record<string, (group: SpanGroup) => number | string> = {
  name: (group) => `${group.service} ${group.name}`,
  count: (group) => group.count,
  total: (group) => group.totalUs,
  self: (group) => group.selfUs,
  mean: (group) => group.totalUs / group.count,
  max: (group) => group.maxUs,
  errors: (group) => group.errors,
};

export function SpanTable({ trace, onPick }: { trace: Trace; onPick: (name: string) => void }) {
  const [order, setOrder] = useState<TableOrder>({ by: 'self', descending: true });
  const groups = useMemo(() => groupSpans(trace), [trace]);
  const sorted = useMemo(() => {
    const key = valueOf[order.by] ?? valueOf['self'];
    const sign = order.descending ? -1 : 1;
    return [...groups].sort((a, b) => {
      const [x, y] = [key?.(a) ?? 0, key?.(b) ?? 0];
      return x < y ? -sign : x > y ? sign : 0;
    });
  }, [groups, order]);
  const columns: Column<SpanGroup>[] = [
    {
      key: 'name',
      header: 'Operation',
      width: 'minmax(220px, 3fr)',
      isSortable: true,
      cell: (group) => (
        <button type="button" className={styles['link']} onClick={() => onPick(group.name)}>
          <b>{group.service}</b> {group.name}
        </button>
      ),
    },
    number('count', 'Spans', (group) => String(group.count)),
    number('total', 'Total', (group) => ms(group.totalUs)),
    number('self', 'Self', (group) => ms(group.selfUs)),
    number('mean', 'Mean', (group) => ms(group.totalUs / group.count)),
    number('max', 'Longest', (group) => ms(group.maxUs)),
    number('errors', 'Errors', (group) => (group.errors > 0 ? String(group.errors) : '–')),
  ];
  return (
    <Card>
      <DataTable
        label="Operations of the trace"
        columns={columns}
        rows={sorted}
        rowKey={(group) => group.key}
        order={order}
        onOrder={setOrder}
        minWidth={760}
        isStackedOnPhone
      />
    </Card>
  );
}

function number(key: string, header: string, cell: (group: SpanGroup) => string): Column<SpanGroup> {
  return { key, header, width: '92px', align: 'end', isSortable: true, cell };
}
