// SPDX-License-Identifier: Apache-2.0
import { useQuery } from '@tanstack/react-query';
import { Radar } from 'lucide-react';
import { useMemo } from 'react';
import { targetsQuery } from '@/api/queries';
import { plural } from '@/base/number_format';
import { discoveryPools, type DiscoveredTarget, type DiscoveryPool } from '@/model/discovery_groups';
import { matchesLabels } from '@/model/labels_text';
import { Badge } from '@/widgets/badge';
import { Card, Page } from '@/widgets/card';
import { DataTable, type Column } from '@/widgets/data_table';
import { SearchField } from '@/widgets/fields';
import { LabelChips } from '@/widgets/label_chips';
import { Empty, Failure, Skeleton } from '@/widgets/states';
import { useUrlText } from '@/widgets/url_state';
import styles from './targets.module.css';

const columns: Column<DiscoveredTarget>[] = [
  {
    key: 'state',
    header: 'State',
    width: '104px',
    cell: (target) => (target.labels ? <Badge tone="good">scraped</Badge> : <Badge>dropped</Badge>),
  },
  {
    key: 'discovered',
    header: 'Discovered labels',
    width: 'minmax(260px, 1.2fr)',
    isCaptioned: true,
    cell: (target) => <LabelChips labels={target.discovered} />,
  },
  {
    key: 'labels',
    header: 'Labels of the target',
    width: 'minmax(220px, 1fr)',
    isCaptioned: true,
    cell: (target) =>
      target.labels ? (
        <LabelChips labels={target.labels} />
      ) : (
        <span className={styles['muted']}>dropped by relabelling</span>
      ),
  },
];

export function DiscoveryPage() {
  const query = useQuery(targetsQuery(15_000));
  const [text, setText] = useUrlText('search');
  const [only, setOnly] = useUrlText('pool');
  const pools = useMemo(() => (query.data ? discoveryPools(query.data.data) : []), [query.data]);
  const shown = useMemo(() => filter(pools, only, text), [pools, only, text]);
  return (
    <Page
      title="Service discovery"
      summary="What discovery found, and what relabelling made of it."
      actions={
        <div className={styles['search']}>
          <SearchField label="Filter targets" placeholder="Labels" value={text} onChange={setText} />
        </div>
      }
    >
      {only !== '' && (
        <p className={styles['muted']}>
          Only {only}.{' '}
          <button type="button" className={styles['dropped']} onClick={() => setOnly('')}>
            Show all jobs
          </button>
        </p>
      )}
      {query.isPending ? (
        <Card>
          <Skeleton lines={8} />
        </Card>
      ) : query.isError && pools.length === 0 ? (
        <Card>
          <Failure what="The targets" error={query.error} onRetry={() => void query.refetch()} />
        </Card>
      ) : shown.length === 0 ? (
        <Card>
          <Empty icon={<Radar />} title={pools.length === 0 ? 'Nothing was discovered' : 'No target matches'}>
            {pools.length === 0
              ? 'No job is configured, or its discovery found nothing yet.'
              : 'The filter excludes all targets.'}
          </Empty>
        </Card>
      ) : (
        shown.map((pool) => (
          <Card key={pool.name} title={pool.name} note={countsOf(pool)}>
            <DataTable
              label={`Discovered by ${pool.name}`}
              columns={columns}
              rows={pool.targets}
              rowKey={(target) => target.key}
              rowHeight={42}
              minWidth={720}
              isStackedOnPhone
            />
          </Card>
        ))
      )}
    </Page>
  );
}

function countsOf(pool: DiscoveryPool): string {
  const dropped = pool.targets.length - pool.active;
  return `${plural(pool.active, 'target')} scraped${dropped > 0 ? `, ${dropped} dropped` : ''}`;
}

function filter(pools: readonly DiscoveryPool[], only: string, text: string): DiscoveryPool[] {
  return pools
    .filter((pool) => only === '' || pool.name === only)
    .map((pool) => ({
      ...pool,
      targets: pool.targets.filter((target) =>
        matchesLabels({ ...target.discovered, ...target.labels }, text, pool.name),
      ),
    }))
    .filter((pool) => pool.targets.length > 0);
}
