// SPDX-License-Identifier: Apache-2.0
// What two traces spend their time on, side by side, the largest difference first.
import { X } from 'lucide-react';
import { useMemo } from 'react';
import { Link } from 'wouter';
import { humanDuration } from '@/base/duration';
import { compareTraces, type GroupDifference } from '@/model/span_groups';
import type { Trace } from '@/model/trace';
import { IconButton } from '@/widgets/button';
import { Card } from '@/widgets/card';
import { DataTable, type Column } from '@/widgets/data_table';
import { Empty, Failure, Skeleton } from '@/widgets/states';
import { useTrace } from './use_trace';
import styles from './traces.module.css';

const self = (us: number | undefined): string => (us === undefined ? '–' : humanDuration(us / 1000));

const columns: Column<GroupDifference>[] = [
  {
    key: 'name',
    header: 'Operation',
    width: 'minmax(220px, 3fr)',
    cell: (row) => (
      <>
        <b>{row.service}</b> {row.name}
      </>
    ),
  },
  { key: 'countA', header: 'Spans here', width: '100px', align: 'end', cell: (row) => row.a?.count ?? '–' },
  { key: 'countB', header: 'There', width: '80px', align: 'end', cell: (row) => row.b?.count ?? '–' },
  { key: 'selfA', header: 'Self time here', width: '120px', align: 'end', cell: (row) => self(row.a?.selfUs) },
  { key: 'selfB', header: 'There', width: '100px', align: 'end', cell: (row) => self(row.b?.selfUs) },
  {
    key: 'change',
    header: 'Difference',
    width: '120px',
    align: 'end',
    cell: (row) => (
      <span className={row.changeUs > 0 ? styles['bad'] : styles['good']}>
        {row.changeUs > 0 ? '+' : ''}
        {humanDuration(row.changeUs / 1000)}
      </span>
    ),
  },
];

export function CompareView({ trace, otherId, onClose }: { trace: Trace; otherId: string; onClose: () => void }) {
  const query = useTrace(otherId);
  const rows = useMemo(() => (query.data ? compareTraces(trace, query.data) : []), [query.data, trace]);
  return (
    <Card
      title={
        <>
          Compared with <Link href={`/trace/${otherId}`}>{otherId.slice(0, 16)}</Link>
        </>
      }
      actions={
        <IconButton label="End the comparison" onClick={onClose}>
          <X />
        </IconButton>
      }
    >
      {query.isPending ? (
        <Skeleton lines={4} />
      ) : query.isError ? (
        <Failure what="The other trace" error={query.error} onRetry={() => void query.refetch()} />
      ) : rows.length === 0 ? (
        <Empty title="The other trace has no spans" />
      ) : (
        <DataTable
          label="Differences"
          columns={columns}
          rows={rows}
          rowKey={(row) => row.key}
          maxHeight={320}
          minWidth={760}
        />
      )}
    </Card>
  );
}
