// SPDX-License-Identifier: Apache-2.0
import { useQuery } from '@tanstack/react-query';
import { CircleCheck } from 'lucide-react';
import { Link } from 'wouter';
import { alertsQuery } from '@/api/queries';
import { timestampMs } from '@/base/brand';
import { formatAgo } from '@/base/time_format';
import { isAbout } from '@/model/alert_context';
import { orderAlerts } from '@/model/rule_groups';
import { quoted } from '@/model/service_red';
import { Badge } from '@/widgets/badge';
import { Card } from '@/widgets/card';
import { useWallClock } from '@/widgets/clock';
import { Empty, Failure, Skeleton } from '@/widgets/states';
import styles from './services.module.css';

const calls = 'traces_spanmetrics_calls_total';

/** A rule to start from: more than 5 % of the answers fail. */
function failingRule(service: string): string {
  const all = `{service=${quoted(service)},span_kind="SPAN_KIND_SERVER"`;
  return `sum(rate(${calls}${all},status_code="STATUS_CODE_ERROR"}[5m])) / sum(rate(${calls}${all}}[5m])) > 0.05`;
}

/** Alerts about the service that fire or are about to. */
export function ServiceAlerts({ service }: { service: string }) {
  const query = useQuery(alertsQuery());
  const now = useWallClock();
  const alerts = orderAlerts(query.data?.data.alerts ?? []).filter((alert) => isAbout(alert, service));
  return (
    <Card
      title="Alerts"
      note={alerts.length > 0 ? String(alerts.length) : undefined}
      actions={<Link href={`/rules/new?expr=${encodeURIComponent(failingRule(service))}`}>New rule</Link>}
    >
      {query.isPending ? (
        <Skeleton lines={4} />
      ) : query.isError ? (
        <Failure what="The alerts" error={query.error} onRetry={() => void query.refetch()} />
      ) : alerts.length === 0 ? (
        <Empty icon={<CircleCheck />} title="No alert about this service fires" />
      ) : (
        <ul className={styles['errors']}>
          {alerts.slice(0, 8).map((alert) => (
            <li key={JSON.stringify(alert.labels)}>
              <Badge tone={alert.state === 'firing' ? 'bad' : 'warn'}>{alert.state}</Badge>
              <span className={styles['errorText']}>
                <b>{alert.labels['alertname']}</b> {alert.annotations['summary'] ?? ''}
              </span>
              <span className={styles['since']}>{formatAgo(timestampMs(Date.parse(alert.activeAt ?? '')), now)}</span>
              <Link href={`/alerts?search=${encodeURIComponent(alert.labels['alertname'] ?? '')}`}>Look</Link>
            </li>
          ))}
        </ul>
      )}
    </Card>
  );
}
