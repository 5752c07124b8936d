// SPDX-License-Identifier: Apache-2.0
import { ArrowRight } from 'lucide-react';
import { Link } from 'wouter';
import { humanDuration } from '@/base/duration';
import { percent, shortNumber } from '@/base/number_format';
import type { ServiceEdge } from '@/model/service_map';
import { Badge } from '@/widgets/badge';
import { Card } from '@/widgets/card';
import { Empty, Failure, Skeleton } from '@/widgets/states';
import type { PageTime } from '@/widgets/url_state';
import { useServiceEdges } from './use_service_map';
import styles from './services.module.css';

/** Who calls the service, and whom it calls: services, databases, queues. */
export function Dependencies({ service, time }: { service: string; time: PageTime }) {
  const { edges, isPending, error, refetch } = useServiceEdges(time.resolved);
  const near = edges.filter((edge) => edge.from === service || edge.to === service);
  return (
    <Card title="Dependencies" note={near.length > 0 ? String(near.length) : undefined}>
      {isPending ? (
        <Skeleton lines={4} />
      ) : error && edges.length === 0 ? (
        <Failure what="The dependencies" error={error} onRetry={refetch} />
      ) : near.length === 0 ? (
        <Empty title="No calls to or from other services in this time" />
      ) : (
        <ul className={styles['edges']}>
          {near.map((edge) => (
            <li key={`${edge.from}>${edge.to}`}>
              <EdgeEnd name={edge.from} service={service} kind="" />
              <ArrowRight aria-label="calls" />
              <EdgeEnd name={edge.to} service={service} kind={edge.kind} />
              <span className={styles['edgeFigures']}>
                {shortNumber(edge.rate)}/s
                {edge.p95Ms !== null && <> · 95th {humanDuration(edge.p95Ms)}</>}{' '}
                {edge.errors > 0 && <Badge tone="bad">{percent(edge.errors)}</Badge>}
              </span>
            </li>
          ))}
        </ul>
      )}
    </Card>
  );
}

function EdgeEnd({ name, service, kind }: { name: string; service: string; kind: ServiceEdge['kind'] }) {
  if (name === service) return <b>{name}</b>;
  return kind === '' ? <Link href={`/services/${encodeURIComponent(name)}`}>{name}</Link> : <span>{name}</span>;
}
