// SPDX-License-Identifier: Apache-2.0
// Graphs that every installation has data for: its scrapes, and the hosts if they are scraped.
import { useQuery } from '@tanstack/react-query';
import { metricNamesQuery } from '@/api/queries';
import { bytes, percent } from '@/base/number_format';
import { humanDuration } from '@/base/duration';
import { QueryChart, type ChartQuery } from '@/widgets/query/query_chart';
import type { PageTime } from '@/widgets/url_state';
import styles from './home.module.css';

const scrapeCharts: readonly ChartQuery[] = [
  { title: 'Targets up, by job', query: 'sum by (job) (up)', isStacked: true },
  { title: 'Samples per scrape, by job', query: 'sum by (job) (scrape_samples_post_metric_relabeling)' },
  {
    title: 'Slowest scrape, by job',
    query: 'max by (job) (scrape_duration_seconds)',
    format: (v) => humanDuration(v * 1000),
  },
];

const hostCharts: readonly ChartQuery[] = [
  {
    title: 'CPU in use',
    query: '1 - avg by (instance) (rate(node_cpu_seconds_total{mode="idle"}[2m]))',
    format: percent,
    yMin: 0,
    yMax: 1,
  },
  {
    title: 'Memory in use',
    query: '1 - sum by (instance) (node_memory_MemAvailable_bytes) / sum by (instance) (node_memory_MemTotal_bytes)',
    format: percent,
    yMin: 0,
    yMax: 1,
  },
  {
    title: 'Network received',
    query: 'sum by (instance) (rate(node_network_receive_bytes_total{device!="lo"}[2m]))',
    format: (v) => `${bytes(v)}/s`,
    isBinary: true,
    yMin: 0,
  },
];

export function HomeCharts({ time }: { time: PageTime }) {
  const names = useQuery(metricNamesQuery());
  const known = new Set(names.data?.data ?? []);
  if (names.isSuccess && known.size === 0) return null;
  return (
    <>
      {known.has('node_cpu_seconds_total') && <ChartRow title="Hosts" charts={hostCharts} time={time} />}
      <ChartRow title="Scrapes" charts={scrapeCharts} time={time} />
    </>
  );
}

function ChartRow({ title, charts, time }: { title: string; charts: readonly ChartQuery[]; time: PageTime }) {
  return (
    <section className={styles['chartRow']} aria-label={title}>
      {charts.map((chart) => (
        <QueryChart key={chart.query} chart={chart} time={time} />
      ))}
    </section>
  );
}
