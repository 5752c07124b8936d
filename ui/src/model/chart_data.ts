// SPDX-License-Identifier: Apache-2.0
// A range result as columns for drawing: one shared time axis, one value column per series, null
// where a series has no point, so that gaps stay visible.
import type { Labels, RangeSeries } from '@/api/query_types';
import { legendNames, seriesName } from './series_name';

export interface ChartSeries {
  /** The full series name: stable between refreshes. */
  id: string;
  /** What the legend shows. */
  name: string;
  labels: Labels;
  values: (number | null)[];
}

export interface ChartData {
  /** Seconds since the epoch, ascending. */
  times: number[];
  series: ChartSeries[];
  /** Series that hold native histograms, which lines cannot show. */
  histogramSeries: number;
}

/** What is usual for one of the series: seconds, lower, expected, upper. */
export interface ChartBand {
  seriesId: string;
  points: readonly [number, number, number, number][];
}

export const emptyChart: ChartData = { times: [], series: [], histogramSeries: 0 };

export function parseValue(text: string): number {
  if (text === '+Inf' || text === 'Inf') return Infinity;
  return text === '-Inf' ? -Infinity : Number(text);
}

/** `step` in seconds; the axis is start, start + step, …, end. */
export function chartOf(result: readonly RangeSeries[], start: number, end: number, step: number): ChartData {
  const count = Math.max(0, Math.floor((end - start) / step + 1e-6)) + 1;
  const times = Array.from({ length: count }, (_, i) => Number((start + i * step).toFixed(3)));
  const floats = result.filter((series) => (series.values?.length ?? 0) > 0);
  const names = legendNames(floats.map((series) => series.metric));
  const series = floats.map((one, index) => ({
    id: seriesName(one.metric),
    name: names[index] ?? '',
    labels: one.metric,
    values: column(one, start, step, count),
  }));
  const histogramSeries = result.filter((one) => (one.histograms?.length ?? 0) > 0).length;
  return { times, series, histogramSeries };
}

function column(series: RangeSeries, start: number, step: number, count: number): (number | null)[] {
  const values = new Array<number | null>(count).fill(null);
  for (const [time, text] of series.values ?? []) {
    const index = Math.round((time - start) / step);
    const value = parseValue(text);
    if (index >= 0 && index < count && Number.isFinite(value)) values[index] = value;
  }
  return values;
}

/** Each visible column on top of the visible ones before it; hidden columns become null. */
export function stackColumns(columns: readonly (number | null)[][], hidden: readonly boolean[]): (number | null)[][] {
  const length = columns[0]?.length ?? 0;
  const total = new Array<number>(length).fill(0);
  return columns.map((values, index) => {
    if (hidden[index]) return values.map(() => null);
    return values.map((value, i) => {
      if (value === null) return total[i] === 0 ? null : (total[i] ?? null);
      total[i] = (total[i] ?? 0) + value;
      return total[i] ?? null;
    });
  });
}

export interface SeriesSummary {
  last: number | null;
  min: number | null;
  max: number | null;
  mean: number | null;
}

export function summarize(values: readonly (number | null)[]): SeriesSummary {
  let last: number | null = null;
  let min = Infinity;
  let max = -Infinity;
  let sum = 0;
  let count = 0;
  for (const value of values) {
    if (value === null) continue;
    last = value;
    min = Math.min(min, value);
    max = Math.max(max, value);
    sum += value;
    count++;
  }
  return count === 0 ? { last, min: null, max: null, mean: null } : { last, min, max, mean: sum / count };
}

/** The value of each series at one point of the axis, largest first, without gaps. */
export function valuesAt(series: readonly ChartSeries[], index: number): { index: number; value: number }[] {
  const out: { index: number; value: number }[] = [];
  series.forEach((one, at) => {
    const value = one.values[index];
    if (value !== null && value !== undefined) out.push({ index: at, value });
  });
  return out.sort((a, b) => b.value - a.value);
}
