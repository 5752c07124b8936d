// SPDX-License-Identifier: Apache-2.0
import { useQuery } from '@tanstack/react-query';
import { metadataQuery, metricNamesQuery } from '@/api/queries';
import { Card } from '@/widgets/card';
import { PromqlText } from '@/widgets/promql_text';
import { Empty, Failure } from '@/widgets/states';
import { useQueryHistory } from './query_history';
import styles from './explore.module.css';

interface Starter {
  title: string;
  query: string;
  needs: string;
}

const starters: readonly Starter[] = [
  { title: 'Which targets are up', query: 'up', needs: 'up' },
  {
    title: 'How long scrapes take, by job',
    query: 'max by (job) (scrape_duration_seconds)',
    needs: 'scrape_duration_seconds',
  },
  {
    title: 'Samples per scrape, by job',
    query: 'sum by (job) (scrape_samples_scraped)',
    needs: 'scrape_samples_scraped',
  },
  {
    title: 'CPU use of each host',
    query: '1 - avg by (instance) (rate(node_cpu_seconds_total{mode="idle"}[2m]))',
    needs: 'node_cpu_seconds_total',
  },
  {
    title: 'Memory in use, share',
    query: '1 - node_memory_MemAvailable_bytes / node_memory_MemTotal_bytes',
    needs: 'node_memory_MemAvailable_bytes',
  },
  {
    title: 'Network traffic received',
    query: 'sum by (instance) (rate(node_network_receive_bytes_total[2m]))',
    needs: 'node_network_receive_bytes_total',
  },
  {
    title: 'Free space of file systems, share',
    query: 'node_filesystem_avail_bytes / node_filesystem_size_bytes',
    needs: 'node_filesystem_size_bytes',
  },
];

/** Below the empty first query: what was run last, and queries that work with the data there is. */
export function ExploreStart({ onRun }: { onRun: (query: string) => void }) {
  const names = useQuery(metricNamesQuery());
  useQuery(metadataQuery());
  const recent = useQueryHistory((history) => history.entries).slice(0, 7);
  const known = new Set(names.data?.data ?? []);
  const fitting = starters.filter((starter) => known.has(starter.needs));
  if (names.isSuccess && known.size === 0) {
    return (
      <Empty title="Nothing has been received yet">
        As soon as the first scrape or remote write arrives, its metrics can be queried here. The start page shows how
        to send data.
      </Empty>
    );
  }
  if (names.isError) {
    return <Failure what="The metric names" error={names.error} onRetry={() => void names.refetch()} />;
  }
  return (
    <div className={styles['start']}>
      {recent.length > 0 && (
        <Card title="Your last queries">
          <ul className={styles['startList']}>
            {recent.map((entry) => (
              <li key={entry.query}>
                <button type="button" onClick={() => onRun(entry.query)}>
                  <PromqlText query={entry.query} />
                </button>
              </li>
            ))}
          </ul>
        </Card>
      )}
      {fitting.length > 0 && (
        <Card title="Start with" note={`${known.size} metrics are known`}>
          <ul className={styles['startList']}>
            {fitting.map((starter) => (
              <li key={starter.query}>
                <button type="button" onClick={() => onRun(starter.query)}>
                  {starter.title}
                  <PromqlText query={starter.query} />
                </button>
              </li>
            ))}
          </ul>
        </Card>
      )}
    </div>
  );
}
