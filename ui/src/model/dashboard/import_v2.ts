// SPDX-License-Identifier: Apache-2.0
// The second form of dashboards (elements, and a layout of grids, rows and tabs) as a classic one.
import { asList, asObject, flag, isObject, num, objects, text, type Json, type JsonObject } from './json';

const columns = 24;

function datasourceOf(query: JsonObject): Json {
  const group = text(query, 'group') || text(query, 'kind');
  const named = asObject(query['datasource']);
  return { type: group, uid: text(named, 'name') || text(named, 'uid') };
}

function targetOf(panelQuery: JsonObject): JsonObject {
  const spec = asObject(panelQuery['spec']);
  const query = asObject(spec['query']);
  const source = isObject(spec['datasource']) ? spec['datasource'] : datasourceOf(query);
  return { ...asObject(query['spec']), refId: text(spec, 'refId'), hide: flag(spec, 'hidden'), datasource: source };
}

function panelOf(element: JsonObject): JsonObject {
  const spec = asObject(element['spec']);
  if (text(element, 'kind') === 'LibraryPanel') {
    return {
      id: num(spec, 'id'),
      title: text(spec, 'title'),
      type: 'library',
      libraryPanel: asObject(spec['libraryPanel']),
    };
  }
  const viz = asObject(spec['vizConfig']);
  const vizSpec = asObject(viz['spec']);
  const data = asObject(asObject(spec['data'])['spec']);
  const options = asObject(data['queryOptions']);
  return {
    id: num(spec, 'id'),
    title: text(spec, 'title'),
    description: text(spec, 'description'),
    transparent: flag(spec, 'transparent'),
    links: asList(spec['links']),
    type: text(viz, 'group') || text(viz, 'kind'),
    options: asObject(vizSpec['options']),
    fieldConfig: asObject(vizSpec['fieldConfig']),
    targets: objects(data['queries']).map(targetOf),
    transformations: objects(data['transformations']).map((one) => ({
      id: text(one, 'group') || text(one, 'kind'),
      ...asObject(one['spec']),
    })),
    ...(text(options, 'interval') ? { interval: text(options, 'interval') } : {}),
    ...(text(options, 'timeFrom') ? { timeFrom: text(options, 'timeFrom') } : {}),
    ...(text(options, 'timeShift') ? { timeShift: text(options, 'timeShift') } : {}),
    ...(num(options, 'maxDataPoints') > 0 ? { maxDataPoints: num(options, 'maxDataPoints') } : {}),
  };
}

interface Placing {
  elements: JsonObject;
  y: number;
  nextRow: number;
}

function placed(item: JsonObject, placing: Placing, gridPos: JsonObject): JsonObject {
  const name = text(asObject(asObject(item['spec'])['element']), 'name');
  const repeat = asObject(asObject(item['spec'])['repeat']);
  return {
    ...panelOf(asObject(placing.elements[name])),
    gridPos,
    ...(text(repeat, 'value')
      ? { repeat: text(repeat, 'value'), repeatDirection: text(repeat, 'direction', 'h') }
      : {}),
    ...(num(repeat, 'maxPerRow') > 0 ? { maxPerRow: num(repeat, 'maxPerRow') } : {}),
  };
}

function gridPanels(spec: JsonObject, placing: Placing): JsonObject[] {
  let bottom = placing.y;
  const panels = objects(spec['items']).map((item) => {
    const at = asObject(item['spec']);
    const h = num(at, 'height', 8);
    const y = placing.y + num(at, 'y');
    bottom = Math.max(bottom, y + h);
    return placed(item, placing, { x: num(at, 'x'), y, w: num(at, 'width', 12), h });
  });
  placing.y = bottom;
  return panels;
}

function autoPanels(spec: JsonObject, placing: Placing): JsonObject[] {
  const perRow = Math.min(Math.max(num(spec, 'maxColumnCount', 3), 1), 6);
  const w = Math.floor(columns / perRow);
  const items = objects(spec['items']);
  const panels = items.map((item, i) =>
    placed(item, placing, { x: (i % perRow) * w, y: placing.y + Math.floor(i / perRow) * 8, w, h: 8 }),
  );
  placing.y += Math.ceil(items.length / perRow) * 8;
  return panels;
}

function layoutPanels(layout: JsonObject, placing: Placing): JsonObject[] {
  const spec = asObject(layout['spec']);
  switch (text(layout, 'kind')) {
    case 'GridLayout':
      return gridPanels(spec, placing);
    case 'AutoGridLayout':
    case 'ResponsiveGridLayout':
      return autoPanels(spec, placing);
    case 'RowsLayout':
      return objects(spec['rows']).flatMap((row) => sectionPanels(asObject(row['spec']), placing));
    case 'TabsLayout':
      return objects(spec['tabs']).flatMap((tab) => sectionPanels(asObject(tab['spec']), placing));
    default:
      return [];
  }
}

function sectionPanels(spec: JsonObject, placing: Placing): JsonObject[] {
  const y = placing.y++;
  const inner = layoutPanels(asObject(spec['layout']), placing);
  const collapsed = flag(spec, 'collapse');
  const row: JsonObject = {
    id: placing.nextRow++,
    type: 'row',
    title: text(spec, 'title'),
    collapsed,
    gridPos: { x: 0, y, w: columns, h: 1 },
    panels: collapsed ? inner : [],
    ...(isObject(spec['repeat']) ? { repeat: text(spec['repeat'], 'value') } : {}),
  };
  return collapsed ? [row] : [row, ...inner];
}

const variableTypes: Record<string, string> = {
  QueryVariable: 'query',
  DatasourceVariable: 'datasource',
  CustomVariable: 'custom',
  ConstantVariable: 'constant',
  IntervalVariable: 'interval',
  TextVariable: 'textbox',
  AdhocVariable: 'adhoc',
  GroupByVariable: 'groupby',
  SwitchVariable: 'switch',
};
const hides: Record<string, number> = { dontHide: 0, hideLabel: 1, hideVariable: 2 };
const refreshes: Record<string, number> = { never: 0, onDashboardLoad: 1, onTimeRangeChanged: 2 };
const sorts = [
  'disabled',
  'alphabeticalAsc',
  'alphabeticalDesc',
  'numericalAsc',
  'numericalDesc',
  'alphabeticalCaseInsensitiveAsc',
  'alphabeticalCaseInsensitiveDesc',
];

function variableOf(variable: JsonObject): JsonObject {
  const spec = asObject(variable['spec']);
  const query = asObject(spec['query']);
  const isQuery = isObject(spec['query']);
  return {
    ...spec,
    type: variableTypes[text(variable, 'kind')] ?? 'custom',
    hide: hides[text(spec, 'hide')] ?? 0,
    refresh: refreshes[text(spec, 'refresh')] ?? 0,
    sort: Math.max(sorts.indexOf(text(spec, 'sort')), 0),
    ...(isQuery ? { query: asObject(query['spec']), datasource: datasourceOf(query) } : {}),
    ...(text(variable, 'kind') === 'DatasourceVariable' ? { query: text(spec, 'pluginId') } : {}),
  };
}

export function classicOfV2(spec: JsonObject): JsonObject {
  const time = asObject(spec['timeSettings']);
  const placing: Placing = { elements: asObject(spec['elements']), y: 0, nextRow: 200_000 };
  return {
    title: text(spec, 'title'),
    description: text(spec, 'description'),
    tags: asList(spec['tags']),
    time: { from: text(time, 'from', 'now-6h'), to: text(time, 'to', 'now') },
    refresh: text(time, 'autoRefresh'),
    timezone: text(time, 'timezone'),
    graphTooltip: ['Off', 'Crosshair', 'Tooltip'].indexOf(text(spec, 'cursorSync', 'Off')),
    links: asList(spec['links']),
    templating: { list: objects(spec['variables']).map(variableOf) },
    annotations: {
      list: objects(spec['annotations']).map((one) => {
        const inner = asObject(one['spec']);
        const query = asObject(inner['query']);
        return { ...inner, ...asObject(query['spec']), datasource: datasourceOf(query) };
      }),
    },
    panels: layoutPanels(asObject(spec['layout']), placing),
    schemaVersion: 42,
  };
}
