// SPDX-License-Identifier: Apache-2.0
// What went wrong lately, by operation and message, each with a trace to look at.
import { useQuery } from '@tanstack/react-query';
import { CircleCheck } from 'lucide-react';
import { useMemo } from 'react';
import { Link } from 'wouter';
import { traceSearchQuery } from '@/api/trace_queries';
import { plural } from '@/base/number_format';
import { errorGroups, errorQuery } from '@/model/error_groups';
import { Card } from '@/widgets/card';
import { Empty, Failure, Skeleton } from '@/widgets/states';
import type { PageTime } from '@/widgets/url_state';
import styles from './services.module.css';

const looksAt = 200;

export function ErrorGroups({ service, time }: { service: string; time: PageTime }) {
  const window = useMemo(
    () => ({ start: Math.floor(time.resolved.from / 1000), end: Math.ceil(time.resolved.to / 1000) }),
    [time.resolved],
  );
  const search = useQuery(traceSearchQuery(errorQuery(service), window, looksAt, 20));
  const groups = useMemo(() => errorGroups(search.data?.traces ?? []), [search.data]);
  return (
    <Card title="Errors" note={groups.length > 0 ? `of the newest ${looksAt} failed traces` : undefined}>
      {search.isPending ? (
        <Skeleton lines={5} />
      ) : search.isError ? (
        <Failure what="The errors" error={search.error} onRetry={() => void search.refetch()} />
      ) : groups.length === 0 ? (
        <Empty icon={<CircleCheck />} title="No span of this service failed in this time" />
      ) : (
        <ul className={styles['errors']}>
          {groups.slice(0, 12).map((group) => (
            <li key={group.key}>
              <span className={styles['errorCount']}>{group.count}</span>
              <span className={styles['errorText']}>
                <b>{group.operation}</b> {group.exception && <code>{group.exception}</code>}{' '}
                {group.message || 'no message'}
              </span>
              <Link href={`/trace/${group.traceId}?span=${group.spanId}`}>latest trace</Link>
            </li>
          ))}
          {groups.length > 12 && <li>{plural(groups.length - 12, 'more kind')}</li>}
        </ul>
      )}
    </Card>
  );
}
