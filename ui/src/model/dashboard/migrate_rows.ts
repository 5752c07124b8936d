// SPDX-License-Identifier: Apache-2.0
// Layout of before version 16, rows of panels in twelfths, as places on the grid of 24 columns.
import { flag, num, numberOr, objects, text, type JsonObject } from './json';

const columns = 24;
const cellPx = 38;

function heightOf(value: JsonObject[string], fallbackPx: number): number {
  const px = typeof value === 'string' ? numberOr(value.replace('px', ''), fallbackPx) : numberOr(value, fallbackPx);
  return Math.max(Math.ceil(px / cellPx), 3);
}

/** A row whose title is shown, that is folded or repeated needs a header. */
const needsHeader = (row: JsonObject): boolean =>
  flag(row, 'showTitle') || flag(row, 'collapse') || text(row, 'repeat') !== '';

/** Panels with gridPos, row panels in front of what belongs to them. */
export function panelsOfRows(rows: readonly JsonObject[]): JsonObject[] {
  const out: JsonObject[] = [];
  let y = 0;
  const anyHeader = rows.some(needsHeader);
  rows.forEach((row, index) => {
    const rowHeight = heightOf(row['height'], 250);
    let x = 0;
    let lineHeight = 0;
    const rowTop = y;
    if (anyHeader) y += 1;
    const placed = objects(row['panels']).map((panel): JsonObject => {
      const w = Math.min(Math.max(Math.round(num(panel, 'span', 4) * 2), 1), columns);
      const h = panel['height'] === undefined ? rowHeight : heightOf(panel['height'], rowHeight * cellPx);
      if (x + w > columns) {
        x = 0;
        y += lineHeight;
        lineHeight = 0;
      }
      const gridPos = { x, y, w, h };
      x += w;
      lineHeight = Math.max(lineHeight, h);
      return { ...panel, gridPos };
    });
    y += lineHeight;
    if (!anyHeader) {
      out.push(...placed);
      return;
    }
    const isCollapsed = flag(row, 'collapse');
    out.push({
      id: 100_000 + index,
      type: 'row',
      title: text(row, 'title') || 'Row',
      collapsed: isCollapsed,
      gridPos: { x: 0, y: rowTop, w: columns, h: 1 },
      panels: isCollapsed ? placed : [],
      ...(text(row, 'repeat') ? { repeat: text(row, 'repeat') } : {}),
    });
    if (!isCollapsed) out.push(...placed);
  });
  return out;
}
