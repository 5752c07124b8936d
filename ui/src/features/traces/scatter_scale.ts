// SPDX-License-Identifier: Apache-2.0
// Start and duration of traces as places on a canvas: time to the right, duration upwards in powers of ten.
import { timestampMs } from '@/base/brand';
import { humanDuration } from '@/base/duration';
import { formatClock } from '@/base/time_format';
import type { TraceRow } from '@/model/trace_rows';
import { usePreferences } from '@/widgets/preferences';

export interface Point {
  x: number;
  y: number;
}

const left = 54;
const bottom = 18;

export class Scale {
  private readonly leastMs: number;
  private readonly low: number;
  private readonly high: number;

  constructor(
    durationsMs: readonly number[],
    private readonly fromMs: number,
    private readonly toMs: number,
    readonly width: number,
    readonly height: number,
    leastMs = 0.1,
  ) {
    let low = 1;
    let high = 10;
    for (const duration of durationsMs) {
      low = Math.min(low, Math.max(duration, leastMs));
      high = Math.max(high, duration);
    }
    this.leastMs = leastMs;
    this.low = Math.log10(low) - 0.1;
    this.high = Math.log10(high) + 0.1;
  }

  at(row: TraceRow): Point {
    return { x: this.x(row.startMs), y: this.y(row.durationMs) };
  }

  x(timeMs: number): number {
    return left + ((timeMs - this.fromMs) / (this.toMs - this.fromMs || 1)) * (this.width - left - 8);
  }

  y(durationMs: number): number {
    const share = (Math.log10(Math.max(durationMs, this.leastMs)) - this.low) / (this.high - this.low);
    return (1 - share) * (this.height - bottom - 6) + 6;
  }

  timeAt(x: number): number {
    return this.fromMs + ((x - left) / (this.width - left - 8)) * (this.toMs - this.fromMs);
  }

  durationAt(y: number): number {
    return 10 ** (this.low + (1 - (y - 6) / (this.height - bottom - 6)) * (this.high - this.low));
  }

  /** Moments at equal distances, for the axis. */
  times(count: number): number[] {
    const parts = Math.max(count, 2) - 1;
    return Array.from({ length: parts + 1 }, (_, i) => this.fromMs + ((this.toMs - this.fromMs) * i) / parts);
  }

  decades(): number[] {
    const out: number[] = [];
    for (let power = Math.ceil(this.low); power <= this.high; power++) out.push(10 ** power);
    return out;
  }
}

export function nearest(rows: readonly TraceRow[], scale: Scale, at: Point): TraceRow | null {
  let best: TraceRow | null = null;
  let least = 14 * 14;
  for (const row of rows) {
    const point = scale.at(row);
    const distance = (point.x - at.x) ** 2 + (point.y - at.y) ** 2;
    if (distance < least) [best, least] = [row, distance];
  }
  return best;
}

export interface LatencyBox {
  fromMs: number;
  toMs: number;
  minMs: number;
  maxMs: number;
}

export function boxOf(scale: Scale, a: Point, b: Point): LatencyBox {
  return {
    fromMs: scale.timeAt(Math.min(a.x, b.x)),
    toMs: scale.timeAt(Math.max(a.x, b.x)),
    minMs: scale.durationAt(Math.max(a.y, b.y)),
    maxMs: scale.durationAt(Math.min(a.y, b.y)),
  };
}

/** The box's durations as conditions of the search: rounded outwards, in microseconds below a millisecond. */
export function durationsOf({ minMs, maxMs }: LatencyBox): { minDuration: string; maxDuration: string } {
  const text = (ms: number, round: (x: number) => number): string =>
    ms < 1 ? `${round(ms * 1000)}us` : `${round(ms)}ms`;
  return { minDuration: text(minMs, Math.floor), maxDuration: text(maxMs, Math.ceil) };
}

/** An empty canvas of the scale's size with its lines of equal duration; null if it cannot be drawn on. */
export function paintGrid(canvas: HTMLCanvasElement, scale: Scale): CanvasRenderingContext2D | null {
  const ratio = window.devicePixelRatio || 1;
  canvas.width = scale.width * ratio;
  canvas.height = scale.height * ratio;
  const context = canvas.getContext('2d');
  if (!context) return null;
  context.scale(ratio, ratio);
  const style = getComputedStyle(canvas);
  context.font = `11px ${style.getPropertyValue('--font-ui')}`;
  for (const decade of scale.decades()) {
    const y = scale.y(decade);
    context.fillStyle = style.getPropertyValue('--grid');
    context.fillRect(left, y, scale.width - left - 8, 1);
    context.fillStyle = style.getPropertyValue('--axis');
    context.textAlign = 'right';
    context.fillText(humanDuration(decade), left - 8, y + 4);
  }
  context.fillStyle = style.getPropertyValue('--axis');
  context.textAlign = 'center';
  for (const time of scale.times(Math.floor(scale.width / 140))) {
    const text = formatClock(timestampMs(time), usePreferences.getState().zone);
    context.fillText(text, Math.min(Math.max(scale.x(time), left + 24), scale.width - 32), scale.height - 3);
  }
  return context;
}

export function paint(canvas: HTMLCanvasElement, rows: readonly TraceRow[], scale: Scale): void {
  const context = paintGrid(canvas, scale);
  if (!context) return;
  const style = getComputedStyle(canvas);
  const color = (name: string): string => style.getPropertyValue(name);
  // Errors last, so that they are never hidden.
  for (const isError of [false, true]) {
    context.fillStyle = color(isError ? '--bad' : '--accent');
    context.globalAlpha = isError ? 0.95 : 0.6;
    for (const row of rows) {
      if (row.errors > 0 !== isError) continue;
      const { x, y } = scale.at(row);
      const size = Math.min(7, 2.5 + Math.log2(row.spans + 1) * 0.5);
      context.beginPath();
      context.arc(x, y, size, 0, Math.PI * 2);
      context.fill();
    }
  }
  context.globalAlpha = 1;
}
