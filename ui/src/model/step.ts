// SPDX-License-Identifier: Apache-2.0
// The distance of the points in a graph. Automatic steps follow the width of the window, are round
// numbers, and stay far below the 11 000 points per series that the API allows.
import { durationMs, type DurationMs } from '@/base/brand';
import { parseDuration } from '@/base/duration';

export type Density = 'low' | 'medium' | 'high';
export type Resolution = { kind: 'auto'; density: Density } | { kind: 'fixed'; step: DurationMs };

export const defaultResolution: Resolution = { kind: 'auto', density: 'medium' };

const pointsOf: Record<Density, number> = { low: 100, medium: 250, high: 750 };
const maxPoints = 11_000;
const roundSteps = [
  '1s',
  '2s',
  '5s',
  '10s',
  '15s',
  '20s',
  '30s',
  '1m',
  '2m',
  '5m',
  '10m',
  '15m',
  '20m',
  '30m',
  '1h',
  '2h',
  '3h',
  '6h',
  '12h',
  '1d',
  '2d',
  '1w',
].map((text) => parseDuration(text) ?? durationMs(1000));

export function stepFor(resolution: Resolution, window: DurationMs): DurationMs {
  const least = Math.ceil(window / maxPoints);
  if (resolution.kind === 'fixed') return durationMs(Math.max(resolution.step, least, 1));
  const wanted = window / pointsOf[resolution.density];
  const round = roundSteps.find((step) => step >= wanted);
  return round ?? durationMs(Math.ceil(wanted / 86_400_000) * 86_400_000);
}

/** Start and end moved outwards to multiples of the step, so that a refresh moves whole points. */
export function alignWindow(fromMs: number, toMs: number, step: DurationMs): { start: number; end: number } {
  return {
    start: (Math.floor(fromMs / step) * step) / 1000,
    end: (Math.ceil(toMs / step) * step) / 1000,
  };
}
