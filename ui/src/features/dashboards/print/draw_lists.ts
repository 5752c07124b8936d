// SPDX-License-Identifier: Apache-2.0
// Panels of lines: logs, traces, and the lists of alerts, dashboards and annotations.
import type { ComponentType } from 'react';
import { timestampMs } from '@/base/brand';
import { elementsOf, type MarkupElement } from '@/base/drawing/markup';
import { formatClock } from '@/base/time_format';
import { annotationsQuery, searchQuery } from '@/api/dashboards';
import { alertsQuery } from '@/api/queries';
import { flag, text } from '@/model/dashboard/json';
import { AlertListPanel, AnnotationListPanel, DashListPanel } from '../panels/list_panels';
import { levelColor, logRows } from '../panels/log_panel';
import type { PanelProps } from '../panels/panel_props';
import { TracesPanel } from '../panels/trace_panels';
import { drawRest, hasClass, markupOf, textOf, type Drawn } from './drawn';
import type { Pen } from './pen';

const logLine = 16;

export function drawLogs({ pen, props, zone }: Drawn): void {
  const { panel, frames, width, height } = props;
  const rows = logRows(frames);
  const { options } = panel;
  const isWrapping = flag(options, 'wrapLogMessage', true);
  const look = { size: 10, isMono: true };
  const ordered = text(options, 'sortOrder') === 'Ascending' ? [...rows].reverse() : rows;
  let y = 0;
  for (const [i, row] of ordered.entries()) {
    let x = 13;
    const time = flag(options, 'showTime', true) ? `${formatClock(timestampMs(row.ms), zone, true)}` : '';
    const labels = flag(options, 'showLabels')
      ? Object.entries(row.labels).map(([name, value]) => `${name}=${String(value)}`).join(' ') // prettier-ignore
      : '';
    const labelWidth = labels === '' ? 0 : Math.min(pen.widthOf(labels, look), width * 0.3) + 10;
    const timeWidth = time === '' ? 0 : pen.widthOf(time, look) + 10;
    const room = width - x - timeWidth - labelWidth - 10;
    const written = row.written.replaceAll('\t', '    ').slice(0, 5000);
    const lines = isWrapping ? pen.wrap(written, room, look) : [written.split('\n')[0] ?? ''];
    const isLast = i === ordered.length - 1;
    if (y + lines.length * logLine > height - (isLast ? 0 : logLine) && y > 0) {
      return drawRest(pen, ordered.length - i, 'lines', x, y + logLine / 2);
    }
    const shown = lines.slice(0, Math.max(Math.floor(height / logLine), 1));
    pen.box({ x: 0, y, width: 3, height: shown.length * logLine }, levelColor(row.level));
    if (time) pen.text(time, x, y + logLine / 2, { ...look, color: 'var(--text-3)' });
    x += timeWidth;
    if (labels) pen.text(labels, x, y + logLine / 2, { ...look, color: 'var(--text-3)', width: labelWidth - 10 });
    x += labelWidth;
    for (const line of shown) {
      pen.text(line, x, y + logLine / 2, { ...look, width: room });
      y += logLine;
    }
  }
}

function isMuted(element: MarkupElement | string): element is MarkupElement {
  return typeof element !== 'string' && hasClass(element, 'push');
}

const dots: Record<string, string> = { firing: 'var(--bad)', pending: 'var(--warn)' };

function drawItem(pen: Pen, item: MarkupElement, y: number, width: number): number {
  const push = item.children.find(isMuted);
  const right = push ? textOf(push) : '';
  const rightWidth = right === '' ? 0 : pen.widthOf(right, { size: 12 }) + 10;
  if (right) pen.text(right, width - 12, y + 14, { size: 12, align: 'right', color: 'var(--text-3)' });
  const smalls = elementsOf(item, 'small');
  const dot = elementsOf(item, 'span').find((one) => one.attributes['role'] === 'img');
  let x = 12;
  if (dot) {
    pen.box({ x, y: y + 10, width: 8, height: 8 }, dots[dot.attributes['aria-label'] ?? ''] ?? 'var(--text-3)', {
      radius: 4,
    });
    x += 16;
  }
  const strong = elementsOf(item, 'strong').map(textOf).join(' ');
  const without = (element: MarkupElement): MarkupElement => ({
    ...element,
    children: element.children.flatMap((one) =>
      typeof one === 'string'
        ? [one]
        : one === push || one === dot || one.tag === 'small' || one.tag === 'strong'
          ? []
          : [' ', without(one)],
    ),
  });
  const rest = textOf(without(item)).replaceAll(/\s+/g, ' ').trim();
  const room = width - 12 - rightWidth;
  if (strong) x += pen.text(strong, x, y + 14, { isBold: true, width: room - x }) + 6;
  if (rest) pen.text(rest, x, y + 14, { width: Math.max(room - x, 0) });
  const small = smalls.map(textOf).join(' ').trim();
  if (small) pen.text(small, dot ? 28 : 12, y + 30, { size: 11, color: 'var(--text-3)', width: room - 28 });
  return small ? 42 : 28;
}

/** The items of the component's list, or its sentence when there is none. */
function drawItems(drawn: Drawn, component: ComponentType<PanelProps>): void {
  const { pen, props } = drawn;
  const markup = markupOf(component, drawn);
  const items = elementsOf(markup, 'li');
  if (items.length === 0) {
    const sentence = elementsOf(markup, 'p').map(textOf).join(' ');
    pen.wrap(sentence, props.width - 28, { size: 12 }).forEach((line, i) => {
      pen.text(line, 14, 16 + i * 17, { size: 12, color: 'var(--text-3)' });
    });
    return;
  }
  let y = 0;
  for (const [i, item] of items.entries()) {
    if (y + (i < items.length - 1 ? 42 + 16 : 28) > props.height && i > 0) {
      return drawRest(pen, items.length - i, 'entries', 12, y + 10);
    }
    y += drawItem(pen, item, y, props.width);
    pen.line(0, y, props.width, y, 'var(--border)', 0.5);
  }
}

export async function drawAlertList(drawn: Drawn): Promise<void> {
  await drawn.client.prefetchQuery(alertsQuery());
  drawItems(drawn, AlertListPanel);
}

export async function drawDashList(drawn: Drawn): Promise<void> {
  await drawn.client.prefetchQuery(searchQuery());
  drawItems(drawn, DashListPanel);
}

export async function drawAnnotationList(drawn: Drawn): Promise<void> {
  const { panel, window } = drawn.props;
  const isOfRange = flag(panel.options, 'onlyInTimeRange', false);
  await drawn.client.prefetchQuery(annotationsQuery(isOfRange ? Math.floor(window.fromMs) : 0, Math.ceil(window.toMs)));
  drawItems(drawn, AnnotationListPanel);
}

export const drawSentence =
  (component: ComponentType<PanelProps>) =>
  (drawn: Drawn): void =>
    drawItems(drawn, component);

export function drawTraces(drawn: Drawn): void {
  const { pen, props } = drawn;
  const of = props.frames.find((one) => one.meta.kind === 'trace');
  if (!of) return drawItems(drawn, TracesPanel);
  const column = (name: string) => of.fields.find((one) => one.name === name)?.values ?? [];
  const [starts, durations] = [column('startTime').map(Number), column('duration').map(Number)];
  const first = starts.reduce((a, b) => Math.min(a, b), Infinity);
  const total = starts.reduce((last, start, i) => Math.max(last, start + (durations[i] ?? 0)), -Infinity) - first || 1;
  const names = column('operationName');
  const fits = Math.max(Math.floor(props.height / 20), 1);
  const count = names.length > fits ? fits - 1 : names.length;
  const track = { x: props.width * 0.36, width: props.width * 0.64 - 90 };
  for (let i = 0; i < count; i++) {
    const y = i * 20;
    const service = String(column('serviceName')[i] ?? '');
    const room = track.x - 20;
    const used = pen.text(service, 12, y + 10, { size: 12, isBold: true, width: room }) + 5;
    pen.text(String(names[i] ?? ''), 12 + used, y + 10, { size: 12, width: Math.max(room - used, 0) });
    pen.box({ ...track, y: y + 5, height: 10 }, 'var(--surface-2)', { radius: 4 });
    const x = track.x + (((starts[i] ?? 0) - first) / total) * track.width;
    const width = Math.max(((durations[i] ?? 0) / total) * track.width, 2);
    pen.box({ x, y: y + 5, width, height: 10 }, 'var(--accent-fill)', { radius: 3 });
    const written = `${(durations[i] ?? 0).toFixed(2)} ms`;
    pen.text(written, props.width - 12, y + 10, { size: 12, align: 'right', color: 'var(--text-3)' });
  }
  drawRest(pen, names.length - count, 'spans', 12, count * 20 + 10);
}
