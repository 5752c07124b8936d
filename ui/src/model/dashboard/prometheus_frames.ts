// SPDX-License-Identifier: Apache-2.0
// Answers of the Prometheus and Loki query APIs as frames.
import type { Labels, QueryResult, RangeSeries, WireHistogram } from '@/api/query_types';
import { field, frame, labelsText, legendText, type Field, type Frame, type Value } from './frame';

export interface SeriesOptions {
  refId: string;
  /** "{{label}}", "__auto" or "". */
  legend: string;
  format: 'time_series' | 'table' | 'heatmap';
  startMs: number;
  endMs: number;
  stepMs: number;
}

export function parseValue(text: string): number {
  if (text === '+Inf' || text === 'Inf') return Infinity;
  return text === '-Inf' ? -Infinity : Number(text);
}

function nameOf(labels: Labels, legend: string, isOnly: boolean): string | undefined {
  if (legend !== '' && legend !== '__auto') return legendText(legend, labels);
  const { __name__: name = '', ...rest } = labels;
  const text = labelsText(rest);
  if (legend === '__auto' && isOnly && text === '{}') return name || undefined;
  if (text === '{}') return name || undefined;
  return legend === '__auto'
    ? text
    : `${name}{${Object.entries(rest)
        .map(([key, value]) => `${key}="${value}"`)
        .join(', ')}}`;
}

/** All series on one time axis, so that panels and transformations see columns of equal length. */
function rangeFrames(result: readonly RangeSeries[], options: SeriesOptions): Frame[] {
  const { startMs, endMs, stepMs } = options;
  const count = Math.max(Math.floor((endMs - startMs) / stepMs + 1e-6), 0) + 1;
  const times = Array.from({ length: count }, (_, i) => Math.round(startMs + i * stepMs));
  return result.map((series) => {
    const values = new Array<Value>(count).fill(null);
    for (const [time, text] of series.values ?? []) {
      const index = Math.round((time * 1000 - startMs) / stepMs);
      if (index >= 0 && index < count) values[index] = parseValue(text);
    }
    const name = nameOf(series.metric, options.legend, result.length === 1);
    const value: Field = {
      ...field('Value', 'number', values, series.metric),
      ...(name === undefined ? {} : { displayName: name }),
    };
    return frame(options.refId, [field('Time', 'time', times), value], 'series', name ?? '');
  });
}

interface Point {
  labels: Labels;
  timeMs: number;
  value: number;
}

function pointsOf(result: QueryResult): Point[] {
  if (result.resultType === 'vector') {
    return result.result
      .filter((one) => one.value !== undefined)
      .map((one) => ({
        labels: one.metric,
        timeMs: (one.value?.[0] ?? 0) * 1000,
        value: parseValue(one.value?.[1] ?? ''),
      }));
  }
  if (result.resultType === 'matrix') {
    return result.result.flatMap((one) =>
      (one.values ?? []).map(([time, text]) => ({ labels: one.metric, timeMs: time * 1000, value: parseValue(text) })),
    );
  }
  return [{ labels: {}, timeMs: result.result[0] * 1000, value: parseValue(result.result[1]) }];
}

/** One row a sample, a column a label. */
export function tableFrame(result: QueryResult, options: SeriesOptions): Frame {
  const points = pointsOf(result);
  const names = [...new Set(points.flatMap((point) => Object.keys(point.labels)))].sort();
  const fields = [
    field(
      'Time',
      'time',
      points.map((point) => point.timeMs),
    ),
    ...names.map((name) =>
      field(
        name,
        'string',
        points.map((point) => point.labels[name] ?? ''),
      ),
    ),
    field(
      'Value',
      'number',
      points.map((point) => point.value),
    ),
  ];
  return frame(options.refId, fields, 'table');
}

function instantFrames(result: QueryResult, options: SeriesOptions): Frame[] {
  const points = pointsOf(result);
  return points.map((point) => {
    const name = nameOf(point.labels, options.legend, points.length === 1);
    const value: Field = {
      ...field('Value', 'number', [point.value], point.labels),
      ...(name === undefined ? {} : { displayName: name }),
    };
    return frame(options.refId, [field('Time', 'time', [point.timeMs]), value], 'series', name ?? '');
  });
}

const bound = (text: string): number => (text === '+Inf' ? Infinity : Number(text));

/** Series by `le` as rows of a heat map: cumulative counts become the count of each bucket. */
export function bucketFrames(frames: readonly Frame[]): Frame[] {
  const byLe = new Map<string, Value[]>();
  let times: Value[] = [];
  for (const one of frames) {
    const value = one.fields.find((f) => f.type === 'number');
    const le = value?.labels['le'] ?? value?.displayName ?? '';
    if (!value || le === '') continue;
    times = one.fields[0]?.values ?? times;
    const known = byLe.get(le);
    byLe.set(le, known ? known.map((v, i) => add(v, value.values[i] ?? null)) : [...value.values]);
  }
  const sorted = [...byLe.entries()]
    .filter(([le]) => !Number.isNaN(bound(le)))
    .sort((a, b) => bound(a[0]) - bound(b[0]));
  const fields = sorted.map(([le, values], index) => {
    const below = sorted[index - 1]?.[1];
    const own = below ? values.map((v, i) => minus(v, below[i] ?? null)) : values;
    return field(le, 'number', own, { le });
  });
  if (fields.length === 0) return [...frames];
  return [frame(frames[0]?.refId ?? 'A', [field('Time', 'time', times), ...fields], 'heatmap')];
}

const add = (a: Value, b: Value): Value => (typeof a === 'number' && typeof b === 'number' ? a + b : (a ?? b));
const minus = (a: Value, b: Value): Value => (typeof a === 'number' && typeof b === 'number' ? Math.max(a - b, 0) : a);

/** Native histograms as a heat map: each bucket boundary is a row. */
function histogramFrame(result: readonly RangeSeries[], options: SeriesOptions): Frame | null {
  const rows = new Map<string, Map<number, number>>();
  const times = new Set<number>();
  const addBuckets = (timeMs: number, histogram: WireHistogram): void => {
    times.add(timeMs);
    for (const [, , to, count] of histogram.buckets ?? []) {
      const row = rows.get(to) ?? new Map<number, number>();
      row.set(timeMs, (row.get(timeMs) ?? 0) + Number(count));
      rows.set(to, row);
    }
  };
  for (const series of result)
    for (const [time, histogram] of series.histograms ?? []) addBuckets(time * 1000, histogram);
  if (rows.size === 0) return null;
  const axis = [...times].sort((a, b) => a - b);
  const sorted = [...rows.entries()].sort((a, b) => Number(a[0]) - Number(b[0])).slice(0, 200);
  const fields = sorted.map(([le, row]) =>
    field(
      le,
      'number',
      axis.map((time) => row.get(time) ?? 0),
      { le },
    ),
  );
  return frame(options.refId, [field('Time', 'time', axis), ...fields], 'heatmap');
}

export function framesOfResult(result: QueryResult, options: SeriesOptions): Frame[] {
  if (result.resultType === 'matrix' && options.format !== 'table') {
    const native = histogramFrame(result.result, options);
    if (native) return [native];
    const frames = rangeFrames(result.result, options);
    return options.format === 'heatmap' ? bucketFrames(frames) : frames;
  }
  if (options.format === 'table') return [tableFrame(result, options)];
  return instantFrames(result, options);
}

export interface LokiStream {
  stream: Labels;
  values: [string, string, ...unknown[]][];
}

/** Log lines, newest first. */
export function logFrame(streams: readonly LokiStream[], refId: string): Frame {
  const rows = streams
    .flatMap((one) => one.values.map((value) => ({ ns: value[0], line: value[1], labels: one.stream })))
    .sort((a, b) =>
      a.ns.length === b.ns.length ? (a.ns < b.ns ? 1 : a.ns > b.ns ? -1 : 0) : b.ns.length - a.ns.length,
    );
  return frame(
    refId,
    [
      field(
        'Time',
        'time',
        rows.map((row) => Number(row.ns.slice(0, -6))),
      ),
      field(
        'Line',
        'string',
        rows.map((row) => row.line),
      ),
      field(
        'labels',
        'other',
        rows.map((row) => JSON.stringify(row.labels)),
      ),
    ],
    'logs',
  );
}
