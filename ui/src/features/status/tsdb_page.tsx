// SPDX-License-Identifier: Apache-2.0
import { useQuery } from '@tanstack/react-query';
import { Link } from 'wouter';
import { tsdbQuery } from '@/api/queries';
import type { NameAndCount, TsdbStatus } from '@/api/status_types';
import { timestampMs } from '@/base/brand';
import { humanDuration } from '@/base/duration';
import { bytes, groupDigits, percent } from '@/base/number_format';
import { formatDateTime } from '@/base/time_format';
import { selectorOf } from '@/model/series_name';
import { Card, Figure, Page } from '@/widgets/card';
import { ChoiceField } from '@/widgets/fields';
import { usePreferences } from '@/widgets/preferences';
import { Failure, Skeleton } from '@/widgets/states';
import { useUrlText } from '@/widgets/url_state';
import styles from './status.module.css';

export function TsdbPage() {
  const [limit, setLimit] = useUrlText('limit', '10');
  const query = useQuery(tsdbQuery(Number(limit) || 10));
  return (
    <Page
      title="Storage and cardinality"
      summary="What is in the head of the time series database, and which names and labels make up most of it."
      actions={
        <ChoiceField
          label="Entries per list"
          value={limit}
          onChange={setLimit}
          choices={['10', '25', '100'].map((value) => ({ value, label: `Top ${value}` }))}
        />
      }
    >
      {query.isPending ? (
        <Card>
          <Skeleton lines={10} />
        </Card>
      ) : query.isError && !query.data ? (
        <Card>
          <Failure what="The storage statistics" error={query.error} onRetry={() => void query.refetch()} />
        </Card>
      ) : (
        <TsdbContent status={query.data} />
      )}
    </Page>
  );
}

function exploreLink(query: string): string {
  return `/explore?${new URLSearchParams({ 'g0.expr': query, 'g0.tab': 'table' }).toString()}`;
}

function pairSelector(pair: string): string {
  const at = pair.indexOf('=');
  return exploreLink(`count by (__name__) ${selectorOf('', { [pair.slice(0, at)]: pair.slice(at + 1) })}`);
}

function TsdbContent({ status }: { status: { data: TsdbStatus } }) {
  const zone = usePreferences((p) => p.zone);
  const { data } = status;
  const { headStats: head } = data;
  const hasData = head.minTime < head.maxTime && head.maxTime > 0;
  const number = (value: number): string => groupDigits(String(value));
  return (
    <>
      <div className={styles['figures']}>
        <Figure name="Series in the head" value={number(head.numSeries)} detail="active in the last hours" />
        <Figure name="Label pairs" value={number(head.numLabelPairs)} detail="distinct name=value" />
        <Figure
          name="Chunks"
          value={number(head.chunkCount)}
          detail={head.numSeries > 0 ? `${(head.chunkCount / head.numSeries).toFixed(1)} per series` : 'none'}
        />
        <Figure
          name="The head covers"
          value={hasData ? humanDuration(head.maxTime - head.minTime) : '–'}
          detail={hasData ? `since ${formatDateTime(timestampMs(head.minTime), zone)}` : 'no samples yet'}
        />
      </div>
      <div className={styles['lists']}>
        <TopList
          title="Series by metric"
          entries={data.seriesCountByMetricName}
          total={head.numSeries}
          linkOf={(name) => exploreLink(`count by (job) (${selectorOf(name, {})})`)}
        />
        <TopList
          title="Series by label and value"
          entries={data.seriesCountByLabelValuePair}
          total={head.numSeries}
          linkOf={pairSelector}
        />
        <TopList title="Values by label" entries={data.labelValueCountByLabelName} />
        <TopList title="Memory by label" entries={data.memoryInBytesByLabelName} format={bytes} />
      </div>
    </>
  );
}

interface TopListProps {
  title: string;
  entries: NameAndCount[] | null;
  /** For the share of each entry. */
  total?: number;
  format?: (value: number) => string;
  linkOf?: (name: string) => string;
}

function TopList({ title, entries, total, format = (value) => groupDigits(String(value)), linkOf }: TopListProps) {
  const list = entries ?? [];
  const most = list[0]?.value ?? 1;
  return (
    <Card title={title}>
      {list.length === 0 ? (
        <p className={styles['none']}>Nothing yet.</p>
      ) : (
        <ol className={styles['top']}>
          {list.map((entry) => (
            <li key={entry.name}>
              <span className={styles['topBar']} style={{ width: `${(entry.value / most) * 100}%` }} aria-hidden />
              <span className={styles['topName']}>
                {linkOf ? <Link href={linkOf(entry.name)}>{entry.name}</Link> : entry.name}
              </span>
              {total ? <span className={styles['topShare']}>{percent(entry.value / total)}</span> : null}
              <span className={styles['topValue']}>{format(entry.value)}</span>
            </li>
          ))}
        </ol>
      )}
    </Card>
  );
}
