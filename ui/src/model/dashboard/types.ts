// SPDX-License-Identifier: Apache-2.0
// The dashboard that pages work with: one shape, whatever age the JSON is of. `raw` keeps what was
// read, so that saving loses nothing that is not known here.
import type { JsonObject } from './json';

/** By uid, by name or by type; all empty is the default source. `${var}` is resolved later. */
export interface DatasourceRef {
  uid: string;
  type: string;
}

export interface Target {
  refId: string;
  datasource: DatasourceRef | null;
  isHidden: boolean;
  raw: JsonObject;
}

export interface GridPos {
  x: number;
  y: number;
  w: number;
  h: number;
}

export interface Override {
  matcher: { id: string; options: unknown };
  properties: { id: string; value: unknown }[];
}

export interface Transformation {
  id: string;
  options: JsonObject;
  isDisabled: boolean;
  /** A query, or a pattern of several as "/^(?:A|B)$/"; empty for the frames of all. */
  refIds: string;
}

export interface FieldConfig {
  defaults: JsonObject;
  overrides: Override[];
}

export interface Link {
  title: string;
  url: string;
  isNewTab: boolean;
}

export interface Panel {
  id: number;
  title: string;
  description: string;
  /** As the dashboard says it, after migration: "timeseries", "stat", … */
  type: string;
  grid: GridPos;
  isTransparent: boolean;
  datasource: DatasourceRef | null;
  targets: Target[];
  transformations: Transformation[];
  fieldConfig: FieldConfig;
  options: JsonObject;
  links: Link[];
  repeat: string | null;
  repeatDirection: 'h' | 'v';
  maxPerRow: number;
  interval: string;
  maxDataPoints: number | null;
  timeFrom: string;
  timeShift: string;
  hideTimeOverride: boolean;
  /** Variables that a repeat fixed for this copy. */
  scope: Record<string, VariableValue>;
  /** What of the panel cannot be shown, in words. */
  unsupported: string[];
  libraryUid: string | null;
  raw: JsonObject;
}

export interface Row {
  id: number;
  title: string;
  isCollapsed: boolean;
  repeat: string | null;
  /** False for the panels in front of the first row. */
  hasHeader: boolean;
  panels: Panel[];
  scope: Record<string, VariableValue>;
}

export type VariableType =
  'query' | 'datasource' | 'custom' | 'constant' | 'interval' | 'textbox' | 'adhoc' | 'groupby' | 'switch';

/** One or several values; `$__all` stands for all of them. */
export type VariableValue = string[];
export const allValue = '$__all';

export interface VariableOption {
  text: string;
  value: string;
}

export interface Variable {
  name: string;
  label: string;
  description: string;
  type: VariableType;
  hide: 'no' | 'label' | 'variable';
  datasource: DatasourceRef | null;
  query: string;
  rawQuery: JsonObject;
  regex: string;
  sort: number;
  refresh: number;
  isMulti: boolean;
  includeAll: boolean;
  allValue: string;
  isAuto: boolean;
  autoCount: number;
  autoMin: string;
  options: VariableOption[];
  current: VariableValue;
  raw: JsonObject;
}

export interface Annotation {
  name: string;
  isEnabled: boolean;
  isHidden: boolean;
  isBuiltIn: boolean;
  color: string;
  datasource: DatasourceRef | null;
  raw: JsonObject;
}

export interface DashboardLink {
  type: 'link' | 'dashboards';
  title: string;
  tooltip: string;
  /** As Grafana names it: "doc", "external link", … */
  icon: string;
  url: string;
  tags: string[];
  asDropdown: boolean;
  keepTime: boolean;
  includeVars: boolean;
  isNewTab: boolean;
}

export interface Dashboard {
  uid: string;
  title: string;
  description: string;
  tags: string[];
  timeFrom: string;
  timeTo: string;
  refresh: string;
  timezone: string;
  crosshair: 'off' | 'crosshair' | 'tooltip';
  variables: Variable[];
  annotations: Annotation[];
  links: DashboardLink[];
  rows: Row[];
  schemaVersion: number;
  /** What the importer changed or could not take, in words. */
  notes: string[];
  /** The classic form that saving writes. */
  raw: JsonObject;
}
