// SPDX-License-Identifier: Apache-2.0
// Lines that differ in their variable parts only, counted together.
import { useQuery } from '@tanstack/react-query';
import { Shapes } from 'lucide-react';
import { useMemo } from 'react';
import { patternsQuery, type LogWindow } from '@/api/log_queries';
import { groupDigits } from '@/base/number_format';
import { quoteText } from '@/model/log_query';
import { DataTable } from '@/widgets/data_table';
import { Sparkline } from '@/widgets/sparkline';
import { Empty, Failure, Skeleton } from '@/widgets/states';
import { levelColor } from './level_colors';
import styles from './logs.module.css';

interface PatternsProps {
  query: string;
  window: LogWindow;
  stepSeconds: number;
  onFilter: (filter: string) => void;
}

export function LogPatterns({ query, window, stepSeconds, onFilter }: PatternsProps) {
  const answer = useQuery(patternsQuery(query, window, stepSeconds));
  const rows = useMemo(
    () =>
      (answer.data?.data ?? [])
        .map((one) => ({ ...one, count: (one.samples ?? []).reduce((sum, [, count]) => sum + count, 0) }))
        .sort((a, b) => b.count - a.count),
    [answer.data],
  );
  if (answer.isPending) return <Skeleton lines={8} />;
  if (answer.isError) return <Failure what="The patterns" error={answer.error} onRetry={() => void answer.refetch()} />;
  if (rows.length === 0) return <Empty icon={<Shapes />} title="No pattern found in these lines" />;
  return (
    <DataTable
      label="Patterns"
      rows={rows}
      rowKey={(row, index) => `${index}${row.pattern}`}
      maxHeight="70vh"
      minWidth={620}
      columns={[
        { key: 'count', header: 'Lines', width: '80px', align: 'end', cell: (row) => groupDigits(String(row.count)) },
        {
          key: 'trend',
          header: 'Over time',
          width: '150px',
          cell: (row) => (
            <div className={styles['trend']}>
              <Sparkline values={(row.samples ?? []).map(([, count]) => count)} height={24} />
            </div>
          ),
        },
        {
          key: 'pattern',
          header: 'Pattern',
          width: 'minmax(260px, 1fr)',
          cell: (row) => (
            <button
              type="button"
              className={styles['pattern']}
              title="Only lines of this pattern"
              onClick={() => onFilter(` |> ${quoteText(row.pattern)}`)}
            >
              <span className={styles['level']} style={{ background: `var(${levelColor(row.level ?? 'unknown')})` }} />
              {row.pattern}
            </button>
          ),
        },
      ]}
    />
  );
}
