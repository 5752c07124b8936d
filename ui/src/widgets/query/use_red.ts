// SPDX-License-Identifier: Apache-2.0
// Four instant queries put together to rows of rate, errors and duration.
import { useQueries } from '@tanstack/react-query';
import { instantQuery } from '@/api/queries';
import type { InstantSeries, QueryResult } from '@/api/query_types';
import { durationMs } from '@/base/brand';
import { formatDuration } from '@/base/duration';
import { redQueries, redRows, type RedRow } from '@/model/service_red';
import type { ResolvedRange } from '@/model/time_range';

export const vectorOf = (data: QueryResult | undefined): readonly InstantSeries[] =>
  data?.resultType === 'vector' ? data.result : [];

/** The window as a range of PromQL, in whole seconds. */
export function rangeText(range: ResolvedRange): string {
  return formatDuration(durationMs(Math.max(60, Math.round((range.to - range.from) / 1000)) * 1000));
}

interface Red {
  rows: RedRow[];
  isPending: boolean;
  error: Error | null;
  refetch: () => void;
}

export function useRed(by: string, matchers: readonly string[], range: ResolvedRange): Red {
  const queries = redQueries(by, matchers, rangeText(range));
  const at = range.to / 1000;
  const results = useQueries({
    queries: [queries.rate, queries.errors, queries.p50, queries.p95].map((query) => instantQuery(query, at)),
  });
  const [rate, errors, p50, p95] = results.map((one) => vectorOf(one.data?.data));
  return {
    rows: redRows({ rate: rate ?? [], errors: errors ?? [], p50: p50 ?? [], p95: p95 ?? [] }),
    isPending: results.some((one) => one.isPending),
    error: results.find((one) => one.error)?.error ?? null,
    refetch: () => results.forEach((one) => void one.refetch()),
  };
}
