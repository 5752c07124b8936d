// SPDX-License-Identifier: Apache-2.0
// Rates from a counter that is read again and again.

export interface Reading {
  /** Milliseconds since the epoch. */
  at: number;
  value: number;
}

/** Adds a reading and keeps the newest `keep`; a reading at the same time replaces the last. */
export function withReading(readings: readonly Reading[], next: Reading, keep: number): Reading[] {
  const rest = readings.at(-1)?.at === next.at ? readings.slice(0, -1) : readings;
  return [...rest, next].slice(-keep);
}

/** Per second between neighbours; a counter that fell has started anew and counts from zero. */
export function ratesOf(readings: readonly Reading[]): number[] {
  return readings.slice(1).map((reading, i) => {
    const before = readings[i];
    if (!before || reading.at <= before.at) return 0;
    const gained = reading.value >= before.value ? reading.value - before.value : reading.value;
    return (gained * 1000) / (reading.at - before.at);
  });
}

export interface ShownRate {
  perSecond: number;
  /** The mean since the server started, for as long as the readings say too little. */
  isSinceStart: boolean;
}

const settledAfterMs = 20_000;

/**
 * Samples arrive scrape by scrape, so two readings a second apart often differ by nothing: a rate of
 * zero counts only after it lasted.
 */
export function shownRate(readings: readonly Reading[], uptimeSeconds: number): ShownRate | null {
  const last = readings.at(-1);
  if (!last) return null;
  const measured = meanRate(readings);
  const isSettled = last.at - (readings[0]?.at ?? last.at) >= settledAfterMs;
  if (measured !== null && (measured > 0 || isSettled)) return { perSecond: measured, isSinceStart: false };
  return { perSecond: last.value / Math.max(uptimeSeconds, 1), isSinceStart: true };
}

/** Over all readings, for a figure that does not jump. */
export function meanRate(readings: readonly Reading[]): number | null {
  const rates = ratesOf(readings);
  const first = readings[0];
  const last = readings.at(-1);
  if (!first || !last || rates.length === 0 || last.at <= first.at) return null;
  const gained = rates.reduce((sum, rate, i) => sum + rate * ((readings[i + 1]?.at ?? 0) - (readings[i]?.at ?? 0)), 0);
  return gained / (last.at - first.at);
}
