// SPDX-License-Identifier: Apache-2.0
// What fails anywhere: failed spans of all services put together by operation and message.
import { useQuery } from '@tanstack/react-query';
import { CircleCheck } from 'lucide-react';
import { useMemo } from 'react';
import { Link } from 'wouter';
import { traceSearchQuery } from '@/api/trace_queries';
import { timestampMs } from '@/base/brand';
import { plural } from '@/base/number_format';
import { formatAgo, formatDateTime } from '@/base/time_format';
import { anyErrorQuery, errorGroups, type ErrorGroup } from '@/model/error_groups';
import { Badge } from '@/widgets/badge';
import { Button } from '@/widgets/button';
import { Card, Page } from '@/widgets/card';
import { useWallClock } from '@/widgets/clock';
import { DataTable, type Column } from '@/widgets/data_table';
import { SearchField } from '@/widgets/fields';
import { usePreferences } from '@/widgets/preferences';
import { Empty, Failure, Skeleton } from '@/widgets/states';
import { TimeControls } from '@/widgets/time_controls';
import { usePageTime, useUrlText } from '@/widgets/url_state';
import styles from './errors.module.css';

const looksAt = 500;
const spansOfTrace = 50;

const columns: Column<ErrorGroup>[] = [
  { key: 'count', header: 'Times', width: '70px', align: 'end', cell: (row) => <Badge tone="bad">{row.count}</Badge> },
  {
    key: 'service',
    header: 'Service',
    width: 'minmax(120px, 1fr)',
    cell: (row) => <Link href={`/services/${encodeURIComponent(row.service)}`}>{row.service || 'unknown'}</Link>,
  },
  { key: 'operation', header: 'Operation', width: 'minmax(140px, 1.4fr)', cell: (row) => row.operation },
  {
    key: 'message',
    header: 'Message',
    width: 'minmax(180px, 3fr)',
    cell: (row) => (
      <>
        {row.exception && <code>{row.exception}</code>} {row.message || 'no message'}
      </>
    ),
  },
  { key: 'last', header: 'Last seen', width: '110px', cell: (row) => <Since ms={row.lastMs} /> },
  {
    key: 'trace',
    header: '',
    width: '100px',
    align: 'end',
    cell: (row) => <Link href={`/trace/${row.traceId}?span=${row.spanId}`}>latest trace</Link>,
  },
];

function Since({ ms }: { ms: number }) {
  const now = useWallClock(10_000);
  const zone = usePreferences((p) => p.zone);
  return <time title={formatDateTime(timestampMs(ms), zone)}>{formatAgo(timestampMs(ms), now)}</time>;
}

export function ErrorsPage() {
  const time = usePageTime();
  const [text, setText] = useUrlText('search');
  const window = useMemo(
    () => ({ start: Math.floor(time.resolved.from / 1000), end: Math.ceil(time.resolved.to / 1000) }),
    [time.resolved],
  );
  const search = useQuery(traceSearchQuery(anyErrorQuery, window, looksAt, spansOfTrace));
  const groups = useMemo(() => errorGroups(search.data?.traces ?? []), [search.data]);
  const shown = groups.filter((group) =>
    `${group.service} ${group.operation} ${group.message}`.toLowerCase().includes(text.toLowerCase()),
  );
  const isCut = (search.data?.traces?.length ?? 0) >= looksAt;
  return (
    <Page
      title="Errors"
      summary={
        groups.length > 0 && `${plural(groups.length, 'kind')}${isCut ? ` in the newest ${looksAt} failed traces` : ''}`
      }
      actions={
        <>
          <div className={styles['search']}>
            <SearchField
              label="Filter errors"
              placeholder="Service, operation or message"
              value={text}
              onChange={setText}
            />
          </div>
          <TimeControls time={time} />
        </>
      }
    >
      <Card>
        {search.isPending ? (
          <Skeleton lines={8} />
        ) : search.isError ? (
          <Failure what="The errors" error={search.error} onRetry={() => void search.refetch()} />
        ) : groups.length === 0 ? (
          <Empty icon={<CircleCheck />} title="No span failed in this time" />
        ) : shown.length === 0 ? (
          <Empty
            icon={<CircleCheck />}
            title="No error matches"
            actions={<Button onClick={() => setText('')}>Show all {groups.length}</Button>}
          />
        ) : (
          <DataTable label="Errors" columns={columns} rows={shown} rowKey={(row) => row.key} isStackedOnPhone />
        )}
      </Card>
    </Page>
  );
}
