// SPDX-License-Identifier: Apache-2.0
import { useQuery } from '@tanstack/react-query';
import { Crosshair } from 'lucide-react';
import { useMemo } from 'react';
import { targetsQuery } from '@/api/queries';
import { plural } from '@/base/number_format';
import { filterPools, targetPools, type HealthFilter } from '@/model/target_groups';
import { Card, Page } from '@/widgets/card';
import { ChoiceField, SearchField } from '@/widgets/fields';
import { Empty, Failure, Skeleton } from '@/widgets/states';
import { useUrlText } from '@/widgets/url_state';
import { PoolCard } from './pool_card';
import styles from './targets.module.css';

export function TargetsPage() {
  const query = useQuery(targetsQuery(5000));
  const [health, setHealth] = useUrlText('health', 'all');
  const [text, setText] = useUrlText('search');
  const [onlyPool] = useUrlText('pool');
  const pools = useMemo(() => (query.data ? targetPools(query.data.data) : []), [query.data]);
  const shown = useMemo(
    () => filterPools(pools, health as HealthFilter, text).filter((pool) => onlyPool === '' || pool.name === onlyPool),
    [pools, health, text, onlyPool],
  );
  const count = (key: 'up' | 'down' | 'unknown'): number => pools.reduce((sum, pool) => sum + pool[key], 0);
  const total = count('up') + count('down') + count('unknown');
  const pick = (name: string, value: string): void => setText(`${text} ${name}=${value}`.trim());

  return (
    <Page
      title="Targets"
      summary={query.data && `${plural(total, 'target')} in ${plural(pools.length, 'job')}`}
      actions={
        <>
          <ChoiceField
            label="Health"
            value={health}
            onChange={setHealth}
            choices={[
              { value: 'all', label: query.data ? `All ${total}` : 'All' },
              {
                value: 'down',
                label: (
                  <span className={count('down') > 0 ? styles['downCount'] : undefined}>
                    Down{query.data && ` ${count('down')}`}
                  </span>
                ),
              },
              { value: 'up', label: query.data ? `Up ${count('up')}` : 'Up' },
              ...(count('unknown') > 0 ? [{ value: 'unknown', label: `Not scraped yet ${count('unknown')}` }] : []),
            ]}
          />
          <div className={styles['search']}>
            <SearchField
              label="Filter targets"
              placeholder="Labels, address or error"
              value={text}
              onChange={setText}
            />
          </div>
        </>
      }
    >
      {query.isPending ? (
        <Card>
          <Skeleton lines={8} />
        </Card>
      ) : query.isError && pools.length === 0 ? (
        <Card>
          <Failure what="The targets" error={query.error} onRetry={() => void query.refetch()} />
        </Card>
      ) : pools.length === 0 ? (
        <Card>
          <Empty icon={<Crosshair />} title="Nothing is scraped">
            Add a job to scrape_configs and reload: the start page has a snippet to copy.
          </Empty>
        </Card>
      ) : shown.length === 0 ? (
        <Card>
          <Empty icon={<Crosshair />} title="No target matches">
            The filter excludes all {total} targets.
          </Empty>
        </Card>
      ) : (
        shown.map((pool) => <PoolCard key={pool.name} pool={pool} onPick={pick} />)
      )}
    </Page>
  );
}
