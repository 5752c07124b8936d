// SPDX-License-Identifier: Apache-2.0
// Lines of logs as the page shows them, in one order over all streams.
import type { Direction, WireEntry, WireLogs } from '@/api/log_queries';
import type { Labels } from '@/api/query_types';
import { timestampMs, type TimestampMs } from '@/base/brand';

export type Level = 'critical' | 'error' | 'warn' | 'info' | 'debug' | 'trace' | 'unknown';

export const levels: readonly Level[] = ['critical', 'error', 'warn', 'info', 'debug', 'trace', 'unknown'];

export interface LogLine {
  key: string;
  /** Nanoseconds, as text: too long for a number. */
  timeNs: string;
  time: TimestampMs;
  line: string;
  level: Level;
  /** Labels of the stream. */
  stream: Labels;
  metadata: Labels;
  parsed: Labels;
  traceId: string;
}

const known: Record<string, Level> = {
  fatal: 'critical',
  critical: 'critical',
  crit: 'critical',
  emergency: 'critical',
  alert: 'critical',
  panic: 'critical',
  error: 'error',
  err: 'error',
  warning: 'warn',
  warn: 'warn',
  notice: 'info',
  information: 'info',
  info: 'info',
  debug: 'debug',
  trace: 'trace',
};

export function levelOf(text: string | undefined): Level {
  return known[(text ?? '').toLowerCase()] ?? 'unknown';
}

const traceKeys = ['trace_id', 'traceId', 'traceid', 'TraceID', 'trace_id_extracted'];

function lineOf(stream: Labels, [timeNs, line, extra]: WireEntry, number: number): LogLine {
  const metadata = extra?.structuredMetadata ?? {};
  const parsed = extra?.parsed ?? {};
  // The server puts all of them into `stream` too.
  const own = Object.fromEntries(Object.entries(stream).filter(([name]) => !(name in metadata) && !(name in parsed)));
  const all = { ...parsed, ...metadata, ...own };
  return {
    key: `${timeNs}:${number}`,
    timeNs,
    time: timestampMs(Number(timeNs.slice(0, -6) || '0')),
    line,
    level: levelOf(all['detected_level'] ?? all['level'] ?? all['severity']),
    stream: own,
    metadata,
    parsed,
    traceId:
      traceKeys.map((key) => all[key]).find((value) => value && /^[0-9a-f]{16,32}$/i.test(value)) ?? traceInText(line),
  };
}

/** As ingest finds it, so that a line leads to its trace without any parser: `trace_id=…`, `"traceId":"…"`, a traceparent. */
const traceText =
  /(?:trace[_.-]?id["'\]]?\s*[:=]\s*["']?([0-9a-f]{32})|traceparent["'\]]?\s*[:=]\s*["']?00-([0-9a-f]{32})-)/i;

function traceInText(line: string): string {
  const found = traceText.exec(line.slice(0, 20_000));
  return found?.[1] ?? found?.[2] ?? '';
}

const earlier = (a: string, b: string): number => a.length - b.length || (a < b ? -1 : a > b ? 1 : 0);

export function linesOf(answer: WireLogs, direction: Direction): LogLine[] {
  let number = 0;
  const lines = answer.data.result.flatMap(({ stream, values }) =>
    values.map((entry) => lineOf(stream, entry, number++)),
  );
  const sign = direction === 'backward' ? -1 : 1;
  return lines.sort((a, b) => sign * earlier(a.timeNs, b.timeNs));
}

const identity = (line: LogLine): string => `${line.timeNs}\n${line.line}\n${JSON.stringify(line.stream)}`;

/** Pages overlap by the lines of one point in time, so that none of them is lost between two pages. */
export function joinPages(pages: readonly WireLogs[], direction: Direction): LogLine[] {
  const out: LogLine[] = [];
  const seen = new Map<string, number>();
  pages.forEach((page, index) => {
    const edge = out.at(-1)?.timeNs;
    const here = new Map<string, number>();
    for (const line of linesOf(page, direction)) {
      const id = identity(line);
      const count = (here.get(id) ?? 0) + 1;
      here.set(id, count);
      if (line.timeNs === edge && count <= (seen.get(id) ?? 0)) continue;
      out.push({ ...line, key: `${index}:${line.key}` });
    }
    for (const [id, count] of here) seen.set(id, Math.max(count, seen.get(id) ?? 0));
  });
  return out;
}

/** Where the next page ends (or starts); undefined after the last. */
export function nextPage(page: WireLogs, pageSize: number, direction: Direction): string | undefined {
  const lines = linesOf(page, direction);
  const last = lines.at(-1);
  if (!last || lines.length < pageSize) return undefined;
  const first = lines[0]?.timeNs;
  // A whole page of one point in time cannot overlap: go on beyond it.
  if (first === last.timeNs) return direction === 'backward' ? last.timeNs : String(BigInt(last.timeNs) + 1n);
  return direction === 'backward' ? String(BigInt(last.timeNs) + 1n) : last.timeNs;
}

export interface LineField {
  name: string;
  value: string;
  from: 'label' | 'metadata' | 'parsed' | 'line';
}

/** All that is known of a line; the fields of a JSON or logfmt line too, though no parser ran. */
export function fieldsOf(line: LogLine): LineField[] {
  const list = (labels: Labels, from: LineField['from']): LineField[] =>
    Object.entries(labels)
      .filter(([name]) => !name.startsWith('__'))
      .map(([name, value]) => ({ name, value, from }));
  const known = [...list(line.stream, 'label'), ...list(line.metadata, 'metadata'), ...list(line.parsed, 'parsed')];
  const names = new Set(known.map((field) => field.name));
  const inside = Object.keys(line.parsed).length > 0 ? [] : [...jsonFields(line.line), ...logfmtFields(line.line)];
  return [...known, ...inside.filter((field) => !names.has(field.name))];
}

function jsonFields(text: string): LineField[] {
  const value = parseJson(text);
  if (value === null) return [];
  const out: LineField[] = [];
  const walk = (prefix: string, at: unknown, depth: number): void => {
    if (typeof at === 'object' && at !== null && !Array.isArray(at) && depth < 6) {
      for (const [key, one] of Object.entries(at)) walk(prefix ? `${prefix}_${key}` : key, one, depth + 1);
    } else if (out.length < 200) {
      out.push({ name: prefix, value: typeof at === 'string' ? at : JSON.stringify(at), from: 'line' });
    }
  };
  walk('', value, 0);
  return out;
}

/** The parser of LogQL that finds the fields of a line. */
export const parserOf = (line: LogLine): string => (parseJson(line.line) ? 'json' : 'logfmt');

const pair = /(?:^|\s)([A-Za-z_][\w.-]*)=("(?:[^"\\]|\\.)*"|[^\s"]*)(?=\s|$)/g;

/** key=value pairs; a single one may as well be prose. */
function logfmtFields(text: string): LineField[] {
  if (text.trimStart().startsWith('{')) return [];
  const out = new Map<string, string>();
  for (const [, key = '', value = ''] of text.matchAll(pair)) {
    const name = key.replace(/[.-]/g, '_');
    if (!out.has(name) && out.size < 200) out.set(name, unquoted(value));
  }
  return out.size < 2 ? [] : [...out].map(([name, value]) => ({ name, value, from: 'line' as const }));
}

function unquoted(value: string): string {
  if (!value.startsWith('"')) return value;
  try {
    return String(JSON.parse(value));
  } catch {
    return value.slice(1, -1);
  }
}

export function parseJson(text: string): object | null {
  if (!text.trimStart().startsWith('{')) return null;
  try {
    const value: unknown = JSON.parse(text);
    return typeof value === 'object' && value !== null ? value : null;
  } catch {
    return null;
  }
}

// eslint-disable-next-line no-control-regex
const ansi = /\u001b\[[0-9;]*[A-Za-z]/g;

export const withoutColors = (text: string): string => text.replace(ansi, '');
