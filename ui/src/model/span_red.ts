// SPDX-License-Identifier: Apache-2.0
// Rate, errors and duration of spans by their attributes, from TraceQL metrics: what the metrics derived
// from spans do not tell apart, such as the text of a database query.
import type { TraceMetrics } from '@/api/trace_types';
import { attributesOf } from './attributes';
import type { RedRow } from './service_red';

export interface SpanRedQueries {
  count: string;
  failed: string;
  quantiles: string;
}

/** `conditions` say which spans count; `by` are the attributes that tell rows apart. */
export function spanRedQueries(conditions: string, by: readonly string[]): SpanRedQueries {
  const group = `by (${by.join(', ')})`;
  return {
    count: `{ ${conditions} } | count_over_time() ${group}`,
    failed: `{ ${conditions} && status = error } | count_over_time() ${group}`,
    quantiles: `{ ${conditions} } | quantile_over_time(duration, .5, .95) ${group}`,
  };
}

type Series = NonNullable<TraceMetrics['series']>[number];

/** The labels of a series without what the query adds; attributes that are not there are left out. */
function labelsOf(series: Series): Record<string, string> {
  const known = attributesOf(series.labels).filter((one) => one.key !== 'p' && one.text !== 'nil' && one.text !== '');
  return Object.fromEntries(known.map((one) => [one.key, one.text]));
}

const keyOf = (labels: Record<string, string>): string => JSON.stringify(labels);
const sum = (series: Series): number => (series.samples ?? []).reduce((all, one) => all + (one.value ?? 0), 0);

interface Answers {
  count: TraceMetrics | undefined;
  failed: TraceMetrics | undefined;
  quantiles: TraceMetrics | undefined;
}

/** Quantiles of the steps are weighed by how many spans each step has. */
export function spanRedRows({ count, failed, quantiles }: Answers, windowSeconds: number): RedRow[] {
  const failures = new Map((failed?.series ?? []).map((one) => [keyOf(labelsOf(one)), sum(one)]));
  const durations = new Map<string, Series[]>();
  for (const one of quantiles?.series ?? []) {
    const key = keyOf(labelsOf(one));
    durations.set(key, [...(durations.get(key) ?? []), one]);
  }
  return (count?.series ?? [])
    .map((series) => {
      const labels = labelsOf(series);
      const key = keyOf(labels);
      const total = sum(series);
      const weights = new Map((series.samples ?? []).map((one) => [one.timestampMs, one.value ?? 0]));
      const quantile = (p: string): number | null => {
        const found = durations
          .get(key)
          ?.find((one) => attributesOf(one.labels).some((l) => l.key === 'p' && l.text === p));
        if (!found || total === 0) return null;
        const weighed = (found.samples ?? []).reduce(
          (all, one) => all + (one.value ?? 0) * (weights.get(one.timestampMs) ?? 0),
          0,
        );
        return (weighed / total) * 1000;
      };
      return {
        key,
        labels,
        rate: total / windowSeconds,
        errors: total > 0 ? (failures.get(key) ?? 0) / total : 0,
        p50Ms: quantile('0.5'),
        p95Ms: quantile('0.95'),
      };
    })
    .filter((row) => row.rate > 0)
    .sort((a, b) => b.rate - a.rate);
}
