// SPDX-License-Identifier: Apache-2.0
import { useQuery } from '@tanstack/react-query';
import { Link } from 'wouter';
import { alertsQuery, targetsQuery } from '@/api/queries';
import { timestampMs } from '@/base/brand';
import { plural } from '@/base/number_format';
import { formatAgo } from '@/base/time_format';
import { orderAlerts } from '@/model/rule_groups';
import { Badge, StatusDot } from '@/widgets/badge';
import { Card } from '@/widgets/card';
import { useWallClock } from '@/widgets/clock';
import styles from './home.module.css';

const shown = 5;

/** What is wrong right now. Nothing is drawn while nothing is. */
export function Attention() {
  const alerts = useQuery(alertsQuery());
  const targets = useQuery(targetsQuery(10_000));
  const now = useWallClock();
  // Severity "none" marks alerts that always fire, such as Watchdog: nothing is wrong then.
  const firing = orderAlerts(alerts.data?.data.alerts ?? []).filter(
    (alert) => alert.state === 'firing' && alert.labels['severity'] !== 'none',
  );
  const down = (targets.data?.data.activeTargets ?? []).filter((target) => target.health === 'down');
  if (firing.length + down.length === 0) return null;
  return (
    <div className={styles['columns']}>
      {firing.length > 0 && (
        <Card
          title="Firing alerts"
          note={plural(firing.length, 'alert')}
          actions={<Link href="/alerts?state=firing">All alerts</Link>}
        >
          <ul className={styles['attention']}>
            {firing.slice(0, shown).map((alert) => (
              <li key={JSON.stringify(alert.labels)}>
                <StatusDot tone="bad" label="firing" />
                <div>
                  <strong>{alert.labels['alertname']}</strong>{' '}
                  {alert.labels['severity'] && <Badge>{alert.labels['severity']}</Badge>}
                  <p>{alert.annotations['summary'] ?? alert.annotations['description'] ?? ''}</p>
                </div>
                <span className={styles['ago']}>{formatAgo(timestampMs(Date.parse(alert.activeAt ?? '')), now)}</span>
              </li>
            ))}
          </ul>
        </Card>
      )}
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
    </div>
  );
}
