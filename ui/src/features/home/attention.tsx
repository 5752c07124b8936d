// SPDX-License-Identifier: Apache-2.0
import { useQuery } from '@tanstack/react-query';
import { CircleCheck } from 'lucide-react';
import { Link } from 'wouter';
import type { Alert } from '@/api/status_types';
import { alertsQuery, targetsQuery } from '@/api/queries';
import { timestampMs, type TimestampMs } from '@/base/brand';
import { plural } from '@/base/number_format';
import { formatAgo } from '@/base/time_format';
import { alertWindow, isAlarm, serviceOf } from '@/model/alert_context';
import { serviceLink } from '@/model/context_links';
import { orderAlerts } from '@/model/rule_groups';
import { Badge, StatusDot } from '@/widgets/badge';
import { Card } from '@/widgets/card';
import { useWallClock } from '@/widgets/clock';
import { Empty, Failure, Skeleton } from '@/widgets/states';
import styles from './home.module.css';

const shown = 5;

/** What is wrong right now; targets only while some are down. */
export function Attention() {
  const alerts = useQuery(alertsQuery());
  const targets = useQuery(targetsQuery(10_000));
  const now = useWallClock();
  const firing = orderAlerts(alerts.data?.data.alerts ?? []).filter(isAlarm);
  const down = (targets.data?.data.activeTargets ?? []).filter((target) => target.health === 'down');
  return (
    <>
      <Card
        title="Firing alerts"
        note={firing.length > 0 ? plural(firing.length, 'alert') : undefined}
        actions={<Link href="/alerts?state=firing">All alerts</Link>}
      >
        {alerts.isPending ? (
          <Skeleton lines={4} />
        ) : alerts.isError ? (
          <Failure what="The alerts" error={alerts.error} onRetry={() => void alerts.refetch()} />
        ) : firing.length === 0 ? (
          <Empty icon={<CircleCheck />} title="No alert fires" />
        ) : (
          <ul className={styles['attention']}>
            {firing.slice(0, shown).map((alert) => (
              <FiringAlert key={JSON.stringify(alert.labels)} alert={alert} now={now} />
            ))}
          </ul>
        )}
      </Card>
      {down.length > 0 && (
        <Card
          title="Targets down"
          note={plural(down.length, 'target')}
          actions={<Link href="/targets?health=down">All targets</Link>}
        >
          <ul className={styles['attention']}>
            {down.slice(0, shown).map((target) => (
              <li key={`${target.scrapePool} ${target.scrapeUrl}`}>
                <StatusDot tone="bad" label="down" />
                <div>
                  <strong>{target.labels['instance'] ?? target.scrapeUrl}</strong>{' '}
                  <span className={styles['job']}>{target.scrapePool}</span>
                  <p>{target.lastError}</p>
                </div>
                <span className={styles['ago']}>{formatAgo(timestampMs(Date.parse(target.lastScrape)), now)}</span>
              </li>
            ))}
          </ul>
        </Card>
      )}
    </>
  );
}

function FiringAlert({ alert, now }: { alert: Alert; now: TimestampMs }) {
  const service = serviceOf(alert.labels);
  return (
    <li>
      <StatusDot tone="bad" label="firing" />
      <div>
        <Link href={`/alerts?${new URLSearchParams({ search: alert.labels['alertname'] ?? '' }).toString()}`}>
          <strong>{alert.labels['alertname']}</strong>
        </Link>{' '}
        {alert.labels['severity'] && <Badge>{alert.labels['severity']}</Badge>}{' '}
        {service && <Link href={serviceLink({ service, ...alertWindow(alert) })}>{service}</Link>}
        <p>{alert.annotations['summary'] ?? alert.annotations['description'] ?? ''}</p>
      </div>
      <span className={styles['ago']}>{formatAgo(timestampMs(Date.parse(alert.activeAt ?? '')), now)}</span>
    </li>
  );
}
