// SPDX-License-Identifier: Apache-2.0
// Points in time as text, in the browser's zone or in UTC, always 24 h and year first.
import { timestampMs, type TimestampMs } from './brand';

export type Zone = 'local' | 'utc';

const two = (n: number): string => String(n).padStart(2, '0');

interface Parts {
  year: number;
  month: number;
  day: number;
  hour: number;
  minute: number;
  second: number;
  ms: number;
}

export function partsOf(time: TimestampMs, zone: Zone): Parts {
  const d = new Date(time);
  return zone === 'utc'
    ? {
        year: d.getUTCFullYear(),
        month: d.getUTCMonth() + 1,
        day: d.getUTCDate(),
        hour: d.getUTCHours(),
        minute: d.getUTCMinutes(),
        second: d.getUTCSeconds(),
        ms: d.getUTCMilliseconds(),
      }
    : {
        year: d.getFullYear(),
        month: d.getMonth() + 1,
        day: d.getDate(),
        hour: d.getHours(),
        minute: d.getMinutes(),
        second: d.getSeconds(),
        ms: d.getMilliseconds(),
      };
}

export function formatDate(time: TimestampMs, zone: Zone): string {
  const p = partsOf(time, zone);
  return `${p.year}-${two(p.month)}-${two(p.day)}`;
}

export function formatClock(time: TimestampMs, zone: Zone, withMs = false): string {
  const p = partsOf(time, zone);
  const clock = `${two(p.hour)}:${two(p.minute)}:${two(p.second)}`;
  return withMs ? `${clock}.${String(p.ms).padStart(3, '0')}` : clock;
}

/** "2026-11-23 14:05:09": what parseDateTime reads. */
export function formatDateTime(time: TimestampMs, zone: Zone): string {
  return `${formatDate(time, zone)} ${formatClock(time, zone)}`;
}

/** Accepts "2026-11-23", "2026-11-23 14:05", with seconds, with "T", and RFC 3339 with a zone. */
export function parseDateTime(text: string, zone: Zone): TimestampMs | null {
  const trimmed = text.trim();
  if (/[zZ]$|[+-]\d\d:?\d\d$/.test(trimmed) && /T|\d \d/.test(trimmed)) {
    const parsed = Date.parse(trimmed.replace(' ', 'T'));
    return Number.isNaN(parsed) ? null : timestampMs(parsed);
  }
  const match = /^(\d{4})-(\d\d?)-(\d\d?)(?:[ T](\d\d?):(\d\d)(?::(\d\d)(?:\.(\d{1,3}))?)?)?$/.exec(trimmed);
  if (!match) return null;
  const [y, mo, d, h, mi, s, ms] = match.slice(1).map((part) => Number(part ?? 0)) as [
    number,
    number,
    number,
    number,
    number,
    number,
    number,
  ];
  if (mo < 1 || mo > 12 || d < 1 || d > 31 || h > 23 || mi > 59 || s > 59) return null;
  const value = zone === 'utc' ? Date.UTC(y, mo - 1, d, h, mi, s, ms) : new Date(y, mo - 1, d, h, mi, s, ms).getTime();
  return Number.isNaN(value) ? null : timestampMs(value);
}

/** "12 s ago", "3 min ago", "in 2 h"; null and the zero time of Go print as "never". */
export function formatAgo(time: TimestampMs | null, now: TimestampMs): string {
  if (time === null || time <= 0) return 'never';
  const seconds = Math.round((now - time) / 1000);
  const text = coarse(Math.abs(seconds));
  if (Math.abs(seconds) < 1) return 'just now';
  return seconds >= 0 ? `${text} ago` : `in ${text}`;
}

function coarse(seconds: number): string {
  if (seconds < 60) return `${seconds} s`;
  if (seconds < 3600) return `${Math.floor(seconds / 60)} min`;
  if (seconds < 86_400) return `${Math.floor(seconds / 3600)} h`;
  return `${Math.floor(seconds / 86_400)} d`;
}
