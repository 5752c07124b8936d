// SPDX-License-Identifier: Apache-2.0
// The step of a panel's queries and the names that stand for it and for the time range.
import { durationMs } from '@/base/brand';
import { formatDuration, parseDuration } from '@/base/duration';
import type { Bound, Scope } from './interpolate';
import { autoInterval } from './variable';

export interface TimeWindow {
  fromMs: number;
  toMs: number;
}

const steps = [
  1, 2, 5, 10, 20, 50, 100, 200, 500, 1000, 2000, 5000, 10_000, 15_000, 20_000, 30_000, 60_000, 120_000, 300_000,
  600_000, 900_000, 1_200_000, 1_800_000, 3_600_000, 7_200_000, 10_800_000, 21_600_000, 43_200_000, 86_400_000,
  604_800_000, 2_592_000_000, 31_536_000_000,
];
const pointsMax = 11_000;

/** The first round step with at most that many points, not below the least. */
export function stepOf(window: TimeWindow, points: number, leastMs: number): number {
  const range = Math.max(window.toMs - window.fromMs, 1);
  const wanted = range / Math.max(points, 1);
  const round = steps.find((step) => step >= wanted * 0.75) ?? Math.ceil(wanted);
  return Math.max(round, leastMs, Math.ceil(range / pointsMax));
}

/** ">10s", "10s", "1m"; null if it is none. */
export function readInterval(written: string): number | null {
  return parseDuration(written.replace(/^>/, '').trim());
}

export const spell = (ms: number): string => formatDuration(durationMs(Math.max(Math.round(ms), 1)));

export interface Facts {
  window: TimeWindow;
  stepMs: number;
  /** How far apart the source's samples are. */
  scrapeMs: number;
  dashboard?: { title: string; uid: string };
}

export const defaultScrapeMs = 15_000;

/** At least four samples, so that a rate never misses. */
export const rateInterval = (stepMs: number, scrapeMs: number): number => Math.max(stepMs + scrapeMs, 4 * scrapeMs);

export function builtIns(facts: Facts): Map<string, string> {
  const { window, stepMs, scrapeMs } = facts;
  const range = window.toMs - window.fromMs;
  return new Map([
    ['__interval', spell(stepMs)],
    ['__interval_ms', String(stepMs)],
    ['interval', spell(stepMs)],
    ['__rate_interval', spell(rateInterval(stepMs, scrapeMs))],
    ['__rate_interval_ms', String(rateInterval(stepMs, scrapeMs))],
    ['__range', spell(range)],
    ['__range_s', String(Math.round(range / 1000))],
    ['__range_ms', String(range)],
    ['__auto', spell(stepMs)],
    ['__from', String(window.fromMs)],
    ['__to', String(window.toMs)],
    ['__timezone', 'browser'],
    ['__org', '1'],
    ['__user', 'admin'],
    ['__dashboard', facts.dashboard?.title ?? ''],
    ['timeFilter', `time >= ${window.fromMs}ms and time <= ${window.toMs}ms`],
  ]);
}

/** An interval variable on `auto` depends on the range. */
export function settleAuto(bound: Bound, window: TimeWindow): Bound {
  const { variable, value } = bound;
  const isAuto = value[0]?.startsWith(autoInterval) || value[0] === '$__auto_interval';
  if (variable.type !== 'interval' || !isAuto) return bound;
  const least = readInterval(variable.autoMin) ?? 10_000;
  return { ...bound, value: [spell(stepOf(window, variable.autoCount, least))] };
}

/** What names stand for outside of panels: in titles, links, annotations and the queries of variables. */
export function pageScope(
  bound: ReadonlyMap<string, Bound>,
  window: TimeWindow,
  dashboard?: Facts['dashboard'],
): Scope {
  const stepMs = stepOf(window, 800, defaultScrapeMs);
  const facts = { window, stepMs, scrapeMs: defaultScrapeMs, ...(dashboard ? { dashboard } : {}) };
  return {
    variables: new Map([...bound].map(([name, one]) => [name, settleAuto(one, window)])),
    builtIns: builtIns(facts),
  };
}

/** "now-1h", "now/d", a point in milliseconds or as text; null if it is none. */
export function pointInTime(written: string, nowMs: number, isEnd: boolean): number | null {
  const text = written.trim();
  if (/^\d{10,}$/.test(text)) return Number(text);
  const match = /^now(?:([+-])(\d+\w+))?(?:\/([smhdwMy]))?$/.exec(text);
  if (!match) {
    const parsed = Date.parse(text);
    return Number.isNaN(parsed) ? null : parsed;
  }
  const [, sign, length, unit] = match;
  const shift = length ? (parseDuration(length.replace('M', 'w')) ?? 0) * (/\dM$/.test(length) ? 30 / 7 : 1) : 0;
  const at = nowMs + (sign === '-' ? -shift : shift);
  return unit ? roundTo(at, unit, isEnd) : at;
}

function roundTo(ms: number, unit: string, isEnd: boolean): number {
  const d = new Date(ms);
  const start = new Date(d);
  if (unit === 's') start.setMilliseconds(0);
  else if (unit === 'm') start.setSeconds(0, 0);
  else if (unit === 'h') start.setMinutes(0, 0, 0);
  else start.setHours(0, 0, 0, 0);
  if (unit === 'w') start.setDate(start.getDate() - ((start.getDay() + 6) % 7));
  if (unit === 'M' || unit === 'y') start.setDate(1);
  if (unit === 'y') start.setMonth(0);
  if (!isEnd) return start.getTime();
  const end = new Date(start);
  if (unit === 'M') end.setMonth(end.getMonth() + 1);
  else if (unit === 'y') end.setFullYear(end.getFullYear() + 1);
  else if (unit === 'w') end.setDate(end.getDate() + 7);
  else if (unit === 'd') end.setDate(end.getDate() + 1);
  else end.setTime(end.getTime() + ({ s: 1000, m: 60_000, h: 3_600_000 }[unit] ?? 0));
  return end.getTime() - 1;
}
