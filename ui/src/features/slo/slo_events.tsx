// SPDX-License-Identifier: Apache-2.0
// What ate the budget, with the traces and logs of each time.
import { Link } from 'wouter';
import type { BurnEvent, SloDetail } from '@/api/slo_queries';
import { timestampMs } from '@/base/brand';
import { humanDuration } from '@/base/duration';
import { percent, shortNumber } from '@/base/number_format';
import { formatDateTime } from '@/base/time_format';
import { Card } from '@/widgets/card';
import { usePreferences } from '@/widgets/preferences';
import { Empty } from '@/widgets/states';
import styles from './slo.module.css';

export function SloEvents({ detail }: { detail: SloDetail }) {
  const zone = usePreferences((p) => p.zone);
  const journey = detail.labels['journey'] ?? detail.labels['cuj_name'];
  const links = (event: BurnEvent): { traces: string; logs: string } => {
    const window = { from: String(Date.parse(event.start)), to: String(Date.parse(event.end)) };
    const q = journey
      ? `{ .cuj.name = ${JSON.stringify(journey)} && status = error }`
      : `{ resource.service.name = ${JSON.stringify(detail.service)} && status = error }`;
    return {
      traces: `/traces?${new URLSearchParams({ q, ...window }).toString()}`,
      logs: `/logs?${new URLSearchParams({ query: `{service_name=~".+"} | detected_level="error"`, ...window }).toString()}`,
    };
  };
  return (
    <Card title="What ate the budget">
      {detail.events.length === 0 ? (
        <Empty title="Nothing worth mentioning in this period" />
      ) : (
        <ul className={styles['events']}>
          {detail.events.map((event) => (
            <li key={event.start}>
              <b>{percent(event.budgetShare)}</b>
              <span>
                {formatDateTime(timestampMs(Date.parse(event.start)), zone)} for{' '}
                {humanDuration(Date.parse(event.end) - Date.parse(event.start))}, {shortNumber(event.errors)} errors, up
                to {shortNumber(event.peakBurnRate)}×
              </span>
              <Link href={links(event).traces}>failed traces</Link>
              <Link href={links(event).logs}>error logs</Link>
            </li>
          ))}
        </ul>
      )}
    </Card>
  );
}
