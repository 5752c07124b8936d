// SPDX-License-Identifier: Apache-2.0
import { useQuery } from '@tanstack/react-query';
import { Maximize2 } from 'lucide-react';
import { useMemo } from 'react';
import { useLocation } from 'wouter';
import { rangeQuery } from '@/api/queries';
import { durationMs } from '@/base/brand';
import { chartOf, emptyChart, type ChartData } from '@/model/chart_data';
import { alignWindow, defaultResolution, stepFor } from '@/model/step';
import { between, encodeEnd } from '@/model/time_range';
import { IconButton } from '../button';
import { Card } from '../card';
import { CompactLegend, shortName } from '../chart/compact_legend';
import { TimeSeriesChart } from '../chart/time_series_chart';
import { Empty, Failure, Skeleton } from '../states';
import type { PageTime } from '../url_state';
import { useDeployMarks } from './use_deploy_marks';
import styles from './query_chart.module.css';

export interface ChartQuery {
  title: string;
  query: string;
  isStacked?: boolean;
  format?: (value: number) => string;
  yMin?: number;
  yMax?: number;
  isBinary?: boolean;
}

const height = 170;
/** A line of names below it, and what stands around both. */
const legendPx = 35;

const named = (data: ChartData): ChartData => ({
  ...data,
  series: data.series.map((one) => ({ ...one, name: shortName(one) })),
});

interface QueryChartProps {
  chart: ChartQuery;
  time: PageTime;
  /** Whose deploys are marked; without it, those about everything. */
  service?: string;
}

/** One query as a small graph; its button opens the query in Explore. */
export function QueryChart({ chart, time, service }: QueryChartProps) {
  const [, navigate] = useLocation();
  const { from, to } = time.resolved;
  const step = stepFor(defaultResolution, durationMs(to - from));
  const window = useMemo(() => alignWindow(from, to, step), [from, to, step]);
  const query = useQuery(rangeQuery(chart.query, window, step / 1000));
  const data = useMemo(
    () =>
      query.data?.data.resultType === 'matrix'
        ? named(chartOf(query.data.data.result, window.start, window.end, step / 1000))
        : emptyChart,
    [query.data, window, step],
  );
  const marks = useDeployMarks(time.resolved, service);
  const open = (): void => {
    const params = new URLSearchParams({
      from: encodeEnd(time.range.from),
      to: encodeEnd(time.range.to),
      'g0.expr': chart.query,
      'g0.tab': 'graph',
      ...(chart.isStacked ? { 'g0.stacked': '1' } : {}),
    });
    navigate(`/explore?${params.toString()}`);
  };
  return (
    <Card
      title={chart.title}
      actions={
        <IconButton label={`Explore: ${chart.title}`} onClick={open}>
          <Maximize2 />
        </IconButton>
      }
    >
      <div className={styles['chart']} style={{ minHeight: height + legendPx }}>
        {query.isPending ? (
          <Skeleton lines={1} height={height - 40} />
        ) : query.isError && data.series.length === 0 ? (
          <Failure what={chart.title} error={query.error} onRetry={() => void query.refetch()} />
        ) : data.series.length === 0 ? (
          <Empty title="No samples in this window" />
        ) : (
          <>
            <TimeSeriesChart
              data={data}
              label={chart.title}
              height={height}
              marks={marks}
              isStacked={chart.isStacked ?? false}
              isBinary={chart.isBinary ?? false}
              {...(chart.format ? { formatValue: chart.format } : {})}
              {...(chart.yMin === undefined ? {} : { yMin: chart.yMin })}
              {...(chart.yMax === undefined ? {} : { yMax: chart.yMax })}
              onZoom={(a, b) => time.setRange(between(a, b))}
            />
            <CompactLegend series={data.series} />
          </>
        )}
      </div>
    </Card>
  );
}
