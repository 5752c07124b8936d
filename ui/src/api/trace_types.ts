// SPDX-License-Identifier: Apache-2.0
// What the trace APIs answer, as it is on the wire: Tempo's search and metrics. Traces are bytes (model/trace.ts).

export interface WireValue {
  stringValue?: string;
  intValue?: string | number;
  doubleValue?: number;
  boolValue?: boolean;
  bytesValue?: string;
  arrayValue?: { values?: WireValue[] };
  kvlistValue?: { values?: WireAttribute[] };
}

export interface WireAttribute {
  key: string;
  value?: WireValue;
}

export interface FoundSpan {
  spanID: string;
  name?: string;
  startTimeUnixNano: string;
  durationNanos?: string;
  attributes?: WireAttribute[];
}

export interface FoundTrace {
  traceID: string;
  rootServiceName?: string;
  rootTraceName?: string;
  startTimeUnixNano: string;
  durationMs?: number;
  spanSets?: { spans?: FoundSpan[]; matched?: number }[];
  serviceStats?: Record<string, { spanCount?: number; errorCount?: number }>;
}

export interface TraceSearch {
  traces?: FoundTrace[];
  metrics?: { inspectedTraces?: number; inspectedBytes?: string; inspectedSpans?: string };
}

export interface TagValues {
  tagValues?: { type: string; value: string }[];
}

/** Tempo's /api/metrics/query_range. */
export interface TraceMetrics {
  series?: {
    labels?: { key: string; value: WireValue }[];
    samples?: { timestampMs: string; value?: number }[];
  }[];
}
