// SPDX-License-Identifier: Apache-2.0
import { describe, expect, test } from 'vitest';
import { readPanel } from '@/model/dashboard/import_dashboard';
import type { Panel, Row } from '@/model/dashboard/types';
import { cellHeight, placeRows, type PageSpace } from './page_layout';

const space: PageSpace = { width: 1248, firstHeight: 15 * cellHeight, height: 20 * cellHeight };
const panel = (id: number, x: number, y: number, w: number, h: number): Panel =>
  readPanel({ id, type: 'stat', title: String(id), gridPos: { x, y, w, h } });
const row = (panels: Panel[], more: Partial<Row> = {}): Row => ({
  id: 1,
  title: 'R',
  isCollapsed: false,
  repeat: null,
  hasHeader: false,
  panels,
  scope: {},
  ...more,
});
const placesOf = (rows: Row[], isUnfolded = false) =>
  placeRows(rows, space, isUnfolded).placed.map((one) => [
    one.kind === 'panel' ? one.panel.id : 'row',
    one.page,
    Math.round(one.box.y / cellHeight),
  ]);

describe('pages', () => {
  test('take panels until one does not fit, which begins the next', () => {
    const panels = [panel(1, 0, 0, 12, 8), panel(2, 12, 0, 12, 8), panel(3, 0, 8, 24, 12)];
    expect(placesOf([row(panels)])).toEqual([
      [1, 0, 0],
      [2, 0, 0],
      [3, 1, 0],
    ]);
  });
  test('take one that nearly fits, a little lower', () => {
    const { placed } = placeRows([row([panel(1, 0, 0, 24, 8), panel(2, 0, 8, 24, 8)])], space, false);
    expect(placed.map((one) => one.page)).toEqual([0, 0]);
    expect((placed[1]?.box.y ?? 0) + (placed[1]?.box.height ?? 0)).toBeLessThanOrEqual(space.firstHeight);
  });
  test('are as high as the highest panel may be', () => {
    const { placed } = placeRows([row([panel(1, 0, 0, 24, 500)])], space, false);
    expect(placed[0]?.box.height).toBeLessThanOrEqual(space.firstHeight);
  });
  test('keep the head of a row with its panels', () => {
    const rows = [row([panel(1, 0, 0, 24, 14)]), row([panel(2, 0, 0, 24, 8)], { hasHeader: true })];
    expect(placesOf(rows)).toEqual([
      [1, 0, 0],
      ['row', 1, 0],
      [2, 1, 1],
    ]);
  });
  test('leave out the panels of folded rows unless they are wanted', () => {
    const rows = [row([panel(1, 0, 0, 24, 4)], { hasHeader: true, isCollapsed: true })];
    expect(placesOf(rows)).toEqual([['row', 0, 0]]);
    expect(placesOf(rows, true)).toHaveLength(2);
  });
  test('hold every panel once, inside of the page', () => {
    const panels = Array.from({ length: 200 }, (_, i) => panel(i + 1, (i * 7) % 18, (i * 5) % 90, 6, 1 + (i % 9)));
    const { placed, pages } = placeRows([row(panels)], space, false);
    expect(new Set(placed.map((one) => one.kind === 'panel' && one.panel.id)).size).toBe(200);
    for (const { page, box } of placed) {
      expect(page).toBeLessThan(pages);
      expect(box.y).toBeGreaterThanOrEqual(0);
      expect(box.y + box.height).toBeLessThanOrEqual(page === 0 ? space.firstHeight : space.height);
    }
  });
});
