// SPDX-License-Identifier: Apache-2.0
// A dashboard as the JSON that is saved and handed out: the classic form of today, with everything
// of the file that is not known here; and frames as CSV.
import { timestampMs } from '@/base/brand';
import { toCsv } from '@/base/csv';
import { formatDateTime } from '@/base/time_format';
import { displayName, type Frame } from './frame';
import { heightOf } from './layout';
import type { JsonObject } from './json';
import type { Dashboard, Panel } from './types';

const newestSchema = 42;

function panelJson(panel: Panel, y: number): JsonObject {
  return { ...panel.raw, gridPos: { x: panel.grid.x, y: y + panel.grid.y, w: panel.grid.w, h: panel.grid.h } };
}

/** Panels of each row counted from the row's own top, as laid out. */
export function toClassic(dashboard: Dashboard): JsonObject {
  const panels: JsonObject[] = [];
  let y = 0;
  for (const row of dashboard.rows) {
    const top = Math.min(...row.panels.map((panel) => panel.grid.y), Infinity);
    const base = Number.isFinite(top) ? top : 0;
    const own = row.panels.map((panel) => ({ ...panel, grid: { ...panel.grid, y: panel.grid.y - base } }));
    if (row.hasHeader) {
      panels.push({
        id: row.id,
        type: 'row',
        title: row.title,
        collapsed: row.isCollapsed,
        gridPos: { x: 0, y, w: 24, h: 1 },
        panels: row.isCollapsed ? own.map((panel) => panelJson(panel, y + 1)) : [],
        ...(row.repeat ? { repeat: row.repeat } : {}),
      });
      y += 1;
    }
    if (!row.isCollapsed || !row.hasHeader) {
      panels.push(...own.map((panel) => panelJson(panel, y)));
      y += heightOf(own);
    }
  }
  const { rows: _, ...rest } = dashboard.raw;
  return { ...rest, panels, schemaVersion: newestSchema };
}

/** For files that somebody else imports: without what only this server knows. */
export function portable(raw: JsonObject): JsonObject {
  const { id: _id, version: _version, ...rest } = raw;
  return rest;
}

export const prettyJson = (raw: JsonObject): string => `${JSON.stringify(raw, null, 2)}\n`;

/** Series that share their times become columns of one table. */
export function framesCsv(frames: readonly Frame[]): string {
  const blocks = new Map<string, Frame[]>();
  for (const of of frames) {
    const times = of.fields.find((one) => one.type === 'time')?.values;
    const key = of.meta.kind === 'series' && times ? `${times.length} ${String(times[0])}` : `table ${blocks.size}`;
    blocks.set(key, [...(blocks.get(key) ?? []), of]);
  }
  return [...blocks.values()].map((group) => blockCsv(group, frames)).join('\r\n');
}

function blockCsv(group: readonly Frame[], all: readonly Frame[]): string {
  const first = group[0];
  if (!first) return '';
  const columns = group.flatMap((of, i) =>
    of.fields.filter((one) => i === 0 || one.type !== 'time').map((one) => ({ one, name: displayName(one, of, all) })),
  );
  const rows = Array.from({ length: first.length }, (_, row) =>
    columns.map(({ one }) => {
      const value = one.values[row] ?? null;
      if (value === null) return '';
      return one.type === 'time' && typeof value === 'number'
        ? formatDateTime(timestampMs(value), 'utc')
        : String(value);
    }),
  );
  return toCsv([columns.map(({ name }) => name), ...rows]);
}

export interface Difference {
  path: string;
  from: string | null;
  to: string | null;
}

const short = (value: unknown): string => {
  const text = typeof value === 'string' ? value : JSON.stringify(value);
  return text.length > 400 ? `${text.slice(0, 400)}…` : text;
};

/** By what the items of both lists are told apart: an id, or a name that no two of a list share; else their place. */
function keyOf(from: readonly unknown[], to: readonly unknown[]): (item: unknown, i: number) => string {
  for (const member of ['id', 'name', 'refId']) {
    const keys = (list: readonly unknown[]): unknown[] =>
      list.map((item) => (typeof item === 'object' && item !== null ? (item as Record<string, unknown>)[member] : ''));
    const isTelling = (list: unknown[]): boolean =>
      list.every((one) => one !== undefined && one !== '') && new Set(list).size === list.length;
    const [left, right] = [keys(from), keys(to)];
    if (left.length + right.length > 0 && isTelling(left) && isTelling(right))
      return (item) => `${member === 'id' ? '#' : ''}${String((item as Record<string, unknown>)[member])}`;
  }
  return (_, i) => String(i);
}

/** What differs between two dashboards, at most `limit` places. */
export function differences(from: unknown, to: unknown, limit = 500, path = ''): Difference[] {
  if (from === to) return [];
  if (Array.isArray(from) && Array.isArray(to)) {
    const key = keyOf(from, to);
    const left = new Map(from.map((item, i) => [key(item, i), item as unknown]));
    const right = new Map(to.map((item, i) => [key(item, i), item as unknown]));
    const inner = keyed(left, right, (name) => `${path}[${name}]`, limit);
    return [...orderOf(left, right, path), ...inner];
  }
  if (typeof from === 'object' && typeof to === 'object' && from && to && !Array.isArray(from) && !Array.isArray(to)) {
    return keyed(
      new Map(Object.entries(from)),
      new Map(Object.entries(to)),
      (name) => (path ? `${path}.${name}` : name),
      limit,
    );
  }
  return [{ path, from: from === undefined ? null : short(from), to: to === undefined ? null : short(to) }];
}

/** Items with names whose order changed; panels have ids, and places of their own. */
function orderOf(left: Map<string, unknown>, right: Map<string, unknown>, path: string): Difference[] {
  const before = [...left.keys()].filter((key) => right.has(key));
  const after = [...right.keys()].filter((key) => left.has(key));
  if (before.every((key, i) => key === after[i]) || before.some((key) => key.startsWith('#'))) return [];
  return [{ path: `${path} (order)`, from: short(before.join(', ')), to: short(after.join(', ')) }];
}

function keyed(
  left: Map<string, unknown>,
  right: Map<string, unknown>,
  name: (key: string) => string,
  limit: number,
): Difference[] {
  const out: Difference[] = [];
  for (const key of new Set([...left.keys(), ...right.keys()])) {
    if (out.length >= limit) break;
    out.push(...differences(left.get(key), right.get(key), limit - out.length, name(key)));
  }
  return out;
}
