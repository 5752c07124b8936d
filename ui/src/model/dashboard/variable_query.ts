// SPDX-License-Identifier: Apache-2.0
// What a query variable asks its source, as a request that the pages can send and cache.
import { at, isObject, num, text, type JsonObject } from './json';
import type { Variable } from './types';

export type VariableRequest =
  | { kind: 'label_values'; label: string; match: string }
  | { kind: 'label_names'; match: string }
  | { kind: 'metrics'; pattern: string }
  | { kind: 'query_result'; query: string }
  | { kind: 'series'; match: string }
  | { kind: 'tag_values'; tag: string; query: string }
  | { kind: 'tag_names' }
  | { kind: 'services' }
  | { kind: 'operations'; service: string }
  | { kind: 'terms'; field: string; query: string }
  | { kind: 'fields' }
  | { kind: 'none' };

/** label_values(…) with braces, quotes and commas inside of its first argument. */
function splitArguments(written: string): string[] {
  const out: string[] = [];
  let depth = 0;
  let quote = '';
  let start = 0;
  for (let i = 0; i < written.length; i++) {
    const c = written[i] ?? '';
    if (quote) {
      if (c === '\\') i++;
      else if (c === quote) quote = '';
    } else if (c === '"' || c === "'" || c === '`') quote = c;
    else if ('({['.includes(c)) depth++;
    else if (')}]'.includes(c)) depth--;
    else if (c === ',' && depth === 0) {
      out.push(written.slice(start, i).trim());
      start = i + 1;
    }
  }
  out.push(written.slice(start).trim());
  return out;
}

function call(written: string): { name: string; args: string[] } | null {
  const match = /^\s*(label_values|label_names|metrics|query_result)\s*\(([\s\S]*)\)\s*$/.exec(written);
  return match ? { name: match[1] ?? '', args: splitArguments(match[2] ?? '') } : null;
}

export function parsePrometheusQuery(written: string): VariableRequest {
  const parsed = call(written);
  if (!parsed) return written.trim() === '' ? { kind: 'none' } : { kind: 'series', match: written.trim() };
  const [first = '', second] = parsed.args;
  switch (parsed.name) {
    case 'label_values':
      return second === undefined
        ? { kind: 'label_values', label: first, match: '' }
        : { kind: 'label_values', label: second.replaceAll(/^["']|["']$/g, ''), match: first };
    case 'label_names':
      return { kind: 'label_names', match: first };
    case 'metrics':
      return { kind: 'metrics', pattern: first.replaceAll(/^["']|["']$/g, '') };
    default:
      return { kind: 'query_result', query: parsed.args.join(', ') };
  }
}

function lokiRequest(raw: JsonObject, written: string): VariableRequest {
  if (raw['type'] !== undefined && raw['query'] === undefined) {
    return num(raw, 'type') === 0
      ? { kind: 'label_names', match: '' }
      : { kind: 'label_values', label: text(raw, 'label'), match: text(raw, 'stream') };
  }
  return parsePrometheusQuery(written);
}

function tempoRequest(raw: JsonObject, written: string): VariableRequest {
  if (num(raw, 'type') === 0 && raw['label'] === undefined) return { kind: 'tag_names' };
  return { kind: 'tag_values', tag: text(raw, 'label', written), query: '' };
}

function elasticRequest(written: string): VariableRequest {
  try {
    const parsed: unknown = JSON.parse(written);
    if (isObject(parsed)) {
      if (text(parsed, 'find') === 'fields') return { kind: 'fields' };
      return { kind: 'terms', field: text(parsed, 'field'), query: text(parsed, 'query', '*') };
    }
  } catch {
    // Not the usual JSON: nothing is asked.
  }
  return { kind: 'none' };
}

/** `written` and the raw query are already interpolated. */
export function variableRequest(variable: Variable, written: string, raw: JsonObject, family: string): VariableRequest {
  switch (family) {
    case 'loki':
      return lokiRequest(raw, written);
    case 'tempo':
      return tempoRequest(raw, written);
    case 'jaeger':
    case 'zipkin': {
      const service = text(raw, 'service') || text(raw, 'operation');
      return /operation/i.test(written) && service ? { kind: 'operations', service } : { kind: 'services' };
    }
    case 'elasticsearch':
      return elasticRequest(written);
    default:
      if (written.trim() === '' && typeof at(variable.rawQuery, 'label') === 'string') {
        return { kind: 'label_values', label: text(raw, 'label'), match: text(raw, 'metric') };
      }
      return parsePrometheusQuery(written);
  }
}

/** The PromQL inside of a variable query, for checking; null if there is none. */
export function expressionOf(request: VariableRequest): string | null {
  switch (request.kind) {
    case 'label_values':
    case 'label_names':
    case 'series':
      return request.match || null;
    case 'query_result':
      return request.query;
    default:
      return null;
  }
}

/** A row of query_result() as one text: `metric{label="x"} value time`. */
export function resultText(metric: Record<string, string>, value: string, timeMs: number): string {
  const { __name__: name = '', ...labels } = metric;
  const inner = Object.entries(labels).map(([key, one]) => `${key}="${one}"`);
  return `${name}${inner.length > 0 ? `{${inner.join(',')}}` : ''} ${value} ${timeMs}`.trim();
}
