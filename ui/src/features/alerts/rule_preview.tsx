// SPDX-License-Identifier: Apache-2.0
// What the query of a rule gives now and gave lately, with its threshold and the band of what is usual.
import { useQuery } from '@tanstack/react-query';
import { ChartLine } from 'lucide-react';
import { useDeferredValue, useMemo, useState } from 'react';
import { bandQuery, rangeQuery } from '@/api/queries';
import { chartBands } from '@/model/chart_bands';
import { chartOf, emptyChart, type ChartData } from '@/model/chart_data';
import { watched } from '@/model/rule_draft';
import { Card } from '@/widgets/card';
import { TimeSeriesChart } from '@/widgets/chart/time_series_chart';
import { SwitchField } from '@/widgets/fields';
import { Empty, Failure, Notice, Skeleton } from '@/widgets/states';

const hours = 24;
const step = 300;
const drawnAtOnce = 20;

export function RulePreview({ expr }: { expr: string }) {
  const [hasBand, setBand] = useState(false);
  const { query, threshold } = useMemo(() => watched(expr), [expr]);
  const shown = useDeferredValue(query);
  const [end] = useState(() => Math.floor(Date.now() / 1000 / step) * step);
  const window = useMemo(() => ({ start: end - hours * 3600, end }), [end]);
  const lines = useQuery(rangeQuery(shown, window, step));
  const asked = useQuery(bandQuery(shown, window, step, hasBand));
  const chart = useMemo<ChartData>(() => {
    if (lines.data?.data.resultType !== 'matrix') return emptyChart;
    const all = chartOf(lines.data.data.result.slice(0, drawnAtOnce), window.start, window.end, step);
    if (threshold === null || all.series.length === 0) return all;
    const line = { id: 'threshold', name: 'threshold', labels: {}, values: all.times.map(() => threshold) };
    return { ...all, series: [...all.series, line] };
  }, [lines.data, threshold, window]);
  const bands = useMemo(() => {
    const own = chart.series.filter((series) => series.id !== 'threshold');
    return hasBand ? chartBands({ ...chart, series: own }, asked.data ?? []) : [];
  }, [asked.data, chart, hasBand]);
  if (expr.trim() === '') return null;
  return (
    <Card title="The last day" actions={<SwitchField label="Band" value={hasBand} onChange={setBand} />}>
      {hasBand && asked.error && <Notice tone="info" title={asked.error.message} />}
      {lines.isPending ? (
        <Skeleton lines={1} height={212} />
      ) : lines.isError ? (
        <Failure what="The query" error={lines.error} />
      ) : chart.series.length === 0 ? (
        <Empty icon={<ChartLine />} title="The query gave nothing in the last day" />
      ) : (
        <TimeSeriesChart data={chart} label="Query of the rule" height={220} bands={bands} />
      )}
    </Card>
  );
}
