// SPDX-License-Identifier: Apache-2.0
// What /query, /query_range and /query_exemplars answer, as it is on the wire.

export type Labels = Record<string, string>;
/** Seconds since the epoch and the value as text. */
export type WireSample = [number, string];
/** Boundary rule (0 open left, 1 open right, 2 open both, 3 closed both), from, to, count. */
export type WireBucket = [number, string, string, string];

export interface WireHistogram {
  count: string;
  sum: string;
  buckets?: WireBucket[];
}

export interface InstantSeries {
  metric: Labels;
  value?: WireSample;
  histogram?: [number, WireHistogram];
}

export interface RangeSeries {
  metric: Labels;
  values?: WireSample[];
  histograms?: [number, WireHistogram][];
}

export interface QueryStats {
  timings?: { evalTotalTime?: number; execTotalTime?: number; execQueueTime?: number };
  samples?: { totalQueryableSamples?: number; samplesRead?: number; peakSamples?: number };
}

export type QueryResult = { stats?: QueryStats } & (
  | { resultType: 'vector'; result: InstantSeries[] }
  | { resultType: 'matrix'; result: RangeSeries[] }
  | { resultType: 'scalar' | 'string'; result: WireSample }
);

export interface ExemplarSeries {
  seriesLabels: Labels;
  exemplars: { labels: Labels; value: string; timestamp: number }[];
}
