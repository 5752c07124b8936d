// SPDX-License-Identifier: Apache-2.0
// Bands on the canvas of a graph, below its lines: a pale area between the bounds of what is usual,
// and a fine dashed line where the value was expected.
import type uPlot from 'uplot';
import type { ChartBand } from '@/model/chart_data';

type Point = readonly [number, number, number, number];

/** Points apart by more than this many steps are not joined: nothing was known in between. */
const gapSteps = 2.5;

function pieces(points: readonly Point[]): Point[][] {
  const step = Math.min(...points.slice(1).map((point, i) => point[0] - (points[i]?.[0] ?? point[0])));
  const out: Point[][] = [];
  points.forEach((point, i) => {
    const before = points[i - 1];
    if (before && point[0] - before[0] <= step * gapSteps) out.at(-1)?.push(point);
    else out.push([point]);
  });
  return out;
}

export function drawBands(plot: uPlot, bands: readonly ChartBand[], colorOf: (seriesId: string) => string | null) {
  const { ctx } = plot;
  const { left, top, width, height } = plot.bbox;
  ctx.save();
  ctx.beginPath();
  ctx.rect(left, top, width, height);
  ctx.clip();
  ctx.lineWidth = devicePixelRatio;
  ctx.setLineDash([4 * devicePixelRatio, 4 * devicePixelRatio]);
  for (const band of bands) {
    const color = colorOf(band.seriesId);
    if (color === null) continue;
    ctx.fillStyle = `${color}26`;
    ctx.strokeStyle = `${color}99`;
    for (const piece of pieces(band.points)) drawPiece(plot, piece);
  }
  ctx.restore();
}

function drawPiece(plot: uPlot, points: readonly Point[]): void {
  const { ctx } = plot;
  const x = (point: Point): number => plot.valToPos(point[0], 'x', true);
  const y = (value: number): number => plot.valToPos(value, 'y', true);
  ctx.beginPath();
  for (const point of points) ctx.lineTo(x(point), y(point[3]));
  for (const point of [...points].reverse()) ctx.lineTo(x(point), y(point[1]));
  ctx.closePath();
  ctx.fill();
  ctx.beginPath();
  for (const point of points) ctx.lineTo(x(point), y(point[2]));
  ctx.stroke();
}
