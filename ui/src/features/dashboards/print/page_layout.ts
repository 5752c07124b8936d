// SPDX-License-Identifier: Apache-2.0
// Where rows and panels stand on pages. A panel is never cut by the end of a page: it begins the next one,
// and what stood beside it lower down follows. One that nearly fits is made a little lower, one that is higher
// than a page as high as the page.
import { gridColumns } from '@/model/dashboard/layout';
import type { Panel, Row } from '@/model/dashboard/types';
import type { Box } from '@/base/drawing/svg_reader';

export interface PageSpace {
  width: number;
  /** Of the first page, whose head takes more, and of the others. */
  firstHeight: number;
  height: number;
}

export type Placed = { page: number; box: Box } & ({ kind: 'panel'; panel: Panel } | { kind: 'row'; row: Row });

export const cellHeight = 38;
const rowHead = 34;
const gap = 8;
/** What has to be left of a panel's height at the end of a page. */
const leastShare = 0.75;

class Pages {
  page = 0;
  y = 0;
  constructor(private readonly space: PageSpace) {}
  get height(): number {
    return this.page === 0 ? this.space.firstHeight : this.space.height;
  }
  next(): void {
    this.page++;
    this.y = 0;
  }
}

function placePanels(panels: readonly Panel[], space: PageSpace, pages: Pages): Placed[] {
  const order = [...panels].sort((a, b) => a.grid.y - b.grid.y || a.grid.x - b.grid.x);
  const column = space.width / gridColumns;
  let top = 0;
  let begin = pages.y;
  let bottom = pages.y;
  const out: Placed[] = [];
  for (const panel of order) {
    const { x, y, w, h } = panel.grid;
    let place = begin + (y - top) * cellHeight;
    // A little lower is better than a page that is half empty.
    if (pages.height - place < h * cellHeight * leastShare && place > 0) {
      pages.next();
      [top, begin, place, bottom] = [y, 0, 0, 0];
    }
    const height = Math.min(h * cellHeight, pages.height - place);
    const box = { x: x * column, y: place, width: w * column - gap, height: height - gap };
    out.push({ kind: 'panel', page: pages.page, panel, box });
    bottom = Math.max(bottom, place + height);
  }
  pages.y = bottom;
  return out;
}

/** `isUnfolded`: panels of folded rows are shown as well. */
export function placeRows(
  rows: readonly Row[],
  space: PageSpace,
  isUnfolded: boolean,
): { placed: Placed[]; pages: number } {
  const pages = new Pages(space);
  const placed: Placed[] = [];
  for (const row of rows) {
    const shown = row.isCollapsed && !isUnfolded ? [] : row.panels;
    if (row.hasHeader) {
      const first = Math.min(
        ...shown.filter((one) => one.grid.y === 0).map((one) => one.grid.h * cellHeight),
        pages.height / 2,
      );
      // A head does not stand alone at the end of a page.
      if (pages.y + rowHead + (shown.length > 0 ? first : 0) > pages.height && pages.y > 0) pages.next();
      placed.push({
        kind: 'row',
        page: pages.page,
        row,
        box: { x: 0, y: pages.y, width: space.width, height: rowHead },
      });
      pages.y += rowHead;
    }
    placed.push(...placePanels(shown, space, pages));
  }
  return { placed, pages: pages.page + 1 };
}
