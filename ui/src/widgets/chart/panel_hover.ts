// SPDX-License-Identifier: Apache-2.0
// Where the pointer is on a panel's graph, and the annotations there.
import type { PlotMark } from './panel_plot';

export interface PanelHover {
  index: number;
  left: number;
  top: number;
  nearest: number | null;
  /** The time under the pointer, and how much of it one pixel is. */
  ms: number;
  msPerPx: number;
}

const reachPx = 5;

export const notesAt = (hover: PanelHover, marks: readonly PlotMark[]): string[] =>
  marks
    .filter((one) => one.text !== '')
    .filter((one) => hover.ms >= one.fromMs - reachPx * hover.msPerPx && hover.ms <= one.toMs + reachPx * hover.msPerPx)
    .slice(0, 5)
    .map((one) => one.text);
