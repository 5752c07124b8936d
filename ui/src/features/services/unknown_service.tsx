// SPDX-License-Identifier: Apache-2.0
// Instead of the parts of a service page, none of which would have anything to show: that no span of the
// service is there, names that are close, and the ways on.
import { useQuery } from '@tanstack/react-query';
import { SearchX } from 'lucide-react';
import { useMemo } from 'react';
import { Link } from 'wouter';
import { tagValuesQuery, traceSearchQuery } from '@/api/trace_queries';
import { durationMs } from '@/base/brand';
import { similarNames } from '@/model/empty_result';
import { lastOf } from '@/model/time_range';
import { Button } from '@/widgets/button';
import { Card } from '@/widgets/card';
import { Empty } from '@/widgets/states';
import type { PageTime } from '@/widgets/url_state';
import styles from './services.module.css';

const week = lastOf(durationMs(7 * 86_400_000));

/** Whether no span of any kind of the service is in this time; false until that is known. */
export function useIsUnknown(service: string, time: PageTime): boolean {
  const { from, to } = time.resolved;
  const window = { start: Math.floor(from / 1000), end: Math.ceil(to / 1000) };
  const query = `{ resource.service.name = ${JSON.stringify(service)} }`;
  const found = useQuery({ ...traceSearchQuery(query, window, 1, 1), placeholderData: undefined });
  return found.data !== undefined && (found.data.traces ?? []).length === 0;
}

export function UnknownService({ service, time }: { service: string; time: PageTime }) {
  const { from, to } = time.resolved;
  const values = useQuery(
    tagValuesQuery('resource.service.name', '', { start: Math.floor(from / 1000), end: Math.ceil(to / 1000) }),
  );
  const close = useMemo(
    () =>
      similarNames(
        service,
        (values.data?.tagValues ?? []).map((one) => one.value),
      ),
    [service, values.data],
  );
  return (
    <Card>
      <Empty
        icon={<SearchX />}
        title={`No span of ${service} was received in this time`}
        actions={
          <>
            <Button onClick={() => time.setRange(week)}>Look at the last 7 days</Button>
            <Link href="/services">All services</Link>
            <Link href="/send-data">How to send spans</Link>
          </>
        }
      >
        It may have another name, send nothing yet, or have been quiet.
        {close.length > 0 && (
          <>
            {' '}
            Close to it:{' '}
            {close.map((name) => (
              <Link key={name} className={styles['close']} href={`/services/${encodeURIComponent(name)}`}>
                {name}
              </Link>
            ))}
          </>
        )}
      </Empty>
    </Card>
  );
}
