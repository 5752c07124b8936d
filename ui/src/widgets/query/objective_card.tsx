// SPDX-License-Identifier: Apache-2.0
// Objectives with what is left of their error budgets, the worst first.
import { useQuery } from '@tanstack/react-query';
import { Link } from 'wouter';
import { slosQuery } from '@/api/slo_queries';
import { percent, plural } from '@/base/number_format';
import { wizardLink } from '@/model/slo_offers';
import { orderSlos, worstGroup } from '@/model/slo_view';
import { Card } from '../card';
import { ObjectiveState } from '../objective_state';
import { Empty, Failure, Skeleton } from '../states';
import styles from './health_cards.module.css';

export function ObjectiveCard({ service, limit }: { service?: string; limit: number }) {
  const query = useQuery(slosQuery());
  const all = query.data?.slos ?? [];
  const slos = orderSlos(service === undefined ? all : all.filter((slo) => slo.service === service), '');
  return (
    <Card
      title="Error budgets"
      note={slos.length > 0 ? plural(slos.length, 'objective') : undefined}
      actions={
        <>
          {service && slos.length > 0 && (
            <Link href={wizardLink({ kind: 'service', service, journey: '', operation: '' })}>New</Link>
          )}
          <Link href="/slos">All objectives</Link>
        </>
      }
    >
      {query.isPending ? (
        <Skeleton lines={4} />
      ) : query.isError ? (
        <Failure what="The objectives" error={query.error} onRetry={() => void query.refetch()} />
      ) : slos.length === 0 ? (
        <Empty title={service ? 'Nothing has been promised for this service' : 'Nothing has been promised yet'}>
          <Link href={service ? wizardLink({ kind: 'service', service, journey: '', operation: '' }) : '/slos/new'}>
            Make an objective
          </Link>
        </Empty>
      ) : (
        <ul className={styles['rows']}>
          {slos.slice(0, limit).map((slo) => {
            const group = worstGroup(slo);
            return (
              <li key={slo.id}>
                <ObjectiveState state={group?.state ?? 'nodata'} />
                <Link href={`/slos/${encodeURIComponent(slo.id)}`}>{slo.name}</Link>
                <span className={styles['quiet']}>
                  {!group ? '' : group.remaining < 0 ? 'overspent' : `${percent(group.remaining)} left`}
                </span>
              </li>
            );
          })}
        </ul>
      )}
    </Card>
  );
}
