// SPDX-License-Identifier: Apache-2.0
import { useQueries } from '@tanstack/react-query';
import { useMemo } from 'react';
import { traceMetricsQuery } from '@/api/trace_queries';
import { compareQuery, sidesOfCompare, type ComparedWindows, type Sides } from '@/model/difference';

interface SpanSides {
  sides: Sides | null;
  isPending: boolean;
  error: Error | null;
  refetch: () => void;
}

/** A metrics query over one window, as few steps as there can be. */
function asked(query: string, fromMs: number, toMs: number) {
  const window = { start: Math.floor(fromMs / 1000), end: Math.ceil(toMs / 1000) };
  return traceMetricsQuery(query, window, Math.max(window.end - window.start, 1));
}

/**
 * The attributes of the spans inside and outside. With `pick` the inside are the spans of the selected time
 * that fulfil it, and the outside all others from the beginning of the compared time on.
 */
export function useSpanSides(conditions: string, pick: string, { inside, outside }: ComparedWindows): SpanSides {
  const picked = `{ ${conditions} } | compare({ ${pick} }, 40, ${Math.floor(inside.fromMs)}000000, ${Math.floor(inside.toMs)}000000)`;
  const results = useQueries({
    queries:
      pick !== ''
        ? [asked(picked, Math.min(outside.fromMs, inside.fromMs), inside.toMs)]
        : [inside, outside].map((window) => asked(compareQuery(conditions, window), window.fromMs, window.toMs)),
  });
  const [first, second] = results.map((one) => one.data);
  const sides = useMemo(() => {
    if (!first) return null;
    if (pick !== '') return sidesOfCompare(first);
    return second ? { inside: sidesOfCompare(first).inside, outside: sidesOfCompare(second).inside } : null;
  }, [first, second, pick]);
  return {
    sides,
    isPending: results.some((one) => one.isPending),
    error: results.find((one) => one.error)?.error ?? null,
    refetch: () => results.forEach((one) => void one.refetch()),
  };
}
