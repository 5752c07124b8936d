// SPDX-License-Identifier: Apache-2.0
// Any dashboard JSON as a Dashboard. Never throws: what cannot be taken is left out and noted.
//
//   importDashboard(JSON.parse(text)).notes
//
// Understood: rows[] of before version 16, every classic version since, the v1 envelope (`spec`
// holds the classic form) and the v2 envelope (`spec.elements` and `spec.layout`).
import { isBuiltIn } from './annotation_events';
import { inputConstants, inputTypes, placeholderType, readRef } from './datasource_ref';
import { classicOfV2 } from './import_v2';
import {
  asObject,
  clone,
  flag,
  isObject,
  num,
  objects,
  optionalNum,
  text,
  texts,
  type Json,
  type JsonObject,
} from './json';
import { migratePanel } from './migrate_panel';
import { panelsOfRows } from './migrate_rows';
import { unsupportedParts } from './support';
import type {
  Annotation,
  Dashboard,
  DashboardLink,
  DatasourceRef,
  FieldConfig,
  Link,
  Panel,
  Row,
  Target,
  Transformation,
} from './types';
import { readVariable } from './variable';

interface Context {
  inputs: ReadonlyMap<string, string>;
  notes: string[];
}

/** The classic form inside of what was given. */
export function classicForm(given: Json): JsonObject {
  const outer = asObject(given);
  const wrapped = isObject(outer['dashboard']) && outer['panels'] === undefined ? outer['dashboard'] : outer;
  const spec = wrapped['spec'];
  if (!isObject(spec) || wrapped['apiVersion'] === undefined) return wrapped;
  const name = text(asObject(wrapped['metadata']), 'name');
  const classic = isObject(spec['elements']) ? classicOfV2(spec) : spec;
  return { ...classic, ...(text(classic, 'uid') || !name ? {} : { uid: name }) };
}

export function importDashboard(given: Json): Dashboard {
  const raw = withConstants(classicForm(given));
  const context: Context = { inputs: inputTypes(raw), notes: [] };
  const time = asObject(raw['time']);
  if (context.inputs.size > 0) {
    context.notes.push(
      `Data sources of the exported file are chosen by type: ${[...context.inputs.keys()].join(', ')}.`,
    );
  }
  return {
    uid: text(raw, 'uid'),
    title: text(raw, 'title', 'Dashboard'),
    description: text(raw, 'description'),
    tags: texts(raw['tags']),
    timeFrom: text(time, 'from', 'now-6h'),
    timeTo: text(time, 'to', 'now'),
    refresh: text(raw, 'refresh'),
    timezone: text(raw, 'timezone', 'browser'),
    crosshair:
      (['off', 'crosshair', 'tooltip'] as const)[num(raw, 'graphTooltip')] ??
      (flag(raw, 'sharedCrosshair') ? 'crosshair' : 'off'),
    variables: objects(asObject(raw['templating'])['list']).map((one) => {
      const variable = readVariable(one);
      return { ...variable, datasource: ref(one['datasource'], context) };
    }),
    annotations: objects(asObject(raw['annotations'])['list']).map((one) => readAnnotation(one, context)),
    links: objects(raw['links']).map(readDashboardLink),
    rows: readRows(raw, context),
    schemaVersion: num(raw, 'schemaVersion'),
    notes: context.notes,
    raw,
  };
}

function withConstants(raw: JsonObject): JsonObject {
  const constants = inputConstants(raw);
  if (constants.size === 0) return raw;
  let body = JSON.stringify(raw);
  for (const [name, value] of constants) body = body.replaceAll('${' + name + '}', JSON.stringify(value).slice(1, -1));
  return JSON.parse(body) as JsonObject;
}

function ref(value: Json | undefined, context: Context): DatasourceRef | null {
  const read = readRef(value);
  const type = read ? placeholderType(read.uid, context.inputs) : null;
  return read && type !== null && context.inputs.size > 0 ? { uid: '', type } : read;
}

function readRows(raw: JsonObject, context: Context): Row[] {
  const old = objects(raw['rows']);
  const panels = old.length > 0 && !Array.isArray(raw['panels']) ? panelsOfRows(old) : objects(raw['panels']);
  if (old.length > 0) context.notes.push('The layout of rows was turned into places on the grid.');
  const rows: Row[] = [{ id: 0, title: '', isCollapsed: false, repeat: null, hasHeader: false, panels: [], scope: {} }];
  const sorted = [...panels].sort((a, b) => top(a) - top(b));
  let nextId = Math.max(1000, ...panels.map((panel) => num(panel, 'id'))) + 1;
  const add = (panel: JsonObject): Panel =>
    readPanel(num(panel, 'id') > 0 ? panel : { ...panel, id: nextId++ }, context);
  for (const panel of sorted) {
    if (text(panel, 'type') === 'row') {
      rows.push({
        id: num(panel, 'id') || nextId++,
        title: text(panel, 'title'),
        isCollapsed: flag(panel, 'collapsed'),
        repeat: text(panel, 'repeat') || null,
        hasHeader: true,
        panels: objects(panel['panels']).map(add),
        scope: {},
      });
    } else {
      rows.at(-1)?.panels.push(add(panel));
    }
  }
  return rows.filter((row) => row.hasHeader || row.panels.length > 0);
}

const top = (panel: JsonObject): number => {
  const grid = asObject(panel['gridPos']);
  return num(grid, 'y') * 100 + num(grid, 'x') + (text(panel, 'type') === 'row' ? -0.5 : 0);
};

export function readPanel(given: JsonObject, context: Context = { inputs: new Map(), notes: [] }): Panel {
  const panel = migratePanel(given);
  const grid = asObject(panel['gridPos']);
  const datasource = ref(panel['datasource'], context);
  const library = asObject(panel['libraryPanel']);
  const read: Panel = {
    id: num(panel, 'id'),
    title: text(panel, 'title'),
    description: text(panel, 'description'),
    type: text(panel, 'type'),
    grid: { x: num(grid, 'x'), y: num(grid, 'y'), w: num(grid, 'w', 12), h: num(grid, 'h', 8) },
    isTransparent: flag(panel, 'transparent'),
    datasource,
    targets: objects(panel['targets']).map((target, index) => readTarget(target, index, context)),
    transformations: objects(panel['transformations']).map(readTransformation),
    fieldConfig: readFieldConfig(asObject(panel['fieldConfig'])),
    options: asObject(panel['options']),
    links: objects(panel['links']).map(readLink),
    repeat: text(panel, 'repeat') || null,
    repeatDirection: text(panel, 'repeatDirection') === 'v' ? 'v' : 'h',
    maxPerRow: num(panel, 'maxPerRow', 4),
    interval: text(panel, 'interval'),
    maxDataPoints: optionalNum(panel, 'maxDataPoints'),
    timeFrom: text(panel, 'timeFrom'),
    timeShift: text(panel, 'timeShift'),
    hideTimeOverride: flag(panel, 'hideTimeOverride'),
    scope: {},
    unsupported: [],
    libraryUid: text(library, 'uid') || null,
    raw: panel,
  };
  return { ...read, unsupported: unsupportedParts(read) };
}

export function readTransformation(one: JsonObject): Transformation {
  const filter = asObject(one['filter']);
  return {
    id: text(one, 'id'),
    options: asObject(one['options']),
    isDisabled: flag(one, 'disabled'),
    refIds: text(filter, 'id') === 'byRefId' ? text(filter, 'options') : '',
  };
}

function readTarget(target: JsonObject, index: number, context: Context): Target {
  return {
    refId: text(target, 'refId') || String.fromCharCode(65 + (index % 26)),
    datasource: ref(target['datasource'], context),
    isHidden: flag(target, 'hide'),
    raw: target,
  };
}

function readFieldConfig(config: JsonObject): FieldConfig {
  return {
    defaults: asObject(config['defaults']),
    overrides: objects(config['overrides']).map((one) => {
      const matcher = asObject(one['matcher']);
      return {
        matcher: { id: text(matcher, 'id'), options: matcher['options'] },
        properties: objects(one['properties']).map((property) => ({
          id: text(property, 'id'),
          value: property['value'],
        })),
      };
    }),
  };
}

export function readLink(link: JsonObject): Link {
  const url = text(link, 'url') || (text(link, 'dashUri') ? `/dashboard/${text(link, 'dashUri')}` : '');
  return { title: text(link, 'title', url), url, isNewTab: flag(link, 'targetBlank') };
}

function readDashboardLink(link: JsonObject): DashboardLink {
  return {
    type: text(link, 'type') === 'dashboards' ? 'dashboards' : 'link',
    title: text(link, 'title'),
    tooltip: text(link, 'tooltip'),
    icon: text(link, 'icon'),
    url: text(link, 'url'),
    tags: texts(link['tags']),
    asDropdown: flag(link, 'asDropdown'),
    keepTime: flag(link, 'keepTime'),
    includeVars: flag(link, 'includeVars'),
    isNewTab: flag(link, 'targetBlank'),
  };
}

function readAnnotation(one: JsonObject, context: Context): Annotation {
  return {
    name: text(one, 'name'),
    isEnabled: flag(one, 'enable', true),
    isHidden: flag(one, 'hide'),
    isBuiltIn: isBuiltIn(one),
    color: text(one, 'iconColor', 'blue'),
    datasource: ref(one['datasource'], context),
    raw: clone(one),
  };
}
