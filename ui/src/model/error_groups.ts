// SPDX-License-Identifier: Apache-2.0
// Failed spans put together by operation and message, numbers and ids in messages taken as equal.
import type { FoundTrace } from '@/api/trace_types';
import { attribute, attributesOf } from './attributes';

export interface ErrorGroup {
  key: string;
  service: string;
  operation: string;
  message: string;
  /** The class of the exception, where the span has one. */
  exception: string;
  count: number;
  /** When the latest of them began. */
  lastMs: number;
  traceId: string;
  spanId: string;
}

export function errorQuery(service: string): string {
  return `{ resource.service.name = ${JSON.stringify(service)} && status = error } | select(statusMessage, name, event.exception.message, event.exception.type)`;
}

export const anyErrorQuery =
  '{ status = error } | select(statusMessage, name, event.exception.message, event.exception.type, resource.service.name)';

/** Attributes of events come as lists, one value per event: the first one speaks. */
function firstOf(text: string): string {
  if (!text.startsWith('[')) return text;
  try {
    const list: unknown = JSON.parse(text);
    return Array.isArray(list) && list.length > 0 ? String(list[0]) : text;
  } catch {
    return text;
  }
}

function withoutNumbers(message: string): string {
  return message
    .replace(/[0-9a-f]{8}-[0-9a-f-]{27,}/gi, '…')
    .replace(/\b0x[0-9a-f]+\b|\b[0-9a-f]{16,}\b/gi, '…')
    .replace(/\d+/g, '…');
}

/** `traces` come newest first, so the first span of a group is the latest. */
export function errorGroups(traces: readonly FoundTrace[]): ErrorGroup[] {
  const groups = new Map<string, ErrorGroup>();
  for (const trace of traces) {
    for (const span of (trace.spanSets ?? []).flatMap((set) => set.spans ?? [])) {
      const attributes = attributesOf(span.attributes);
      const operation = span.name ?? attribute(attributes, 'name') ?? '';
      const message = firstOf(
        attribute(attributes, 'event.exception.message') ??
          attribute(attributes, 'exception.message') ??
          attribute(attributes, 'statusMessage') ??
          '',
      );
      const exception = firstOf(
        attribute(attributes, 'event.exception.type') ?? attribute(attributes, 'exception.type') ?? '',
      );
      const service = attribute(attributes, 'service.name') ?? '';
      const key = `${service}\n${operation}\n${exception}\n${withoutNumbers(message)}`;
      const group = groups.get(key);
      if (group) group.count++;
      else
        groups.set(key, {
          key,
          service,
          operation,
          message,
          exception,
          count: 1,
          lastMs: Math.floor(Number(span.startTimeUnixNano) / 1e6),
          traceId: trace.traceID,
          spanId: span.spanID,
        });
    }
  }
  return [...groups.values()].sort((a, b) => b.count - a.count);
}
