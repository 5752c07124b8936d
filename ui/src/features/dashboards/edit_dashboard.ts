// SPDX-License-Identifier: Apache-2.0
// Changes to a dashboard while it is edited. Each gives a new classic JSON, which is read again, so
// that what is shown is always what would be saved.
import { toClassic } from '@/model/dashboard/export_dashboard';
import { num, objects, text, type JsonObject } from '@/model/dashboard/json';
import { heightOf } from '@/model/dashboard/layout';
import { readPanel } from '@/model/dashboard/import_dashboard';
import type { Dashboard, Panel, Row } from '@/model/dashboard/types';

const withRows = (dashboard: Dashboard, rows: Row[]): JsonObject => toClassic({ ...dashboard, rows });

export function arrange(dashboard: Dashboard, rowId: number, panels: readonly Panel[]): JsonObject {
  const places = new Map(panels.map((panel) => [panel.id, panel.grid]));
  return withRows(
    dashboard,
    dashboard.rows.map((row) =>
      row.id === rowId
        ? { ...row, panels: row.panels.map((panel) => ({ ...panel, grid: places.get(panel.id) ?? panel.grid })) }
        : row,
    ),
  );
}

export function replacePanel(dashboard: Dashboard, panelId: number, raw: JsonObject): JsonObject {
  return withRows(
    dashboard,
    dashboard.rows.map((row) => ({
      ...row,
      panels: row.panels.map((panel) => (panel.id === panelId ? { ...readPanel(raw), grid: panel.grid } : panel)),
    })),
  );
}

export function removePanel(dashboard: Dashboard, panelId: number): JsonObject {
  return withRows(
    dashboard,
    dashboard.rows.map((row) => ({ ...row, panels: row.panels.filter((panel) => panel.id !== panelId) })),
  );
}

const nextId = (dashboard: Dashboard): number =>
  Math.max(
    0,
    ...dashboard.rows.flatMap((row) => [row.id < 100_000 ? row.id : 0, ...row.panels.map((panel) => panel.id)]),
  ) + 1;

export function duplicatePanel(dashboard: Dashboard, panelId: number): JsonObject {
  const id = nextId(dashboard);
  return withRows(
    dashboard,
    dashboard.rows.map((row) => {
      const panel = row.panels.find((one) => one.id === panelId);
      if (!panel) return row;
      const copy: Panel = {
        ...panel,
        id,
        grid: { ...panel.grid, y: panel.grid.y + panel.grid.h },
        raw: { ...panel.raw, id },
      };
      const below = row.panels.map((one) =>
        one.grid.y > panel.grid.y ? { ...one, grid: { ...one.grid, y: one.grid.y + panel.grid.h } } : one,
      );
      return { ...row, panels: [...below, copy] };
    }),
  );
}

export function addPanel(dashboard: Dashboard, type = 'timeseries'): { raw: JsonObject; id: number } {
  const id = nextId(dashboard);
  const raw: JsonObject = {
    id,
    type,
    title: type === 'text' ? '' : 'New panel',
    datasource: null,
    targets: type === 'text' ? [] : [{ refId: 'A', expr: '' }],
    fieldConfig: { defaults: {}, overrides: [] },
    options: type === 'text' ? { mode: 'markdown', content: 'Write here.' } : {},
    gridPos: { x: 0, y: 0, w: 12, h: 8 },
  };
  const panel = readPanel(raw);
  const rows = dashboard.rows.length > 0 ? [...dashboard.rows] : [emptyRow];
  const last = rows.at(-1) ?? emptyRow;
  rows[rows.length - 1] = {
    ...last,
    panels: [...last.panels, { ...panel, grid: { x: 0, y: heightOf(last.panels), w: 12, h: 8 } }],
  };
  return { raw: withRows(dashboard, rows), id };
}

const emptyRow: Row = { id: 0, title: '', isCollapsed: false, repeat: null, hasHeader: false, panels: [], scope: {} };

export function addRow(dashboard: Dashboard): JsonObject {
  const row: Row = { ...emptyRow, id: nextId(dashboard), title: 'New row', hasHeader: true };
  return withRows(dashboard, [...dashboard.rows, row]);
}

export const emptyDashboard: JsonObject = {
  title: 'New dashboard',
  schemaVersion: 42,
  tags: [],
  time: { from: 'now-1h', to: 'now' },
  panels: [],
  templating: { list: [] },
  annotations: { list: [] },
};

export const targetsOf = (raw: JsonObject): JsonObject[] => objects(raw['targets']);

export function nextRefId(targets: readonly JsonObject[]): string {
  const used = new Set(targets.map((one) => text(one, 'refId')));
  for (let i = 0; i < 26; i++) if (!used.has(String.fromCharCode(65 + i))) return String.fromCharCode(65 + i);
  return `Q${num({ n: targets.length }, 'n')}`;
}
