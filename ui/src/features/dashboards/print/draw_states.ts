// SPDX-License-Identifier: Apache-2.0
// State timeline, status history and heat map.
import { timestampMs } from '@/base/brand';
import { formatClock } from '@/base/time_format';
import { flag, text } from '@/model/dashboard/json';
import { heatmapOf, stateRows, timeTicks } from '@/model/dashboard/view_states';
import { inkOn } from '@/model/dashboard/view_values';
import type { Drawn } from './drawn';
import { drawRest } from './drawn';

/** Times below the box from `left` to `right`, the first at its start and the last at its end. */
function drawTimes({ pen, props, zone }: Drawn, left: number, right: number, count: number): void {
  const ticks = timeTicks(props.window.fromMs, props.window.toMs, count);
  const { fromMs, toMs } = props.window;
  for (const ms of ticks) {
    const x = left + ((ms - fromMs) / (toMs - fromMs)) * (right - left);
    const time = formatClock(timestampMs(ms), zone).slice(0, 5);
    pen.text(time, Math.min(Math.max(x, left + 14), right - 14), props.height - 10, {
      size: 11,
      color: 'var(--axis)',
      align: 'center',
    });
  }
}

export function drawStates(drawn: Drawn): void {
  const { pen, props, coloring, zone, theme } = drawn;
  const { panel, frames, window, width, height } = props;
  const isTimeline = panel.type === 'state-timeline';
  const isMerging = isTimeline && flag(panel.options, 'mergeValues', true);
  const all = stateRows({ frames, coloring, zone, toMs: window.toMs, isMerging });
  const room = height - 26;
  const fits = Math.max(Math.floor(room / 12), 1);
  const rows = all.length > fits ? all.slice(0, fits - 1) : all;
  const showText = text(panel.options, 'showValue', 'auto') !== 'never';
  const nameRoom = Math.max((width - 16) * 0.16, 40);
  const left = 6 + nameRoom + 8;
  const right = width - 10;
  const slot = (rows.length < all.length ? room - 14 : room) / Math.max(rows.length, 1);
  const x = (ms: number): number => left + ((ms - window.fromMs) / (window.toMs - window.fromMs)) * (right - left);
  rows.forEach((row, i) => {
    const middle = 4 + (i + 0.5) * slot;
    const thick = Math.max(slot * 0.82, 6);
    pen.text(row.name, 6, middle, { size: 11, width: nameRoom });
    for (const span of row.spans) {
      if (span.toMs <= window.fromMs || span.fromMs >= window.toMs) continue;
      const from = Math.max(x(span.fromMs), left);
      const share = Math.max(Math.min(x(span.toMs), right) - from - (isTimeline ? 0 : 1), 0.5);
      pen.box({ x: from, y: middle - thick / 2, width: share, height: thick }, span.color, {
        radius: Math.min(2, share / 2),
      });
      if (showText && share > pen.widthOf(span.text, { size: 10 }) + 6) {
        pen.text(span.text, from + share / 2, middle, { size: 10, align: 'center', color: inkOn(span.color, theme) });
      }
    }
  });
  drawRest(pen, all.length - rows.length, 'rows', 6, height - 28);
  drawTimes(drawn, left, right, Math.floor(width / 180));
}

export function drawHeatmap(drawn: Drawn): void {
  const { pen, props, coloring } = drawn;
  const { panel, frames, window, width, height } = props;
  const view = heatmapOf(frames, panel.options, coloring);
  const gutter = Math.min(Math.max(...view.rows.map((row) => row.label.length), 3) * 7 + 12, 110);
  const inner = { width: Math.max(width - gutter - 10, 50), height: Math.max(height - 28, 30) };
  const rowHeight = inner.height / Math.max(view.rows.length, 1);
  const cell = Math.max((view.stepMs / (window.toMs - window.fromMs)) * inner.width, 1);
  const every = Math.ceil(view.rows.length / Math.max(Math.floor(inner.height / 18), 1));
  view.rows.forEach((row, r) => {
    const top = 6 + inner.height - (r + 1) * rowHeight;
    if (r % every === 0) {
      pen.text(row.label, gutter - 6, top + rowHeight / 2, {
        size: 11,
        align: 'right',
        color: 'var(--text-3)',
        width: gutter - 8,
      });
    }
    row.values.forEach((value, i) => {
      if (!value) return;
      const x = (((view.timesMs[i] ?? 0) - window.fromMs) / (window.toMs - window.fromMs)) * inner.width;
      const from = Math.max(x, 0);
      const size = Math.min(x + cell - (cell > 4 ? 1 : 0), inner.width) - from;
      const box = {
        x: gutter + from,
        y: top,
        width: Math.max(size, 0),
        height: Math.max(rowHeight - (rowHeight > 5 ? 1 : 0), 1),
      };
      pen.box(box, view.colorOf(value));
    });
  });
  drawTimes(drawn, gutter, gutter + inner.width, Math.floor(inner.width / 120));
}
