// SPDX-License-Identifier: Apache-2.0
import { Link } from 'wouter';
import { timestampMs } from '@/base/brand';
import { humanDuration } from '@/base/duration';
import { formatDateTime } from '@/base/time_format';
import type { TraceRow } from '@/model/trace_rows';
import { Badge } from '@/widgets/badge';
import { DataTable, type Column } from '@/widgets/data_table';
import { usePreferences } from '@/widgets/preferences';
import styles from './traces.module.css';

export function TraceTable({ rows }: { rows: readonly TraceRow[] }) {
  const zone = usePreferences((p) => p.zone);
  const longest = Math.max(...rows.map((row) => row.durationMs), 1);
  const columns: Column<TraceRow>[] = [
    {
      key: 'name',
      header: 'Trace',
      width: 'minmax(240px, 3fr)',
      cell: (row) => (
        <Link href={`/trace/${row.id}`}>
          <b>{row.service || 'unknown'}</b> {row.name}
        </Link>
      ),
    },
    {
      key: 'start',
      header: 'Started',
      width: '172px',
      isWideOnly: true,
      cell: (row) => <span className="num">{formatDateTime(timestampMs(row.startMs), zone)}</span>,
    },
    {
      key: 'duration',
      header: 'Duration',
      width: 'minmax(150px, 1fr)',
      cell: (row) => (
        <span className={styles['durationCell']}>
          <span
            className={styles['durationBar']}
            style={{ width: `${Math.max(1, (row.durationMs / longest) * 100)}%` }}
          />
          <span className="num">{row.durationMs < 1 ? '< 1 ms' : humanDuration(row.durationMs)}</span>
        </span>
      ),
    },
    {
      key: 'spans',
      header: 'Spans',
      width: '70px',
      align: 'end',
      isWideOnly: true,
      cell: (row) => row.spans || row.matched,
    },
    {
      key: 'services',
      header: 'Services',
      width: 'minmax(160px, 2fr)',
      isWideOnly: true,
      cell: (row) => (
        <span className={styles['services']}>
          {row.services.slice(0, 5).map((one) => (
            <Badge key={one.name} tone={one.errors > 0 ? 'bad' : 'neutral'}>
              {one.name} {one.spans}
            </Badge>
          ))}
          {row.services.length > 5 && <span className={styles['when']}>+{row.services.length - 5}</span>}
        </span>
      ),
    },
    {
      key: 'errors',
      header: 'Errors',
      width: '70px',
      align: 'end',
      cell: (row) => (row.errors > 0 ? <Badge tone="bad">{row.errors}</Badge> : '–'),
    },
  ];
  return (
    <DataTable
      label="Traces found"
      columns={columns}
      rows={rows}
      rowKey={(row) => row.id}
      minWidth={860}
      maxHeight="70vh"
    />
  );
}
