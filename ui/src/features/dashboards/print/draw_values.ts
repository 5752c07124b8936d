// SPDX-License-Identifier: Apache-2.0
// Single values: stat, gauge, bar gauge.
import { createElement } from 'react';
import { renderToStaticMarkup } from 'react-dom/server';
import { readMarkup } from '@/base/drawing/markup';
import type { Box } from '@/base/drawing/svg_reader';
import { schemeColor, withAlpha } from '@/model/dashboard/colors';
import { asObject, text } from '@/model/dashboard/json';
import { textColor } from '@/model/dashboard/contrast';
import { inkOn, valueItems, type ValueItem } from '@/model/dashboard/view_values';
import { GaugePanel } from '../panels/gauge_panel';
import { tiling } from '../panels/stat_panel';
import { Sparkline } from '../panels/stat_sparkline';
import { markupOf, putSvg, sizeOf, svgsOf, type Drawn } from './drawn';
import type { Pen } from './pen';

const gap = 6;
const graphShare = 0.36;

/** The boxes of a grid with the paddings of `.stats`. */
function tiles(count: number, columns: number, rows: number, width: number, height: number): Box[] {
  const w = (width - 12 - gap * (columns - 1)) / columns;
  const h = (height - 10 - gap * (rows - 1)) / rows;
  return Array.from({ length: count }, (_, i) => ({
    x: 6 + (i % columns) * (w + gap),
    y: 4 + Math.floor(i / columns) * (h + gap),
    width: w,
    height: h,
  }));
}

function drawParts(pen: Pen, item: ValueItem, shown: string, box: Box, size: number, ink: string): void {
  const { prefix, suffix, text: number } = item.shown;
  const middle = box.y + box.height / 2;
  const hasParts = item.text !== '' && shown === item.text;
  const parts = hasParts
    ? [
        { text: prefix, size: size * 0.62, isBold: false },
        { text: number, size, isBold: true },
        { text: suffix, size: size * 0.62, isBold: false },
      ].filter((one) => one.text !== '')
    : [{ text: shown, size, isBold: true }];
  const width = parts.reduce((sum, one) => sum + pen.widthOf(one.text, one), 0);
  // What is too wide gets smaller rather than cut: a number without its end is a wrong number.
  const factor = Math.min((box.width - 4) / Math.max(width, 1), 1);
  let x = box.x + (box.width - width * factor) / 2;
  for (const one of parts) {
    const look = { size: one.size * factor, isBold: one.isBold, color: ink };
    // On one base line.
    x += pen.text(one.text, x, middle + (size - one.size) * factor * 0.352, look);
  }
}

function drawStat(drawn: Drawn, item: ValueItem, box: Box): void {
  const { pen, props, coloring, theme } = drawn;
  const { options } = props.panel;
  const mode = text(options, 'colorMode', 'value');
  const textMode = text(options, 'textMode', 'auto');
  const isBackground = mode.startsWith('background');
  const isNamed =
    textMode === 'value_and_name' || textMode === 'name' || (textMode === 'auto' && props.frames.length > 1);
  const hasValue = textMode !== 'name' && textMode !== 'none';
  const ink = isBackground
    ? inkOn(item.shown.color, theme)
    : mode === 'none'
      ? 'var(--text)'
      : textColor(item.shown.color, theme);
  const shown = hasValue ? item.text || '–' : item.name;
  const isGraph = text(options, 'graphMode', 'area') === 'area' && box.height > 60;
  const wordsHeight = isGraph ? box.height * (1 - graphShare) : box.height;
  const size = Math.max(
    Math.min((box.width / Math.max(shown.length, 3)) * 1.55, wordsHeight * (isNamed ? 0.48 : 0.66), 72),
    12,
  );
  if (isBackground) pen.box(box, item.shown.color, { radius: 7 });
  const nameSize = Math.max(Math.min(size * 0.45, 16), 11);
  const nameHeight = isNamed && hasValue ? nameSize * 1.4 : 0;
  const top = box.y + (wordsHeight - nameHeight - size * 1.12) / 2;
  if (nameHeight > 0) {
    const look = { size: nameSize, align: 'center' as const, width: box.width - 16 };
    pen.text(item.name, box.x + box.width / 2, top + nameHeight / 2, {
      ...look,
      color: isBackground ? ink : 'var(--text-2)',
    });
  }
  drawParts(pen, item, shown, { x: box.x, y: top + nameHeight, width: box.width, height: size * 1.12 }, size, ink);
  if (!isGraph) return;
  const color = isBackground ? ink : mode === 'none' ? coloring.palette(0) : item.shown.color;
  const [spark] = svgsOf(readMarkup(renderToStaticMarkup(createElement(Sparkline, { course: item.course, color }))));
  const height = box.height * graphShare;
  if (spark) putSvg(pen, spark, { x: box.x, y: box.y + box.height - height, width: box.width, height });
}

const itemsOf = ({ props, coloring, zone }: Drawn): ValueItem[] =>
  valueItems({ frames: props.frames, options: props.panel.options, coloring, zone });

export function drawStats(drawn: Drawn): void {
  const { width, height, panel } = drawn.props;
  const items = itemsOf(drawn);
  const { columns, rows } = tiling(items.length, width, height, text(panel.options, 'orientation', 'auto'));
  tiles(items.length, columns, rows, width, height).forEach((box, i) => {
    const item = items[i];
    if (item) drawStat(drawn, item, box);
  });
}

export function drawGauges(drawn: Drawn): void {
  const { pen, props } = drawn;
  const { width, height, panel } = props;
  const items = itemsOf(drawn);
  const orientation = text(panel.options, 'orientation') === 'vertical' ? 'horizontal' : 'auto';
  const { columns, rows } = tiling(items.length, width / 1.7, height, orientation);
  const isNamed = items.length > 1 && height / rows > 90;
  const rings = svgsOf(markupOf(GaugePanel, drawn));
  tiles(items.length, columns, rows, width, height).forEach((box, i) => {
    const ring = rings[i];
    if (!ring) return;
    const size = sizeOf(ring, box);
    const x = box.x + (box.width - size.width) / 2;
    const y = box.y + (box.height - size.height - (isNamed ? 20 : 0)) / 2;
    putSvg(pen, ring, { x, y, width: size.width, height: size.height });
    const name = { isBold: true, align: 'center' as const, width: box.width - 8 };
    if (isNamed) pen.text(items[i]?.name ?? '', box.x + box.width / 2, y + size.height + 10, name);
  });
}

function drawTrack(pen: Pen, track: Box, part: number, isUpright: boolean, mode: string, color: string): void {
  pen.box(track, 'var(--surface-2)', { radius: 4 });
  const length = (isUpright ? track.height : track.width) * part;
  if (length <= 0) return;
  const filled = isUpright
    ? { ...track, y: track.y + track.height - length, height: length }
    : { ...track, width: length };
  if (mode === 'lcd') {
    for (let at = 0; at < length; at += 8) {
      const size = Math.min(6, length - at);
      pen.box(
        isUpright
          ? { ...track, y: track.y + track.height - at - size, height: size }
          : { ...track, x: track.x + at, width: size },
        color,
      );
    }
    return;
  }
  if (mode !== 'gradient') return pen.box(filled, color, { radius: 4 });
  const { ctx } = pen;
  const gradient = isUpright
    ? ctx.createLinearGradient(0, filled.y + filled.height, 0, filled.y)
    : ctx.createLinearGradient(filled.x, 0, filled.x + filled.width, 0);
  gradient.addColorStop(0, withAlpha(color, 0.35));
  gradient.addColorStop(1, color);
  ctx.fillStyle = gradient;
  ctx.fillRect(filled.x, filled.y, filled.width, filled.height);
}

export function drawBarGauges(drawn: Drawn): void {
  const { pen, props, theme } = drawn;
  const { width, height, panel } = props;
  const items = itemsOf(drawn);
  const orientation = text(panel.options, 'orientation', 'auto');
  const isUpright = orientation === 'vertical' || (orientation === 'auto' && items.length > 1 && height > width * 1.2);
  const mode = text(panel.options, 'displayMode', 'gradient');
  const low = Math.min(0, ...items.map((item) => item.min));
  const high = Math.max(...items.map((item) => item.max));
  const scheme = text(asObject(panel.fieldConfig.defaults['color']), 'mode');
  const fits = isUpright ? Math.floor((width - 20) / 40) : Math.floor((height - 6) / 28);
  const shown = items.length > fits ? items.slice(0, Math.max(fits - 1, 1)) : items;
  const slot = isUpright
    ? Math.min((width - 20 + gap) / shown.length, 140)
    : Math.min((height - 12 + gap - (shown.length < items.length ? 22 : 0)) / shown.length, 46 + gap);
  const valueRoom = Math.max(...shown.map((item) => pen.widthOf(item.text || '–', { isBold: true })));
  shown.forEach((item, i) => {
    const min = item.field.config['min'] === undefined ? low : item.min;
    const max = item.field.config['max'] === undefined ? high : item.max;
    const part = Math.min(Math.max(((item.shown.value ?? min) - min) / (max - min || 1), 0), 1);
    const color = scheme.startsWith('continuous') ? schemeColor(scheme, part, theme) : item.shown.color;
    const value = { isBold: true, color: textColor(item.shown.color, theme) };
    if (isUpright) {
      const box = { x: 10 + i * slot, y: 26, width: slot - gap, height: height - 26 - 28 };
      const middle = box.x + box.width / 2;
      pen.text(item.text || '–', middle, 14, { ...value, align: 'center', width: box.width });
      drawTrack(pen, box, part, true, mode, color);
      pen.text(item.name, middle, height - 14, { size: 12, align: 'center', width: box.width });
      return;
    }
    const box = { x: 10, y: 6 + i * slot, width: width - 20, height: slot - gap };
    const nameRoom = Math.max(box.width * 0.24, 30);
    const middle = box.y + box.height / 2;
    pen.text(item.name, box.x, middle, { size: 12, width: nameRoom });
    const track = { ...box, x: box.x + nameRoom + 10, width: box.width - nameRoom - 20 - valueRoom };
    drawTrack(pen, track, part, false, mode, color);
    pen.text(item.text || '–', box.x + box.width, middle, { ...value, align: 'right' });
  });
  if (shown.length < items.length) {
    const rest = `and ${items.length - shown.length} more`;
    pen.text(rest, 10, height - 10, { size: 11, color: 'var(--text-3)' });
  }
}
