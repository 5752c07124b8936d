// SPDX-License-Identifier: Apache-2.0
// Annotations on the canvas of a graph: deploys and other notes, as a dashed line or a pale stretch of time.
import type uPlot from 'uplot';
import { withAlpha } from '@/model/dashboard/colors';

export interface PlotMark {
  fromMs: number;
  toMs: number;
  color: string;
  /** Shown where the pointer is on the mark. */
  text: string;
  /** The panel that it belongs to; null: all. */
  panelId: number | null;
  /** Over which panels; without it over all. */
  isOn?: (panelId: number) => boolean;
}

export const isMarkOf = (mark: PlotMark, panelId: number): boolean =>
  (mark.panelId === null || mark.panelId === panelId) && (mark.isOn?.(panelId) ?? true);

export function drawMarks(marks: readonly PlotMark[], plot: uPlot): void {
  const { ctx, bbox } = plot;
  ctx.save();
  for (const mark of marks) {
    const left = plot.valToPos(mark.fromMs / 1000, 'x', true);
    const right = plot.valToPos(mark.toMs / 1000, 'x', true);
    if (right < bbox.left || left > bbox.left + bbox.width) continue;
    ctx.fillStyle = withAlpha(mark.color, 0.14);
    if (right - left > 2) ctx.fillRect(left, bbox.top, right - left, bbox.height);
    ctx.strokeStyle = mark.color;
    ctx.lineWidth = devicePixelRatio;
    ctx.setLineDash([5, 4]);
    ctx.beginPath();
    ctx.moveTo(left, bbox.top);
    ctx.lineTo(left, bbox.top + bbox.height);
    ctx.stroke();
  }
  ctx.restore();
}

const reachPx = 5;

/** The texts under the pointer at `ms`, of which one pixel is `msPerPx`. */
export const notesAt = (ms: number, msPerPx: number, marks: readonly PlotMark[]): string[] =>
  marks
    .filter((one) => one.text !== '')
    .filter((one) => ms >= one.fromMs - reachPx * msPerPx && ms <= one.toMs + reachPx * msPerPx)
    .slice(0, 5)
    .map((one) => one.text);
