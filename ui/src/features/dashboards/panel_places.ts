// SPDX-License-Identifier: Apache-2.0
// Where the panels of a grid stand, and which part of the grid is near the view.
import { useEffect, useLayoutEffect, useState, type RefObject } from 'react';
import { gridColumns } from '@/model/dashboard/layout';
import type { Panel } from '@/model/dashboard/types';
import type { Box } from './use_box';

export const cellPx = 38;

export interface Place extends Box {
  left: number;
  top: number;
}

export const clamp = (value: number, low: number, high: number): number => Math.min(Math.max(value, low), high);

/** Where each panel stands in a grid of this width, in whole pixels. */
export function placesOf(panels: readonly Panel[], width: number, isNarrow: boolean): [Panel, Place][] {
  if (isNarrow) {
    let top = 0;
    const order = [...panels].sort((a, b) => a.grid.y - b.grid.y || a.grid.x - b.grid.x);
    return order.map((panel) => {
      const height = clamp(panel.grid.h * 34, 90, 420);
      top += height;
      return [panel, { left: 0, top: top - height, width, height }];
    });
  }
  const at = (column: number): number => Math.round((column * width) / gridColumns);
  return panels.map((panel) => {
    const { x, y, w, h } = panel.grid;
    return [panel, { left: at(x), top: y * cellPx, width: at(x + w) - at(x), height: h * cellPx }];
  });
}

/** Of a grid of more panels only the places near the view exist; the browser pays for each in every frame. */
export const longGrid = 100;
export const bandPx = 240;
export const reachPx = 480;

/** How far the window has scrolled into the grid, in steps. */
export function useBand(root: RefObject<HTMLElement | null>, isLong: boolean): number {
  const [band, setBand] = useState(0);
  useEffect(() => {
    if (!isLong) return undefined;
    let frame = 0;
    const look = (): void => {
      frame = 0;
      const top = root.current?.getBoundingClientRect().top ?? 0;
      setBand(Math.floor(-top / bandPx) * bandPx);
    };
    const later = (): void => void (frame ||= requestAnimationFrame(look));
    later();
    window.addEventListener('scroll', later, { capture: true, passive: true });
    return () => {
      cancelAnimationFrame(frame);
      window.removeEventListener('scroll', later, { capture: true });
    };
  }, [root, isLong]);
  return band;
}

/** Where the grid begins in the window when it is first drawn; one answer for all its panels. */
export function useFirstTop(root: RefObject<HTMLElement | null>): number {
  const [top, setTop] = useState(0);
  useLayoutEffect(() => setTop(root.current?.getBoundingClientRect().top ?? 0), [root]);
  return top;
}
