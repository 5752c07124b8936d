// SPDX-License-Identifier: Apache-2.0
// Counts of spans by time and duration, from `… | histogram_over_time(duration)`.
import type { TraceMetrics } from '@/api/trace_types';

export interface LatencyCell {
  fromMs: number;
  toMs: number;
  /** Durations of the cell lie above this, up to `maxMs`. */
  minMs: number;
  maxMs: number;
  count: number;
}

/** A sample counts the spans of the step that ends at its time; a bucket reaches down to half its bound. */
export function latencyCells(metrics: TraceMetrics, stepMs: number): LatencyCell[] {
  const cells: LatencyCell[] = [];
  for (const series of metrics.series ?? []) {
    const bound = series.labels?.find((label) => label.key === '__bucket')?.value.doubleValue;
    const maxMs = Number(bound) * 1000;
    if (!(maxMs > 0)) continue;
    for (const sample of series.samples ?? []) {
      const toMs = Number(sample.timestampMs);
      if (sample.value) cells.push({ fromMs: toMs - stepMs, toMs, minMs: maxMs / 2, maxMs, count: sample.value });
    }
  }
  return cells;
}

/** Whether a query names spans, so that it can be counted: metrics queries cannot be counted again. */
export const isCountable = (query: string): boolean =>
  !/\|\s*(rate|\w+_over_time|compare|topk|bottomk)\s*\(/.test(query);
