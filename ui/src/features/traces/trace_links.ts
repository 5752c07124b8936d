// SPDX-License-Identifier: Apache-2.0
// Where the pages of a trace lead: other traces, logs and the service, each with the time carried along.
import type { Span, Trace } from '@/model/trace';

const hour = 3_600_000;

function windowParams(fromMs: number, toMs: number): Record<string, string> {
  return { from: String(Math.floor(fromMs)), to: String(Math.ceil(toMs)) };
}

export function searchLink(query: string, trace: Trace): string {
  const params = { q: query, ...windowParams(trace.startMs - hour, trace.startMs + hour) };
  return `/traces?${new URLSearchParams(params).toString()}`;
}

/** Lines that carry the id of the trace, or of the span, from a little before to a little after. */
export function logsLink(trace: Trace, span?: Span): string {
  const params = {
    trace: trace.id,
    ...(span ? { span: span.id } : {}),
    ...windowParams(trace.startMs - 5 * 60_000, trace.startMs + trace.durationUs / 1000 + 5 * 60_000),
  };
  return `/logs?${new URLSearchParams(params).toString()}`;
}

export const serviceLink = (service: string): string => `/services/${encodeURIComponent(service)}`;
