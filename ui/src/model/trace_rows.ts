// SPDX-License-Identifier: Apache-2.0
// The rows of a trace search.
import type { FoundTrace } from '@/api/trace_types';

export interface TraceRow {
  id: string;
  service: string;
  name: string;
  startMs: number;
  durationMs: number;
  spans: number;
  matched: number;
  errors: number;
  services: { name: string; spans: number; errors: number }[];
}

export function traceRows(found: readonly FoundTrace[]): TraceRow[] {
  return found.map((trace) => {
    const services = Object.entries(trace.serviceStats ?? {}).map(([name, stats]) => ({
      name,
      spans: stats.spanCount ?? 0,
      errors: stats.errorCount ?? 0,
    }));
    return {
      id: trace.traceID,
      service: trace.rootServiceName ?? '',
      name: trace.rootTraceName ?? '',
      startMs: Number(BigInt(trace.startTimeUnixNano) / 1000n) / 1000,
      durationMs: trace.durationMs ?? 0,
      spans: services.reduce((sum, one) => sum + one.spans, 0),
      matched: (trace.spanSets ?? []).reduce((sum, set) => sum + (set.matched ?? set.spans?.length ?? 0), 0),
      errors: services.reduce((sum, one) => sum + one.errors, 0),
      services: services.sort((a, b) => b.spans - a.spans),
    };
  });
}

export function sortRows(rows: readonly TraceRow[], order: string): TraceRow[] {
  const key: Record<string, (row: TraceRow) => number> = {
    newest: (row) => row.startMs,
    longest: (row) => row.durationMs,
    spans: (row) => row.spans,
    errors: (row) => row.errors,
  };
  const of = key[order] ?? ((row: TraceRow) => row.startMs);
  return [...rows].sort((a, b) => of(b) - of(a));
}
