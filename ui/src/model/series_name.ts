// SPDX-License-Identifier: Apache-2.0
// Series as text in PromQL notation, including names and labels that need quotes.
import type { Labels } from '@/api/query_types';

const plainMetric = /^[a-zA-Z_:][a-zA-Z0-9_:]*$/;
const plainLabel = /^[a-zA-Z_][a-zA-Z0-9_]*$/;

export function quote(value: string): string {
  return `"${value.replaceAll('\\', '\\\\').replaceAll('"', '\\"').replaceAll('\n', '\\n')}"`;
}

export function labelName(name: string): string {
  return plainLabel.test(name) ? name : quote(name);
}

/** The labels without the metric name, in alphabetic order. */
export function labelPairs(labels: Labels): [string, string][] {
  return Object.entries(labels)
    .filter(([name]) => name !== '__name__')
    .sort(([a], [b]) => (a < b ? -1 : 1));
}

export function seriesName(labels: Labels): string {
  const metric = labels['__name__'] ?? '';
  const pairs = labelPairs(labels).map(([name, value]) => `${labelName(name)}=${quote(value)}`);
  if (metric !== '' && !plainMetric.test(metric)) return `{${[quote(metric), ...pairs].join(', ')}}`;
  return pairs.length > 0 ? `${metric}{${pairs.join(', ')}}` : metric || '{}';
}

/** A selector of the metric with equality matchers: what the explorers insert. */
export function selectorOf(metric: string, matchers: Labels): string {
  return seriesName({ ...matchers, __name__: metric });
}

/** Labels that differ between the series, and those that all of them share. */
export function splitCommon(series: readonly Labels[]): { common: Labels; varying: string[] } {
  const first = series[0] ?? {};
  const names = new Set(series.flatMap((labels) => Object.keys(labels)));
  const common: Labels = {};
  const varying: string[] = [];
  for (const name of [...names].sort()) {
    const value = first[name];
    if (value !== undefined && series.every((labels) => labels[name] === value)) common[name] = value;
    else varying.push(name);
  }
  return { common, varying };
}

/** Short names for a legend: only what differs, as long as that still names every series. */
export function legendNames(series: readonly Labels[]): string[] {
  if (series.length < 2) return series.map(seriesName);
  const { varying } = splitCommon(series);
  return series.map((labels) => {
    const metric = varying.includes('__name__') ? (labels['__name__'] ?? '') : '';
    const pairs = varying.filter((name) => name !== '__name__' && labels[name] !== undefined);
    if (pairs.length === 0) return metric || seriesName(labels);
    return `${metric}{${pairs.map((name) => `${labelName(name)}=${quote(labels[name] ?? '')}`).join(', ')}}`;
  });
}
