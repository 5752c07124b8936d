// SPDX-License-Identifier: Apache-2.0
// One service: how much, how well, how fast, compared with yesterday and last week; what it consists of,
// what it depends on, what fails, and the ways to its traces and logs.
import { useMemo } from 'react';
import { Link, useParams } from 'wouter';
import { durationMs } from '@/base/brand';
import { formatDuration, humanDuration } from '@/base/duration';
import { percent, shortNumber } from '@/base/number_format';
import { entryKinds, quoted, serviceCharts } from '@/model/service_red';
import { defaultResolution, stepFor } from '@/model/step';
import { encodeEnd } from '@/model/time_range';
import { Card, Page } from '@/widgets/card';
import { DeployCard } from '@/widgets/query/deploy_card';
import { ObjectiveCard } from '@/widgets/query/objective_card';
import { QueryChart } from '@/widgets/query/query_chart';
import { Empty, Failure, Skeleton } from '@/widgets/states';
import { TimeControls } from '@/widgets/time_controls';
import { usePageTime, type PageTime } from '@/widgets/url_state';
import { contextOf, WayLinks } from '@/widgets/ways';
import { Dependencies } from './dependencies';
import { ErrorGroups } from './error_groups';
import { RedTable } from './red_table';
import { ServiceAlerts } from './service_alerts';
import { SpanCard } from './span_cards';
import { UnknownService, useIsUnknown } from './unknown_service';
import { useRed } from '@/widgets/query/use_red';
import styles from './services.module.css';

export function ServicePage() {
  const { name = '' } = useParams<{ name: string }>();
  const service = decodeURIComponent(name);
  const time = usePageTime();
  const isUnknown = useIsUnknown(service, time);
  const matchers = useMemo(() => [`service=${quoted(service)}`, entryKinds], [service]);
  const step = stepFor(defaultResolution, durationMs(time.resolved.to - time.resolved.from));
  const interval = formatDuration(durationMs(Math.max(60_000, step * 4)));
  const charts = useMemo(() => {
    const made = serviceCharts(matchers);
    const fill = (text: string): string => text.replaceAll('$interval', interval);
    return { rate: fill(made.rate), errors: fill(made.errors), latency: fill(made.latency) };
  }, [matchers, interval]);
  return (
    <Page
      title={service}
      summary={<WayLinks context={contextOf(time, { service })} />}
      actions={<TimeControls time={time} />}
    >
      {isUnknown ? (
        <>
          <UnknownService service={service} time={time} />
          <div className={styles['halves']}>
            <ServiceAlerts service={service} />
            <ObjectiveCard service={service} limit={8} />
          </div>
        </>
      ) : (
        <KnownService service={service} time={time} matchers={matchers} charts={charts} />
      )}
    </Page>
  );
}

interface KnownServiceProps {
  service: string;
  time: PageTime;
  matchers: readonly string[];
  charts: { rate: string; errors: string; latency: string };
}

function KnownService({ service, time, matchers, charts }: KnownServiceProps) {
  return (
    <>
      <section className={styles['charts']} aria-label="Rate, errors and duration">
        <QueryChart
          time={time}
          service={service}
          chart={{ title: 'Requests per second', query: charts.rate, yMin: 0, format: (v) => `${shortNumber(v)}/s` }}
        />
        <QueryChart
          time={time}
          service={service}
          chart={{ title: 'Share of errors', query: charts.errors, yMin: 0, format: percent }}
        />
        <QueryChart
          time={time}
          service={service}
          chart={{ title: 'Duration', query: charts.latency, yMin: 0, format: (v) => humanDuration(v * 1000) }}
        />
      </section>
      <div className={styles['halves']}>
        <ServiceAlerts service={service} />
        <ObjectiveCard service={service} limit={8} />
        <Operations title="Endpoints" matchers={matchers} service={service} time={time} />
        <ErrorGroups service={service} time={time} />
        <Dependencies service={service} time={time} />
        <SpanCard kind="databases" service={service} time={time} />
        <SpanCard kind="calls" service={service} time={time} />
        <SpanCard kind="queues" service={service} time={time} />
        <SpanCard kind="instances" service={service} time={time} />
        <DeployCard service={service} limit={8} />
      </div>
    </>
  );
}

function timeParams(time: PageTime): Record<string, string> {
  return { from: encodeEnd(time.range.from), to: encodeEnd(time.range.to) };
}

interface OperationsProps {
  title: string;
  matchers: readonly string[];
  service: string;
  time: PageTime;
}

function Operations({ title, matchers, service, time }: OperationsProps) {
  const red = useRed('span_name', matchers, time.resolved);
  const link = (operation: string): string =>
    `/traces?${new URLSearchParams({ service, operation, ...timeParams(time) }).toString()}`;
  return (
    <Card title={title} note={red.rows.length > 0 ? String(red.rows.length) : undefined}>
      {red.isPending ? (
        <Skeleton lines={5} />
      ) : red.error && red.rows.length === 0 ? (
        <Failure what={title} error={red.error} onRetry={red.refetch} />
      ) : red.rows.length === 0 ? (
        <Empty title="Nobody asked anything in this time">
          Choose a longer time, or look whether the service sends traces at all.
        </Empty>
      ) : (
        <RedTable
          label={title}
          header="Operation"
          rows={red.rows}
          name={(row) => <Link href={link(row.labels['span_name'] ?? '')}>{row.labels['span_name']}</Link>}
        />
      )}
    </Card>
  );
}
