// SPDX-License-Identifier: Apache-2.0
// The graph of a LogQL query that makes numbers.
import { useQuery } from '@tanstack/react-query';
import { useMemo, useState } from 'react';
import { logMatrixQuery } from '@/api/log_queries';
import type { TimestampMs } from '@/base/brand';
import { chartOf } from '@/model/chart_data';
import { ChartLegend } from '@/widgets/chart/chart_legend';
import { TimeSeriesChart } from '@/widgets/chart/time_series_chart';
import { Empty, Failure, Skeleton } from '@/widgets/states';

interface MetricResultProps {
  query: string;
  start: number;
  end: number;
  stepSeconds: number;
  onZoom: (from: TimestampMs, to: TimestampMs) => void;
}

export function MetricResult({ query, start, end, stepSeconds, onZoom }: MetricResultProps) {
  const [hidden, setHidden] = useState<ReadonlySet<string>>(new Set());
  const [focusedId, setFocusedId] = useState<string | null>(null);
  const window = { startNs: `${start}000000000`, endNs: `${end}000000000` };
  const answer = useQuery(logMatrixQuery(query, window, stepSeconds));
  const chart = useMemo(
    () => chartOf(answer.data?.data.result ?? [], start, end, stepSeconds),
    [answer.data, start, end, stepSeconds],
  );
  if (answer.isPending) return <Skeleton lines={1} height={300} />;
  if (answer.isError) return <Failure what="The graph" error={answer.error} onRetry={() => void answer.refetch()} />;
  if (chart.series.length === 0) return <Empty title="No lines count in this time" />;
  return (
    <>
      <TimeSeriesChart data={chart} label={query} height={320} hidden={hidden} focusedId={focusedId} onZoom={onZoom} />
      <ChartLegend series={chart.series} hidden={hidden} onHidden={setHidden} onFocus={setFocusedId} />
    </>
  );
}
