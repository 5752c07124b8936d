// SPDX-License-Identifier: Apache-2.0
// Where the pointer is on a panel's graph.
export interface PanelHover {
  index: number;
  left: number;
  top: number;
  nearest: number | null;
  /** The time under the pointer, and how much of it one pixel is. */
  ms: number;
  msPerPx: number;
}
