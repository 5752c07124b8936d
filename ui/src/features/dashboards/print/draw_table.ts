// SPDX-License-Identifier: Apache-2.0
import { withAlpha } from '@/model/dashboard/colors';
import { showValue, shownText, type Look } from '@/model/dashboard/display';
import type { Value } from '@/model/dashboard/frame';
import { tableOf, type TableColumn } from '@/model/dashboard/view_table';
import { textColor } from '@/model/dashboard/contrast';
import { inkOn } from '@/model/dashboard/view_values';
import type { Box } from '@/base/drawing/svg_reader';
import { RecordingPath } from '@/base/drawing/recording_path';
import { drawRest, type Drawn } from './drawn';
import type { Pen } from './pen';

const rowHeight = 26;

/** Columns with a width have it, the others share what is left by what stands in them. */
function columnWidths(pen: Pen, columns: readonly TableColumn[], texts: readonly string[][], width: number): number[] {
  const wanted = columns.map((column, i) => {
    if (column.width) return column.width;
    const longest = Math.max(...(texts[i] ?? []).map((one) => pen.widthOf(one, { size: 12 })), 20);
    return Math.min(Math.max(longest, pen.widthOf(column.name, { size: 12, isBold: true })) + 20, 420);
  });
  const fixed = columns.reduce((sum, column) => sum + (column.width ?? 0), 0);
  const free = wanted.reduce((sum, one, i) => sum + (columns[i]?.width ? 0 : one), 0);
  const total = wanted.reduce((sum, one) => sum + one, 0);
  if (free === 0 || fixed >= width) return wanted.map((one) => (one * width) / total);
  return wanted.map((one, i) => (columns[i]?.width ? one : (one * (width - fixed)) / free));
}

function drawTrend(pen: Pen, written: string, box: Box, color: string): void {
  const values = (JSON.parse(written) as (number | null)[]).map((value) => value ?? 0);
  const max = values.reduce((a, b) => Math.max(a, b), 1e-12);
  const min = values.reduce((a, b) => Math.min(a, b), 0);
  const path = new RecordingPath();
  values.forEach((value, i) => {
    const x = box.x + (i / Math.max(values.length - 1, 1)) * box.width;
    path.lineTo(x, box.y + box.height - 2 - ((value - min) / (max - min)) * (box.height - 4));
  });
  pen.ctx.strokeStyle = color;
  pen.ctx.setLineDash([]);
  pen.ctx.strokeAs(path, 1.2, false);
}

function drawCell(pen: Pen, column: TableColumn, value: Value, box: Box, look: Look): void {
  if (column.cell === 'sparkline' && typeof value === 'string') return drawTrend(pen, value, box, look.seriesColor);
  const shown = showValue(column.field, value, look, column.range);
  const written = shownText(shown).replaceAll(/\s+/g, ' ');
  const middle = box.y + box.height / 2;
  const width = box.width - 12;
  const place =
    column.align === 'end' ? box.x + box.width - 6 : column.align === 'center' ? box.x + box.width / 2 : box.x + 6;
  const align =
    column.align === 'end' ? ('right' as const) : column.align === 'center' ? ('center' as const) : ('left' as const);
  if (column.cell === 'gauge' && shown.value !== null) {
    const part = Math.min(
      Math.max((shown.value - column.range.min) / (column.range.max - column.range.min || 1), 0),
      1,
    );
    const room = Math.min(pen.widthOf(written, { size: 12 }), box.width * 0.5);
    const track = { x: box.x + 6, y: middle - 6, width: box.width - room - 20, height: 12 };
    pen.box(track, 'var(--surface-2)', { radius: 4 });
    pen.box({ ...track, width: track.width * part }, shown.color, { radius: 4 });
    pen.text(written, box.x + box.width - 6, middle, {
      size: 12,
      align: 'right',
      color: textColor(shown.color, look.theme),
      width: room + 1,
    });
    return;
  }
  let color = column.cell === 'color-text' ? textColor(shown.color, look.theme) : 'var(--text)';
  if (column.cell === 'color-background' || column.cell === 'pill') {
    const isPill = column.cell === 'pill';
    const room = Math.min(pen.widthOf(written, { size: 12 }), width) + 10;
    const x = align === 'right' ? place - room + 5 : align === 'center' ? place - room / 2 : place - 5;
    pen.box({ x, y: middle - 9, width: room, height: 18 }, isPill ? withAlpha(shown.color, 0.25) : shown.color, {
      radius: isPill ? 9 : 3,
    });
    if (!isPill) color = inkOn(shown.color, look.theme);
  }
  pen.text(written, place, middle, { size: 12, align, color, width });
}

export function drawTable({ pen, props, coloring, zone, theme }: Drawn): void {
  const { panel, frames, width, height } = props;
  const view = tableOf(frames, panel.options, 0);
  const look = (i: number): Look => ({ theme, zone, seriesColor: coloring.palette(i) });
  const texts = view.columns.map((column, i) =>
    column.cell === 'sparkline'
      ? ['                         ']
      : column.field.values
          .slice(0, 40)
          .map((value) => shownText(showValue(column.field, value, look(i), column.range))),
  );
  const widths = columnWidths(pen, view.columns, texts, width - 16);
  const lefts = widths.map((_, i) => 8 + widths.slice(0, i).reduce((sum, one) => sum + one, 0));
  let y = 0;
  if (view.isHeaderShown) {
    view.columns.forEach((column, i) => {
      const isEnd = column.align === 'end';
      const x = (lefts[i] ?? 0) + (isEnd ? (widths[i] ?? 0) - 6 : 6);
      pen.text(column.name, x, rowHeight / 2, {
        size: 12, isBold: true, color: 'var(--text-3)', align: isEnd ? 'right' : 'left', width: (widths[i] ?? 0) - 12,
      }); // prettier-ignore
    });
    y = rowHeight;
    pen.line(8, y, width - 8, y, 'var(--border)');
  }
  const notes = (view.footer ? rowHeight : 0) + (view.frameNames.length > 1 ? 18 : 0);
  const fits = Math.max(Math.floor((height - y - notes) / rowHeight), 0);
  const count = view.length > fits ? Math.max(fits - 1, 0) : view.length;
  for (let row = 0; row < count; row++, y += rowHeight) {
    view.columns.forEach((column, i) => {
      const box = { x: lefts[i] ?? 0, y, width: widths[i] ?? 0, height: rowHeight };
      drawCell(pen, column, column.field.values[row] ?? null, box, look(i));
    });
    pen.line(8, y + rowHeight, width - 8, y + rowHeight, 'var(--border)', 0.5);
  }
  if (count < view.length) {
    drawRest(pen, view.length - count, view.length - count === 1 ? 'row' : 'rows', 14, y + 10);
    y += 20;
  }
  view.footer?.forEach((value, i) => {
    const column = view.columns[i];
    if (!column || value === null) return;
    const written = typeof value === 'number' ? shownText(showValue(column.field, value, look(i))) : String(value);
    const isEnd = column.align === 'end';
    const x = (lefts[i] ?? 0) + (isEnd ? (widths[i] ?? 0) - 6 : 6);
    pen.text(written, x, y + rowHeight / 2, { size: 12, isBold: true, align: isEnd ? 'right' : 'left' });
  });
  if (view.frameNames.length > 1) {
    const others = `table 1 of ${view.frameNames.length}: ${view.frameNames.slice(0, 6).join(', ')}`;
    pen.text(others, 14, height - 9, { size: 11, color: 'var(--text-3)', width: width - 28 });
  }
}
