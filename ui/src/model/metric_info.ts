// SPDX-License-Identifier: Apache-2.0
// Metric names with what the metadata says about them.
import type { Metadata } from '@/api/status_types';
import { selectorOf } from './series_name';
import type { Labels } from '@/api/query_types';

export interface MetricInfo {
  name: string;
  type: string;
  help: string;
  unit: string;
}

const suffixes = ['_bucket', '_count', '_sum', '_total', '_created', '_info', '_gcount', '_gsum'];

/** Metadata is kept per family; samples of a family may carry a suffix. */
function familyOf(name: string, metadata: Metadata): { entry: Metadata[string][number] | undefined; suffix: string } {
  const exact = metadata[name]?.[0];
  if (exact) return { entry: exact, suffix: '' };
  const suffix = suffixes.find((ending) => name.endsWith(ending) && metadata[name.slice(0, -ending.length)]);
  return { entry: suffix ? metadata[name.slice(0, -suffix.length)]?.[0] : undefined, suffix: suffix ?? '' };
}

export function metricInfos(names: readonly string[], metadata: Metadata): MetricInfo[] {
  return names.map((name) => {
    const { entry, suffix } = familyOf(name, metadata);
    const isPart = suffix === '_bucket' || suffix === '_count' || suffix === '_sum';
    return {
      name,
      type: entry ? (isPart ? 'counter' : entry.type) : guessType(name),
      help: entry?.help ?? '',
      unit: entry?.unit ?? '',
    };
  });
}

function guessType(name: string): string {
  return /_(total|bucket|count|sum)$/.test(name) ? 'counter' : 'unknown';
}

export interface Suggestion {
  title: string;
  query: string;
}

/** Queries that make sense for the type: rates for counters, quantiles for histograms. */
export function suggestQueries(info: MetricInfo, matchers: Labels): Suggestion[] {
  const selector = selectorOf(info.name, matchers);
  const plain = { title: 'The series as they are', query: selector };
  if (info.name.endsWith('_bucket')) {
    return [
      { title: '99th percentile', query: `histogram_quantile(0.99, sum by (le) (rate(${selector}[5m])))` },
      { title: 'Requests per second', query: `sum(rate(${selector.replace('_bucket', '_count')}[5m]))` },
      plain,
    ];
  }
  if (info.type === 'histogram' || info.type === 'gaugehistogram') {
    return [{ title: '99th percentile', query: `histogram_quantile(0.99, sum(rate(${selector}[5m])))` }, plain];
  }
  if (info.type === 'counter') {
    return [
      { title: 'Per second', query: `rate(${selector}[5m])` },
      { title: 'Per second, by job', query: `sum by (job) (rate(${selector}[5m]))` },
      plain,
    ];
  }
  return [plain, { title: 'Sum by job', query: `sum by (job) (${selector})` }];
}
