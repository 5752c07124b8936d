// SPDX-License-Identifier: Apache-2.0
import { useQueries } from '@tanstack/react-query';
import { useMemo } from 'react';
import { traceMetricsQuery } from '@/api/trace_queries';
import type { RedRow } from '@/model/service_red';
import { spanRedQueries, spanRedRows } from '@/model/span_red';
import type { ResolvedRange } from '@/model/time_range';

interface SpanRed {
  rows: RedRow[];
  isPending: boolean;
  error: Error | null;
  refetch: () => void;
}

const steps = 30;

/** Rate, errors and duration of the spans that fulfil `conditions`, by the attributes `by`. */
export function useSpanRed(conditions: string, by: readonly string[], range: ResolvedRange): SpanRed {
  const queries = spanRedQueries(conditions, by);
  const window = { start: Math.floor(range.from / 1000), end: Math.ceil(range.to / 1000) };
  const seconds = Math.max(window.end - window.start, 1);
  const step = Math.max(1, Math.ceil(seconds / steps));
  const results = useQueries({
    queries: [queries.count, queries.failed, queries.quantiles].map((query) => traceMetricsQuery(query, window, step)),
  });
  const [count, failed, quantiles] = results.map((one) => one.data);
  const rows = useMemo(() => spanRedRows({ count, failed, quantiles }, seconds), [count, failed, quantiles, seconds]);
  return {
    rows,
    isPending: results.some((one) => one.isPending),
    error: results.find((one) => one.error)?.error ?? null,
    refetch: () => results.forEach((one) => void one.refetch()),
  };
}
