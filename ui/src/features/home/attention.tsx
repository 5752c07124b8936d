// SPDX-License-Identifier: Apache-2.0
import { useQuery } from '@tanstack/react-query';
import { CircleCheck } from 'lucide-react';
import { Link } from 'wouter';
import type { ActiveTarget, Alert } from '@/api/status_types';
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

/** What is wrong right now, in one place of one height: targets too, but only while some are down. */
export function Attention() {
  const alerts = useQuery(alertsQuery());
  const targets = useQuery(targetsQuery(10_000));
  const now = useWallClock();
  const firing = orderAlerts(alerts.data?.data.alerts ?? []).filter(isAlarm);
  const down = (targets.data?.data.activeTargets ?? []).filter((target) => target.health === 'down');
  const alertsShown = firing.slice(0, down.length > 0 ? shown - 3 : shown);
  const targetsShown = down.slice(0, Math.max(shown - 2 - alertsShown.length, 2));
  return (
    <Card
      title="Firing alerts"
      note={firing.length > 0 ? plural(firing.length, 'alert') : undefined}
      actions={<Link href="/alerts?state=firing">All alerts</Link>}
    >
      {alerts.isPending || targets.isPending ? (
        <Skeleton lines={6} />
      ) : alerts.isError ? (
        <Failure what="The alerts" error={alerts.error} onRetry={() => void alerts.refetch()} />
      ) : firing.length === 0 && down.length === 0 ? (
        <Empty icon={<CircleCheck />} title="No alert fires" />
      ) : firing.length === 0 ? (
        <p className={styles['calm']}>No alert fires.</p>
      ) : (
        <ul className={styles['attention']}>
          {alertsShown.map((alert) => (
            <FiringAlert key={JSON.stringify(alert.labels)} alert={alert} now={now} />
          ))}
        </ul>
      )}
      {!alerts.isPending && down.length > 0 && (
        <>
          <h3 className={styles['downHead']}>
            <Link href="/targets?health=down">{plural(down.length, 'target')} down</Link>
          </h3>
          <ul className={styles['attention']}>
            {targetsShown.map((target) => (
              <DownTarget key={`${target.scrapePool} ${target.scrapeUrl}`} target={target} now={now} />
            ))}
          </ul>
        </>
      )}
    </Card>
  );
}

function DownTarget({ target, now }: { target: ActiveTarget; now: TimestampMs }) {
  return (
    <li>
      <StatusDot tone="bad" label="down" />
      <div>
        <strong>{target.labels['instance'] ?? target.scrapeUrl}</strong>{' '}
        <span className={styles['job']}>{target.scrapePool}</span>
        <p className={styles['oneLine']} title={target.lastError}>
          {target.lastError}
        </p>
      </div>
      <span className={styles['ago']}>{formatAgo(timestampMs(Date.parse(target.lastScrape)), now)}</span>
    </li>
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
