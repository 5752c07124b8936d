// SPDX-License-Identifier: Apache-2.0
// Values with their unit, for every unit identifier of Grafana's schema. A unit that is not known is
// appended as it stands, as dashboards expect.
import { timestampMs } from '@/base/brand';
import { formatAgo, formatDateTime, type Zone } from '@/base/time_format';
import { affix, byName, scales, type Scale } from './unit_table';

export interface Formatted {
  prefix: string;
  text: string;
  suffix: string;
}

export interface FormatOptions {
  decimals?: number | null;
  zone?: Zone;
  nowMs?: number;
}

export const joined = (value: Formatted): string => `${value.prefix}${value.text}${value.suffix}`;

const plain = (text: string, suffix = ''): Formatted => ({ prefix: '', text, suffix });

/** Digits that make neighbours of this size tell apart: 3 significant ones, no trailing zeros. */
export function decimalText(value: number, decimals: number | null | undefined): string {
  if (!Number.isFinite(value)) return Number.isNaN(value) ? 'NaN' : value > 0 ? '+Inf' : '-Inf';
  if (decimals !== null && decimals !== undefined) return value.toFixed(Math.min(Math.max(decimals, 0), 20));
  const abs = Math.abs(value);
  if (abs === 0 || Number.isInteger(value)) return String(value);
  if (abs >= 1e21) return value.toExponential(2);
  const digits = abs >= 100 ? 0 : abs >= 10 ? 1 : abs >= 1 ? 2 : Math.min(2 - Math.floor(Math.log10(abs)), 12);
  return String(Number(value.toFixed(digits)));
}

function scaled(value: number, scale: Scale, decimals: number | null | undefined): Formatted {
  const abs = Math.abs(value);
  if (abs === 0 || !Number.isFinite(value)) {
    return plain(decimalText(value, decimals === undefined ? null : decimals), scale.steps[scale.base]?.name ?? '');
  }
  let index = 0;
  for (let i = 0; i < scale.steps.length; i++) if (abs >= (scale.steps[i]?.from ?? 0)) index = i;
  const step = scale.steps[index] ?? { from: 1, factor: 1, name: '' };
  return plain(decimalText(value / step.factor, decimals), step.name);
}

const two = (n: number): string => String(Math.floor(n)).padStart(2, '0');

function hms(seconds: number, withDays: boolean): string {
  const sign = seconds < 0 ? '-' : '';
  const abs = Math.abs(seconds);
  const days = withDays ? Math.floor(abs / 86_400) : 0;
  const rest = abs - days * 86_400;
  const clock = `${two(rest / 3600)}:${two((rest % 3600) / 60)}:${two(rest % 60)}`;
  return `${sign}${days > 0 ? `${days} d ` : ''}${clock}`;
}

const parts: readonly [string, number][] = [
  ['year', 31_536_000],
  ['month', 2_628_000],
  ['week', 604_800],
  ['day', 86_400],
  ['hour', 3600],
  ['minute', 60],
  ['second', 1],
];

/** "2 days, 3 hours": as many parts as `decimals` says, at least one. */
function longDuration(seconds: number, decimals: number | null | undefined): string {
  if (!Number.isFinite(seconds)) return decimalText(seconds, null);
  if (seconds === 0) return '0 seconds';
  let rest = Math.abs(seconds);
  const out: string[] = [];
  for (const [name, length] of parts) {
    if (out.length > (decimals ?? 1)) break;
    const count = Math.floor(rest / length);
    if (count === 0) continue;
    out.push(`${count} ${name}${count === 1 ? '' : 's'}`);
    rest -= count * length;
  }
  return out.length === 0 ? `${decimalText(Math.abs(seconds) * 1000, 0)} milliseconds` : out.join(', ');
}

function dateText(value: number, unit: string, options: FormatOptions): string {
  const zone = options.zone ?? 'local';
  const now = options.nowMs ?? Date.now();
  if (unit === 'dateTimeFromNow') return formatAgo(timestampMs(value), timestampMs(now));
  const whole = formatDateTime(timestampMs(value), zone);
  const isToday = whole.slice(0, 10) === formatDateTime(timestampMs(now), zone).slice(0, 10);
  return unit.endsWith('NoDateIfToday') && isToday ? whole.slice(11) : whole;
}

const truth: Record<string, [string, string]> = {
  bool: ['True', 'False'],
  bool_yes_no: ['Yes', 'No'],
  bool_on_off: ['On', 'Off'],
};

export function formatValue(value: number | null, unit: string, options: FormatOptions = {}): Formatted {
  if (value === null) return plain('');
  const { decimals } = options;
  const scale = scales[unit];
  if (scale) return scaled(value * (scale.multiply ?? 1), scale, decimals);
  const words = truth[unit];
  if (words) return plain(value === 0 ? words[1] : words[0]);
  if (unit.startsWith('dateTime') || unit.startsWith('time:')) return plain(dateText(value, unit, options));
  switch (unit) {
    case '':
    case 'none':
    case 'string':
      return plain(decimalText(value, decimals));
    case 'percent':
      return plain(decimalText(value, decimals), '%');
    case 'percentunit':
      return plain(decimalText(value * 100, decimals), '%');
    case 'hex':
    case 'hex0x':
      return plain((unit === 'hex0x' ? '0x' : '') + Math.trunc(value).toString(16).toUpperCase());
    case 'sci':
      return plain(value.toExponential(decimals ?? undefined));
    case 'locale':
      return plain(value.toLocaleString('en-US', { maximumFractionDigits: decimals ?? 3 }));
    case 'dtdurations':
      return plain(longDuration(value, decimals));
    case 'dtdurationms':
      return plain(longDuration(value / 1000, decimals));
    case 'dthms':
    case 'clocks':
      return plain(hms(value, false));
    case 'dtdhms':
      return plain(hms(value, true));
    case 'clockms':
      return plain(hms(value / 1000, false));
    case 'timeticks':
      return scaled(value / 100, scales['s'] as Scale, decimals);
  }
  const named = byName[unit] ?? affix(unit);
  if (named.short) return withShort(value, named, decimals);
  return { prefix: named.prefix ?? '', text: decimalText(value, decimals), suffix: named.suffix ?? '' };
}

function withShort(
  value: number,
  named: { prefix?: string; suffix?: string },
  decimals: number | null | undefined,
): Formatted {
  const short = scaled(value, scales['short'] as Scale, decimals);
  return {
    prefix: named.prefix ?? '',
    text: short.text,
    suffix: `${short.suffix.trim() ? short.suffix : ''}${named.suffix ?? ''}`,
  };
}

export function formatText(value: number | null, unit: string, options: FormatOptions = {}): string {
  return joined(formatValue(value, unit, options));
}

/** Round axis values of these units are powers of two. */
export const isBinaryUnit = (unit: string): boolean =>
  /^(bytes|bits|kbytes|mbytes|gbytes|tbytes|pbytes|binBps|binbps|[KMGTP]iBs|[KMGTP]ibits)$/.test(unit);
