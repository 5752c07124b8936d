// SPDX-License-Identifier: Apache-2.0
// Exemplars as points of a graph. A dense window is thinned out: per slice of time the highest
// values stay, because these are what somebody looks for.
import type { ExemplarSeries, Labels } from '@/api/query_types';
import { parseValue } from './chart_data';

export interface ExemplarPoint {
  /** Seconds since the epoch. */
  time: number;
  value: number;
  labels: Labels;
  seriesLabels: Labels;
}

export function exemplarPoints(series: readonly ExemplarSeries[], sliceSeconds: number, perSlice = 2): ExemplarPoint[] {
  const slices = new Map<number, ExemplarPoint[]>();
  for (const one of series) {
    for (const exemplar of one.exemplars) {
      const value = parseValue(exemplar.value);
      if (!Number.isFinite(value)) continue;
      const point = { time: exemplar.timestamp, value, labels: exemplar.labels, seriesLabels: one.seriesLabels };
      const slice = Math.floor(exemplar.timestamp / sliceSeconds);
      const points = slices.get(slice);
      if (points) points.push(point);
      else slices.set(slice, [point]);
    }
  }
  return [...slices.values()].flatMap((points) => points.sort((a, b) => b.value - a.value).slice(0, perSlice));
}

/** The label that names the trace, in the spellings that clients use. */
export function traceIdOf(labels: Labels): string | null {
  return labels['trace_id'] ?? labels['traceID'] ?? labels['traceId'] ?? labels['TraceID'] ?? null;
}
