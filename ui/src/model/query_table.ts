// SPDX-License-Identifier: Apache-2.0
// Any query result as rows of a table, and as CSV.
import type { Labels, QueryResult, RangeSeries, WireHistogram, WireSample } from '@/api/query_types';
import { formatDateTime, type Zone } from '@/base/time_format';
import { timestampMs } from '@/base/brand';
import { toCsv } from '@/base/csv';
import { parseValue } from './chart_data';
import { seriesName } from './series_name';

export interface TableRow {
  key: string;
  labels: Labels;
  /** The value as the server wrote it; empty for histograms and for several samples. */
  value: string;
  /** For sorting; NaN where there is no single number. */
  number: number;
  samples?: WireSample[];
  histogram?: WireHistogram;
}

export function tableRows(result: QueryResult): TableRow[] {
  switch (result.resultType) {
    case 'vector':
      return result.result.map((one) => {
        const value = one.value?.[1] ?? '';
        const row = { key: seriesName(one.metric), labels: one.metric, value, number: parseValue(value || 'NaN') };
        return one.histogram ? { ...row, histogram: one.histogram[1], number: Number(one.histogram[1].count) } : row;
      });
    case 'matrix':
      return result.result.map((one) => {
        const samples = one.values ?? [];
        const lastHistogram = one.histograms?.at(-1)?.[1];
        const row = {
          key: seriesName(one.metric),
          labels: one.metric,
          value: '',
          number: parseValue(samples.at(-1)?.[1] ?? 'NaN'),
          samples,
        };
        return lastHistogram ? { ...row, histogram: lastHistogram } : row;
      });
    default:
      return [{ key: result.resultType, labels: {}, value: result.result[1], number: parseValue(result.result[1]) }];
  }
}

/** Label names of all rows: the metric name, those that differ (the common ones first), the others. */
export function labelColumns(rows: readonly TableRow[]): string[] {
  const names = new Set(rows.flatMap((row) => Object.keys(row.labels)));
  const varies = (name: string): boolean => rows.some((row) => row.labels[name] !== rows[0]?.labels[name]);
  const uses = (name: string): number => rows.filter((row) => row.labels[name] !== undefined).length;
  const counts = new Map([...names].map((name) => [name, uses(name)]));
  const rank = (name: string): number => (name === '__name__' ? 0 : varies(name) ? 1 : 2);
  const ranks = new Map([...names].map((name) => [name, rank(name)]));
  const by = (map: Map<string, number>, name: string): number => map.get(name) ?? 0;
  return [...names].sort((a, b) => by(ranks, a) - by(ranks, b) || by(counts, b) - by(counts, a) || (a < b ? -1 : 1));
}

export interface SortOrder {
  /** A label name, "series" or "value". */
  by: string;
  descending: boolean;
}

const collator = new Intl.Collator('en', { numeric: true });

export function sortRows(rows: readonly TableRow[], order: SortOrder | null): TableRow[] {
  if (order === null) return [...rows];
  const sign = order.descending ? -1 : 1;
  return [...rows].sort((a, b) => sign * compare(a, b, order.by, sign));
}

function compare(a: TableRow, b: TableRow, by: string, sign: number): number {
  if (by === 'series') return collator.compare(a.key, b.key);
  if (by !== 'value') return collator.compare(a.labels[by] ?? '', b.labels[by] ?? '');
  if (Number.isNaN(a.number) || Number.isNaN(b.number)) {
    // What has no number stays at the end in both directions.
    return sign * (Number(Number.isNaN(a.number)) - Number(Number.isNaN(b.number)));
  }
  return a.number === b.number ? 0 : a.number < b.number ? -1 : 1;
}

/** One line per series (instant) or per series and sample (range), labels as columns. */
export function resultCsv(rows: readonly TableRow[], zone: Zone): string {
  const columns = labelColumns(rows);
  const hasSamples = rows.some((row) => row.samples);
  const header = [...columns, ...(hasSamples ? ['time'] : []), 'value'];
  const body = rows.flatMap((row) => {
    const labels = columns.map((name) => row.labels[name] ?? '');
    if (!row.samples) return [[...labels, row.histogram ? histogramText(row.histogram) : row.value]];
    return row.samples.map(([time, value]) => [...labels, formatDateTime(timestampMs(time * 1000), zone), value]);
  });
  return toCsv([header, ...body]);
}

/** What a graph draws: one line per time, one column per series, empty where it has no point. */
export function graphCsv(result: readonly RangeSeries[], zone: Zone): string {
  const columns = result.map(
    (one) =>
      new Map<number, string>([
        ...(one.histograms ?? []).map(([time, value]): WireSample => [time, histogramText(value)]),
        ...(one.values ?? []),
      ]),
  );
  const times = [...new Set(columns.flatMap((column) => [...column.keys()]))].sort((a, b) => a - b);
  const header = ['time', ...result.map((one) => seriesName(one.metric))];
  const body = times.map((time) => [
    formatDateTime(timestampMs(time * 1000), zone),
    ...columns.map((column) => column.get(time) ?? ''),
  ]);
  return toCsv([header, ...body]);
}

function histogramText(histogram: WireHistogram): string {
  return `count=${histogram.count} sum=${histogram.sum}`;
}
