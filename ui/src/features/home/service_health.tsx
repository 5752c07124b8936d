// SPDX-License-Identifier: Apache-2.0
// The services that fail most, then the busiest: who is well and who is not.
import { Link } from 'wouter';
import { humanDuration } from '@/base/duration';
import { percent, plural, shortNumber } from '@/base/number_format';
import { entryKinds } from '@/model/service_red';
import { Badge } from '@/widgets/badge';
import { Card } from '@/widgets/card';
import { useRed } from '@/widgets/query/use_red';
import { Empty, Failure, Skeleton } from '@/widgets/states';
import type { PageTime } from '@/widgets/url_state';
import styles from './home.module.css';

const shown = 6;

export function ServiceHealth({ time }: { time: PageTime }) {
  const red = useRed('service', [entryKinds], time.resolved);
  const rows = [...red.rows].sort((a, b) => b.errors - a.errors || b.rate - a.rate);
  return (
    <Card
      title="Services"
      note={rows.length > 0 ? plural(rows.length, 'service') : undefined}
      actions={<Link href="/services?view=map">Map</Link>}
    >
      {red.isPending ? (
        <Skeleton lines={4} />
      ) : red.error && rows.length === 0 ? (
        <Failure what="The services" error={red.error} onRetry={red.refetch} />
      ) : rows.length === 0 ? (
        <Empty title="No service has sent a span in this time">
          <Link href="/send-data">How to send traces</Link>
        </Empty>
      ) : (
        <ul className={styles['health']}>
          {rows.slice(0, shown).map((row) => (
            <li key={row.key}>
              <Link href={`/services/${encodeURIComponent(row.labels['service'] ?? '')}`}>{row.labels['service']}</Link>
              <span className="num">{shortNumber(row.rate)}/s</span>
              <span>
                {row.errors > 0 ? (
                  <Badge tone={row.errors > 0.05 ? 'bad' : 'warn'}>{percent(row.errors)} fail</Badge>
                ) : (
                  <Badge tone="good">well</Badge>
                )}
              </span>
              <span className="num">{row.p95Ms === null ? '' : humanDuration(row.p95Ms)}</span>
            </li>
          ))}
          {rows.length > shown && (
            <li>
              <Link href="/services">{plural(rows.length - shown, 'more service')}</Link>
            </li>
          )}
        </ul>
      )}
    </Card>
  );
}
