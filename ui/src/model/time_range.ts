// SPDX-License-Identifier: Apache-2.0
// The time range of a page as people write it and as the URL keeps it: "now-1h" to "now", or two
// points in time. resolveRange turns it into numbers at a given "now".
import { durationMs, timestampMs, type DurationMs, type TimestampMs } from '@/base/brand';
import { formatDuration, parseDuration } from '@/base/duration';
import { formatDateTime, parseDateTime, type Zone } from '@/base/time_format';

/** `now` minus a distance, or a fixed point. */
export type RangeEnd = { kind: 'relative'; back: DurationMs } | { kind: 'absolute'; time: TimestampMs };

export interface TimeRange {
  from: RangeEnd;
  to: RangeEnd;
}

export interface ResolvedRange {
  from: TimestampMs;
  to: TimestampMs;
}

export const minimumRange = durationMs(1000);

export const lastOf = (length: DurationMs): TimeRange => ({
  from: { kind: 'relative', back: length },
  to: { kind: 'relative', back: durationMs(0) },
});

export const between = (from: TimestampMs, to: TimestampMs): TimeRange => ({
  from: { kind: 'absolute', time: from },
  to: { kind: 'absolute', time: to },
});

export const defaultRange = lastOf(durationMs(3_600_000));

export const quickRanges: readonly { label: string; range: TimeRange }[] = (
  [
    ['5 minutes', '5m'],
    ['15 minutes', '15m'],
    ['30 minutes', '30m'],
    ['1 hour', '1h'],
    ['3 hours', '3h'],
    ['6 hours', '6h'],
    ['12 hours', '12h'],
    ['24 hours', '24h'],
    ['2 days', '2d'],
    ['7 days', '7d'],
    ['14 days', '14d'],
    ['30 days', '30d'],
  ] as const
).map(([label, text]) => ({ label, range: lastOf(parseDuration(text) ?? durationMs(0)) }));

/** Reads "now", "now-6h", "6h", epoch milliseconds, or a date and time in the zone. */
export function parseEnd(text: string, zone: Zone): RangeEnd | null {
  const trimmed = text.trim();
  if (trimmed === 'now') return { kind: 'relative', back: durationMs(0) };
  const relative = /^(?:now\s*-\s*)?(\d[\d.a-z]*[a-z])$/.exec(trimmed);
  if (relative) {
    const back = parseDuration(relative[1] ?? '');
    return back === null ? null : { kind: 'relative', back };
  }
  if (/^\d{12,14}$/.test(trimmed)) return { kind: 'absolute', time: timestampMs(Number(trimmed)) };
  const time = parseDateTime(trimmed, zone);
  return time === null ? null : { kind: 'absolute', time };
}

/** The URL form of one end: "now-1h" or epoch milliseconds. */
export function encodeEnd(end: RangeEnd): string {
  if (end.kind === 'absolute') return String(end.time);
  return end.back === 0 ? 'now' : `now-${formatDuration(end.back)}`;
}

/** What the picker's text fields show. */
export function displayEnd(end: RangeEnd, zone: Zone): string {
  return end.kind === 'absolute' ? formatDateTime(end.time, zone) : encodeEnd(end);
}

export function isRelative(range: TimeRange): boolean {
  return range.from.kind === 'relative' || range.to.kind === 'relative';
}

export function resolveRange(range: TimeRange, now: TimestampMs): ResolvedRange {
  const at = (end: RangeEnd): number => (end.kind === 'absolute' ? end.time : now - end.back);
  const to = at(range.to);
  return { from: timestampMs(Math.min(at(range.from), to - minimumRange)), to: timestampMs(to) };
}

export function rangeLabel(range: TimeRange, zone: Zone): string {
  const { from, to } = range;
  if (to.kind === 'relative' && to.back === 0 && from.kind === 'relative') {
    const known = quickRanges.find((quick) => encodeEnd(quick.range.from) === encodeEnd(from));
    return `Last ${known?.label ?? formatDuration(from.back)}`;
  }
  const start = displayEnd(from, zone);
  const end = displayEnd(to, zone);
  const sameDay = start.slice(0, 10) === end.slice(0, 10) && from.kind === 'absolute';
  return `${start} → ${sameDay ? end.slice(11) : end}`;
}

/** The window moved by half its length; never into the future. */
export function shiftRange(range: ResolvedRange, direction: -1 | 1, now: TimestampMs): TimeRange {
  const length = range.to - range.from;
  const to = Math.min(range.to + (direction * length) / 2, Math.max(now, range.to));
  return between(timestampMs(Math.round(to - length)), timestampMs(Math.round(to)));
}

/** Twice the window around its middle; the end stays in the present. */
export function zoomOut(range: ResolvedRange, now: TimestampMs): TimeRange {
  const length = range.to - range.from;
  const to = Math.min(range.to + length / 2, Math.max(now, range.to));
  return between(timestampMs(Math.round(to - 2 * length)), timestampMs(Math.round(to)));
}
