// SPDX-License-Identifier: Apache-2.0
// Everything that a dashboard shows at one time, asked from the server as the page asks it: variables,
// annotations, and the data of each panel.
import type { QueryClient } from '@tanstack/react-query';
import { dashboardQuery, libraryQuery, sourcesQuery } from '@/api/dashboards';
import { ApiError } from '@/api/http';
import { timestampMs } from '@/base/brand';
import { readSources } from '@/model/dashboard/datasource_ref';
import { importDashboard } from '@/model/dashboard/import_dashboard';
import type { Bound, Scope } from '@/model/dashboard/interpolate';
import type { JsonObject } from '@/model/dashboard/json';
import { layOut } from '@/model/dashboard/layout';
import { pageScope, type TimeWindow } from '@/model/dashboard/macros';
import { panelQueries, type QueryContext } from '@/model/dashboard/panel_queries';
import { needsNoQuery, panelFrames } from '@/model/dashboard/panel_view';
import type { Dashboard, Panel, Row } from '@/model/dashboard/types';
import { resolveRange } from '@/model/time_range';
import type { PlotMark } from '@/widgets/chart/mark_layer';
import type { Theme } from '@/widgets/preferences';
import { runQueries } from '../run_query';
import { endOf } from '../use_dashboard_time';
import { isBareLibrary, lostModel, withModel } from '../use_library_panel';
import { annotationPlan, fetchEvents, marksOf } from '../use_marks';
import type { PanelData } from '../use_panel_data';
import { loadVariables } from '../use_variables';

export interface LoadedDashboard {
  dashboard: Dashboard;
  folder: string;
  window: TimeWindow;
  bound: ReadonlyMap<string, Bound>;
  scope: Scope;
  marks: readonly PlotMark[];
  /** After repeats; panels of the library with their models. */
  rows: Row[];
  /** What went wrong beside the panels. */
  notes: string[];
  queryContext: Omit<QueryContext, 'widthPx'>;
}

/** The range of the address, else the dashboard's. What is no time is refused by name. */
export function windowOf(dashboard: Dashboard, params: URLSearchParams, nowMs: number): TimeWindow {
  const read = (name: 'from' | 'to', fallback: string) => {
    const written = params.get(name) ?? fallback;
    const end = endOf(written, name === 'to');
    if (!end) throw new ApiError(`The parameter ${name} is no point in time: ${written}`, 'bad_data', 400);
    return end;
  };
  const range = { from: read('from', dashboard.timeFrom || 'now-1h'), to: read('to', dashboard.timeTo || 'now') };
  const { from, to } = resolveRange(range, timestampMs(nowMs));
  return { fromMs: from, toMs: to };
}

async function withLibrary(client: QueryClient, rows: Row[]): Promise<Row[]> {
  const load = async (panel: Panel): Promise<Panel> => {
    if (!isBareLibrary(panel)) return panel;
    try {
      const stored = await client.fetchQuery(libraryQuery(panel.libraryUid ?? ''));
      return withModel(panel, stored.result.model as JsonObject);
    } catch {
      return { ...panel, unsupported: [lostModel] };
    }
  };
  return Promise.all(rows.map(async (row) => ({ ...row, panels: await Promise.all(row.panels.map(load)) })));
}

export async function loadDashboard(
  client: QueryClient,
  uid: string,
  params: URLSearchParams,
  nowMs: number,
  theme: Theme,
): Promise<LoadedDashboard> {
  const [stored, sourceList] = await Promise.all([
    client.fetchQuery(dashboardQuery(uid)),
    client.fetchQuery(sourcesQuery()),
  ]);
  const dashboard = importDashboard(stored.dashboard as JsonObject);
  const window = windowOf(dashboard, params, nowMs);
  const sources = readSources(sourceList as JsonObject[]);
  const signal = new AbortController().signal;
  const { bound, problems } = await loadVariables(dashboard, params, { client, sources, window, signal });
  const scope = pageScope(bound, window, dashboard);
  const notes = problems.map((one) => `Variable ${one.name}: ${one.message}`);
  const note = (what: string) => (error: unknown) => {
    notes.push(`${what}: ${error instanceof Error ? error.message : String(error)}`);
    return undefined;
  };
  const plan = annotationPlan(dashboard, window, scope, sources, params);
  const events = await Promise.all(
    plan.map(({ annotation, query }) => fetchEvents(client, query).catch(note(`Annotation ${annotation.name}`))),
  );
  return {
    dashboard,
    folder: stored.meta.folderTitle,
    window,
    bound,
    scope,
    marks: marksOf(
      plan.map((one) => one.annotation),
      events,
      theme,
    ),
    rows: await withLibrary(client, layOut(dashboard.rows, bound)),
    notes,
    queryContext: {
      bound,
      sources,
      window,
      nowMs: window.toMs,
      dashboard: { title: dashboard.title, uid: dashboard.uid },
    },
  };
}

export type LoadedPanel = Pick<PanelData, 'frames' | 'queries' | 'scope' | 'window' | 'error' | 'errors'>;

/** Asks a panel's queries; an error is part of the answer. */
export async function loadPanel(loaded: LoadedDashboard, panel: Panel, width: number): Promise<LoadedPanel> {
  const context = { ...loaded.queryContext, widthPx: Math.ceil(Math.max(width, 120) / 200) * 200 };
  const { queries, scope, window } = panelQueries(panel, context);
  const empty = { frames: [], queries, scope, window, error: null, errors: [] };
  if ((needsNoQuery(panel) && panel.type !== 'geomap') || queries.length === 0) return empty;
  try {
    const { frames, errors } = await runQueries(queries, new AbortController().signal);
    return { ...empty, frames: panelFrames(panel, frames, scope), errors };
  } catch (error) {
    return { ...empty, error };
  }
}
