// SPDX-License-Identifier: Apache-2.0
import { useMemo, useState } from 'react';
import { plural } from '@/base/number_format';
import type { QueryPanelState } from '@/model/panel_params';
import { between } from '@/model/time_range';
import { Button } from '@/widgets/button';
import { ChartLegend } from '@/widgets/chart/chart_legend';
import { TimeSeriesChart } from '@/widgets/chart/time_series_chart';
import { useDeployMarks } from '@/widgets/query/use_deploy_marks';
import { Notice, Skeleton } from '@/widgets/states';
import type { PageTime } from '@/widgets/url_state';
import { Cancelled, EmptyResult } from './empty_result';
import type { useGraph } from './use_panel_query';
import styles from './explore.module.css';

interface GraphViewProps {
  panel: QueryPanelState;
  graph: ReturnType<typeof useGraph>;
  time: PageTime;
  label: string;
  onRun: (query: string) => void;
  onChange: (panel: QueryPanelState) => void;
}

const drawnAtOnce = 300;
const chartHeight = 320;

export function GraphView({ panel, graph, time, label, onRun, onChange }: GraphViewProps) {
  const [hidden, setHidden] = useState<ReadonlySet<string>>(new Set());
  const [focusedId, setFocusedId] = useState<string | null>(null);
  const [isAllDrawn, setAllDrawn] = useState(false);
  const marks = useDeployMarks(time.resolved);
  const { chart, query } = graph;
  const drawn = useMemo(
    () =>
      isAllDrawn || chart.series.length <= drawnAtOnce
        ? chart
        : { ...chart, series: chart.series.slice(0, drawnAtOnce) },
    [chart, isAllDrawn],
  );

  if (query.isPending && query.fetchStatus === 'idle') return <Cancelled onRun={() => void query.refetch()} />;
  if (query.isPending) return <Skeleton lines={1} height={chartHeight - 8} />;
  if (query.isError && chart.series.length === 0) return null;
  const resultSize = query.data?.data.resultType === 'matrix' ? query.data.data.result.length : 0;
  if (resultSize === 0)
    return query.isError ? null : <EmptyResult query={panel.expr} window={time.resolved} onRun={onRun} />;
  return (
    <>
      {chart.histogramSeries > 0 && (
        <div className={styles['notices']}>
          <Notice
            tone="info"
            title={`${plural(chart.histogramSeries, 'series holds', 'series hold')} native histograms, which lines cannot show.`}
            actions={
              <Button onClick={() => onRun(`histogram_quantile(0.99, ${panel.expr})`)}>
                Graph the 99th percentile
              </Button>
            }
          >
            The table shows their buckets; a graph needs histogram_quantile, histogram_avg or histogram_count.{' '}
            <button type="button" className={styles['inlineLink']} onClick={() => onChange({ ...panel, tab: 'table' })}>
              Open the table
            </button>
          </Notice>
        </div>
      )}
      {drawn !== chart && (
        <div className={styles['notices']}>
          <Notice tone="info" actions={<Button onClick={() => setAllDrawn(true)}>Draw all</Button>}>
            The first {drawnAtOnce} of {plural(chart.series.length, 'series', 'series')} are drawn. To see the largest,
            wrap the query in topk(20, …); to see fewer, aggregate with sum by (…).
          </Notice>
        </div>
      )}
      {graph.bandNote !== null && (
        <div className={styles['notices']}>
          <Notice tone="info" title={graph.bandNote} />
        </div>
      )}
      {chart.series.length > 0 && (
        <div className={styles['graph']} data-old={query.isPlaceholderData || undefined}>
          <TimeSeriesChart
            data={drawn}
            label={label}
            height={chartHeight}
            isStacked={panel.isStacked}
            hidden={hidden}
            focusedId={focusedId}
            exemplars={graph.points}
            bands={graph.bands}
            marks={marks}
            onZoom={(from, to) => time.setRange(between(from, to))}
          />
          <ChartLegend series={drawn.series} hidden={hidden} onHidden={setHidden} onFocus={setFocusedId} />
        </div>
      )}
    </>
  );
}
