// SPDX-License-Identifier: Apache-2.0
// What an import will look like, before anything is saved.
import { classicForm, importDashboard } from './import_dashboard';
import { isObject, type Json, type JsonObject } from './json';

export interface ImportReport {
  title: string;
  panels: number;
  variables: number;
  /** Panels without an unsupported part. */
  complete: number;
  lines: string[];
  /** What will be saved: the classic form. */
  json: JsonObject;
}

export function importReport(given: Json): ImportReport {
  if (!isObject(given)) throw new Error('A dashboard is a JSON object.');
  const json = classicForm(given);
  if (json['panels'] === undefined && json['rows'] === undefined && json['title'] === undefined) {
    throw new Error('This JSON holds neither panels, rows nor a title: it is no dashboard.');
  }
  const dashboard = importDashboard(given);
  const panels = dashboard.rows.flatMap((row) => row.panels);
  const lines = panels.flatMap((panel) =>
    panel.unsupported.map((what) => `${panel.title || `Panel ${panel.id}`}: ${what}`),
  );
  const { id: _id, ...rest } = json;
  return {
    title: dashboard.title,
    panels: panels.length,
    variables: dashboard.variables.length,
    complete: panels.filter((panel) => panel.unsupported.length === 0).length,
    lines: [...dashboard.notes, ...lines].slice(0, 60),
    json: { ...rest, title: dashboard.title },
  };
}
