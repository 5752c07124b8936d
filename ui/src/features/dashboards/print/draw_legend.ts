// SPDX-License-Identifier: Apache-2.0
// Legends: the series with their colours, as a list in lines or as a table with calculations.
import type { MarkupElement } from '@/base/drawing/markup';
import { elementsOf } from '@/base/drawing/markup';
import type { Box } from '@/base/drawing/svg_reader';
import { legendRows, type LegendRow, type Plot } from '@/model/dashboard/view_series';
import { drawRest, hasClass, textOf } from './drawn';
import type { Pen } from './pen';

const lineHeight = 17;
const small = { size: 11 };

export interface LegendItem {
  name: string;
  color: string;
  values: string;
}

function swatch(pen: Pen, x: number, y: number, color: string): void {
  pen.box({ x, y: y - 2, width: 11, height: 4 }, color, { radius: 2 });
}

/** In lines, each item as wide as its text; in a column when they stand beside the graph. */
export function drawLegendList(pen: Pen, items: readonly LegendItem[], box: Box, isColumn: boolean): void {
  const right = box.x + box.width - 8;
  const left = box.x + (isColumn ? 4 : 8);
  let x = left;
  let y = box.y + 2 + lineHeight / 2;
  const bottom = box.y + box.height;
  for (const [i, item] of items.entries()) {
    const room = right - left - 17;
    const name = Math.min(pen.widthOf(item.name, small), room);
    const values = item.values === '' ? 0 : Math.min(pen.widthOf(item.values, small) + 6, Math.max(room - name, 0));
    const width = 17 + name + values;
    if (i > 0 && (isColumn || x + width > right)) {
      x = left;
      y += lineHeight;
    }
    const isLast = y + lineHeight * 1.5 > bottom && i < items.length - 1;
    if (y + lineHeight / 2 > bottom + 3) return;
    // The last line with room says how many did not get any.
    const restWidth = pen.widthOf(`and ${items.length} more series`, small);
    const next = items[i + 1];
    const needed = next ? 17 + pen.widthOf(next.name, small) + pen.widthOf(next.values, small) + 20 : 0;
    if (isLast && (isColumn || x + width + 14 + Math.max(needed, restWidth) > right)) {
      return drawRest(pen, items.length - i, 'series', x, y);
    }
    swatch(pen, x, y, item.color);
    pen.text(item.name, x + 17, y, { ...small, color: 'var(--text-2)', width: name + 0.5 });
    if (values > 0) pen.text(item.values, x + 23 + name, y, { ...small, color: 'var(--text-3)', width: values });
    x += width + 14;
  }
}

const calcText = (row: LegendRow, i: number): string => {
  const value = row.values[i];
  return typeof value === 'number'
    ? row.series.format(value)
    : value === null || value === undefined
      ? '–'
      : String(value);
};

function drawLegendTable(pen: Pen, plot: Plot, rows: readonly LegendRow[], box: Box): void {
  const { calcs } = plot.legend;
  const widths = calcs.map((calc, i) =>
    Math.max(pen.widthOf(calc.name, small), ...rows.slice(0, 100).map((row) => pen.widthOf(calcText(row, i), small))),
  );
  const all = widths.reduce((sum, width) => sum + width + 16, 0);
  const nameRoom = Math.max(box.width - 16 - all, 60);
  const rights = widths.map(
    (_, i) => box.x + 8 + nameRoom + widths.slice(0, i + 1).reduce((sum, w) => sum + w + 16, 0) - 8,
  );
  let y = box.y + 2 + lineHeight / 2;
  pen.text('Name', box.x + 8, y, { ...small, color: 'var(--text-3)' });
  calcs.forEach((calc, i) =>
    pen.text(calc.name, rights[i] ?? 0, y, { ...small, color: 'var(--text-3)', align: 'right' }),
  );
  const fits = Math.max(Math.floor((box.height - 4) / lineHeight) - 1, 1);
  const shown = rows.length > fits ? rows.slice(0, fits - 1) : rows;
  for (const row of shown) {
    y += lineHeight;
    swatch(pen, box.x + 8, y, row.series.color);
    pen.text(row.series.name, box.x + 25, y, { ...small, color: 'var(--text-2)', width: nameRoom - 22 });
    calcs.forEach((_, i) => pen.text(calcText(row, i), rights[i] ?? 0, y, { ...small, align: 'right' }));
  }
  drawRest(pen, rows.length - shown.length, 'series', box.x + 25, y + lineHeight);
}

export function drawPlotLegend(pen: Pen, plot: Plot, box: Box, isSide: boolean): void {
  const rows = legendRows(plot);
  pen.inside({ x: 0, y: 0 }, () => {
    if (plot.legend.isTable) return drawLegendTable(pen, plot, rows, box);
    const items = rows.map((row): LegendItem => ({
      name: row.series.name,
      color: row.series.color,
      values: plot.legend.calcs.map((calc, i) => `${calc.name}: ${calcText(row, i)}`).join('  '),
    }));
    drawLegendList(pen, items, box, isSide);
  });
}

/** The items of a legend that a component made. */
export function legendOf(markup: MarkupElement): LegendItem[] {
  return elementsOf(markup, 'li').map((item) => {
    const spans = elementsOf(item, 'span');
    const color = /background:\s*([^;]+)/.exec(spans[0]?.attributes['style'] ?? '')?.[1] ?? '#888888';
    const calc = spans.find((one) => hasClass(one, 'calc'));
    const name = item.children
      .filter((one) => one !== calc)
      .map(textOf)
      .join('');
    return { name, color, values: calc ? textOf(calc) : '' };
  });
}
