// SPDX-License-Identifier: Apache-2.0
// Exemplars on the canvas of a graph: where they are drawn, and which one is under the pointer.
import type uPlot from 'uplot';
import type { ExemplarPoint } from '@/model/exemplar_points';

const radius = 4.5;
const reach = 9;

export interface PlacedExemplar {
  point: ExemplarPoint;
  /** CSS pixels from the corner of the plotting area. */
  left: number;
  top: number;
}

/** Exemplars often measure something else than the query (seconds beside requests per second). When
 *  most of them would be outside, they get a height by their own maximum instead. */
export function placeExemplars(plot: uPlot, points: readonly ExemplarPoint[]): PlacedExemplar[] {
  if (points.length === 0) return [];
  const { min = 0, max = 1 } = plot.scales['y'] ?? {};
  const height = plot.over.clientHeight;
  const inside = points.filter((p) => p.value >= (min ?? 0) && p.value <= (max ?? 1)).length;
  const highest = Math.max(...points.map((p) => p.value)) || 1;
  const isShared = inside * 2 >= points.length && highest >= (max ?? 1) * 0.02;
  return points.map((point) => {
    const natural = isShared ? plot.valToPos(point.value, 'y') : height - (point.value / highest) * height * 0.92;
    return { point, left: plot.valToPos(point.time, 'x'), top: Math.min(Math.max(natural, radius), height - radius) };
  });
}

export function drawExemplars(plot: uPlot, placed: readonly PlacedExemplar[], color: string, halo: string): void {
  const { ctx } = plot;
  const scale = devicePixelRatio;
  const { left, top, width } = plot.bbox;
  ctx.save();
  ctx.lineWidth = 1.5 * scale;
  ctx.fillStyle = color;
  ctx.strokeStyle = halo;
  for (const { left: x, top: y } of placed) {
    const cx = left + x * scale;
    if (cx < left || cx > left + width) continue;
    const cy = top + y * scale;
    const r = radius * scale;
    ctx.beginPath();
    ctx.moveTo(cx, cy - r);
    ctx.lineTo(cx + r, cy);
    ctx.lineTo(cx, cy + r);
    ctx.lineTo(cx - r, cy);
    ctx.closePath();
    ctx.fill();
    ctx.stroke();
  }
  ctx.restore();
}

export function exemplarAt(placed: readonly PlacedExemplar[], left: number, top: number): PlacedExemplar | null {
  let best: PlacedExemplar | null = null;
  let nearest = reach * reach;
  for (const one of placed) {
    const distance = (one.left - left) ** 2 + (one.top - top) ** 2;
    if (distance <= nearest) {
      nearest = distance;
      best = one;
    }
  }
  return best;
}
