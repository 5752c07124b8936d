// SPDX-License-Identifier: Apache-2.0
// Durations as Prometheus writes them: "1h30m", "250ms", "2w". A bare number means seconds.
import { durationMs, type DurationMs } from './brand';

const unitMs: Record<string, number> = {
  ms: 1,
  s: 1000,
  m: 60_000,
  h: 3_600_000,
  d: 86_400_000,
  w: 604_800_000,
  y: 31_536_000_000,
};

/** Returns null for text that is no positive duration. */
export function parseDuration(text: string): DurationMs | null {
  const trimmed = text.trim();
  if (/^\d+(\.\d+)?$/.test(trimmed)) {
    const seconds = Number(trimmed);
    return seconds > 0 ? durationMs(seconds * 1000) : null;
  }
  const parts = /^(?:\d+(?:\.\d+)?(?:ms|[smhdwy]))+$/.test(trimmed)
    ? [...trimmed.matchAll(/(\d+(?:\.\d+)?)(ms|[smhdwy])/g)]
    : [];
  const total = parts.reduce((sum, [, n, unit]) => sum + Number(n) * (unitMs[unit ?? ''] ?? 0), 0);
  return total > 0 ? durationMs(total) : null;
}

/** "1h30m": exact, and accepted by parseDuration again. */
export function formatDuration(duration: DurationMs): string {
  let rest = Math.round(duration);
  if (rest <= 0) return '0s';
  let out = '';
  for (const [unit, size] of [
    ['d', 86_400_000],
    ['h', 3_600_000],
    ['m', 60_000],
    ['s', 1000],
    ['ms', 1],
  ] as const) {
    const count = Math.floor(rest / size);
    rest -= count * size;
    if (count > 0) out += `${count}${unit}`;
  }
  return out;
}

/** For reading, not for parsing: "3.4 ms", "1.25 s", "2 h 5 min". */
export function humanDuration(ms: number): string {
  if (!Number.isFinite(ms)) return '–';
  const abs = Math.abs(ms);
  if (abs < 1) return `${trim(ms * 1000, 0)} µs`;
  if (abs < 1000) return `${trim(ms, abs < 10 ? 1 : 0)} ms`;
  if (abs < 60_000) return `${trim(ms / 1000, abs < 10_000 ? 2 : 1)} s`;
  if (abs < 3_600_000) return pair(ms, 60_000, 'min', 1000, 's');
  if (abs < 86_400_000) return pair(ms, 3_600_000, 'h', 60_000, 'min');
  return pair(ms, 86_400_000, 'd', 3_600_000, 'h');
}

function trim(value: number, digits: number): string {
  return String(Number(value.toFixed(digits)));
}

function pair(ms: number, big: number, bigUnit: string, small: number, smallUnit: string): string {
  const first = Math.trunc(ms / big);
  const second = Math.trunc((Math.abs(ms) % big) / small);
  return second === 0 ? `${first} ${bigUnit}` : `${first} ${bigUnit} ${second} ${smallUnit}`;
}
