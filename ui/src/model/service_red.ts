// SPDX-License-Identifier: Apache-2.0
// Rate, errors and duration of services from the metrics that Signalbox derives from every span.
import type { InstantSeries, Labels } from '@/api/query_types';
import { parseValue } from './chart_data';

const calls = 'traces_spanmetrics_calls_total';
const latency = 'traces_spanmetrics_latency_bucket';
export const entryKinds = 'span_kind=~"SPAN_KIND_SERVER|SPAN_KIND_CONSUMER"';
const failed = 'status_code="STATUS_CODE_ERROR"';

const selector = (parts: readonly string[]): string => `{${parts.filter(Boolean).join(',')}}`;

export const quoted = (text: string): string => JSON.stringify(text);

export interface RedQueries {
  rate: string;
  errors: string;
  p50: string;
  p95: string;
}

/** Instant queries over the whole window, one sample per value of `by`. */
export function redQueries(by: string, matchers: readonly string[], window: string): RedQueries {
  const at = (metric: string, more: readonly string[] = []): string =>
    `rate(${metric}${selector([...matchers, ...more])}[${window}])`;
  const quantile = (q: number): string => `histogram_quantile(${q}, sum by (${by}, le) (${at(latency)}))`;
  return {
    rate: `sum by (${by}) (${at(calls)})`,
    errors: `sum by (${by}) (${at(calls, [failed])})`,
    p50: quantile(0.5),
    p95: quantile(0.95),
  };
}

export interface RedRow {
  key: string;
  labels: Labels;
  rate: number;
  errors: number;
  p50Ms: number | null;
  p95Ms: number | null;
}

type Results = Record<keyof RedQueries, readonly InstantSeries[]>;

export function redRows(results: Results): RedRow[] {
  const keyOf = (labels: Labels): string => JSON.stringify(Object.entries(labels).sort());
  const index = (series: readonly InstantSeries[]): Map<string, number> =>
    new Map(series.map((one) => [keyOf(one.metric), parseValue(one.value?.[1] ?? 'NaN')]));
  const errors = index(results.errors);
  const p50 = index(results.p50);
  const p95 = index(results.p95);
  const milliseconds = (seconds: number | undefined): number | null =>
    seconds === undefined || Number.isNaN(seconds) ? null : seconds * 1000;
  return results.rate
    .map((one) => {
      const key = keyOf(one.metric);
      const rate = parseValue(one.value?.[1] ?? '0');
      return {
        key,
        labels: one.metric,
        rate,
        errors: rate > 0 ? (errors.get(key) ?? 0) / rate : 0,
        p50Ms: milliseconds(p50.get(key)),
        p95Ms: milliseconds(p95.get(key)),
      };
    })
    .filter((row) => row.rate > 0)
    .sort((a, b) => b.rate - a.rate);
}

/** The same expression now, a day and a week ago, told apart by the label `when`. */
export function comparedExpression(expression: (offset: string) => string): string {
  const named = (name: string, offset: string): string =>
    `label_replace(${expression(offset)}, "when", "${name}", "", "")`;
  return [named('now', ''), named('yesterday', ' offset 1d'), named('last week', ' offset 1w')].join(' or ');
}

/** The graphs of one service; `matchers` say which of its spans count. */
export function serviceCharts(matchers: readonly string[]): { rate: string; errors: string; latency: string } {
  const at = (metric: string, more: readonly string[], offset: string): string =>
    `rate(${metric}${selector([...matchers, ...more])}[$interval]${offset})`;
  return {
    rate: comparedExpression((offset) => `sum(${at(calls, [], offset)})`),
    errors: comparedExpression(
      (offset) => `(sum(${at(calls, [failed], offset)}) or vector(0)) / sum(${at(calls, [], offset)})`,
    ),
    latency: [0.5, 0.95, 0.99]
      .map(
        (q) =>
          `label_replace(histogram_quantile(${q}, sum by (le) (${at(latency, [], '')})), "quantile", "p${q * 100}", "", "")`,
      )
      .join(' or '),
  };
}
