// SPDX-License-Identifier: Apache-2.0
// What the trace APIs answer, as it is on the wire: Tempo's search, and traces as OTLP JSON.

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

export interface WireEvent {
  timeUnixNano?: string;
  name?: string;
  attributes?: WireAttribute[];
}

export interface WireLink {
  traceId?: string;
  spanId?: string;
  attributes?: WireAttribute[];
}

export interface WireSpan {
  traceId?: string;
  spanId?: string;
  parentSpanId?: string;
  traceState?: string;
  name?: string;
  kind?: number;
  startTimeUnixNano?: string;
  endTimeUnixNano?: string;
  attributes?: WireAttribute[];
  events?: WireEvent[];
  links?: WireLink[];
  status?: { code?: number; message?: string };
}

export interface WireResourceSpans {
  resource?: { attributes?: WireAttribute[] };
  scopeSpans?: { scope?: { name?: string; version?: string }; spans?: WireSpan[] }[];
}

/** Jaeger's /api/v3/traces/{id}. */
export interface WireTrace {
  result?: { resourceSpans?: WireResourceSpans[] };
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

export interface TagScopes {
  scopes?: { name: string; tags?: string[] }[];
}

/** Tempo's /api/metrics/query_range. */
export interface TraceMetrics {
  series?: {
    labels?: { key: string; value: WireValue }[];
    samples?: { timestampMs: string; value?: number }[];
  }[];
}
