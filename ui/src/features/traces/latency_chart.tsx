// SPDX-License-Identifier: Apache-2.0
// What was found as a picture: the traces listed, or all spans that match.
import { useLocation } from 'wouter';
import type { Window } from '@/api/queries';
import { isCountable } from '@/model/latency_cells';
import type { TraceRow } from '@/model/trace_rows';
import { LatencyHeatmap } from './latency_heatmap';
import { LatencyScatter } from './latency_scatter';
import type { LatencyBox } from './scatter_scale';

interface LatencyChartProps {
  kind: string;
  rows: readonly TraceRow[];
  query: string;
  window: Window;
  fromMs: number;
  toMs: number;
  onBox: (box: LatencyBox) => void;
}

export function LatencyChart({ kind, rows, query, window, fromMs, toMs, onBox }: LatencyChartProps) {
  const [, navigate] = useLocation();
  return kind === 'heatmap' && isCountable(query) ? (
    <LatencyHeatmap query={query} window={window} fromMs={fromMs} toMs={toMs} onBox={onBox} />
  ) : (
    <LatencyScatter
      rows={rows}
      fromMs={fromMs}
      toMs={toMs}
      onOpen={(row) => navigate(`/trace/${row.id}`)}
      onBox={onBox}
    />
  );
}
