// SPDX-License-Identifier: Apache-2.0
// Panels of old kinds as their successors: singlestat, table of before version 24, pie chart plugin,
// and the first form of gauge and stat.
import { asList, asObject, flag, isObject, num, numberOr, objects, text, texts, type JsonObject } from './json';
import { legendOf, migrateGraph } from './migrate_graph';

const calcOf: Record<string, string> = {
  avg: 'mean',
  current: 'lastNotNull',
  total: 'sum',
  first: 'firstNotNull',
  delta: 'delta',
  diff: 'diff',
  range: 'range',
  name: 'lastNotNull',
  last_time: 'lastNotNull',
};

/** "a,b" with a colour below, between and above. */
function steps(thresholds: string, colors: readonly string[]): JsonObject {
  const values = thresholds
    .split(',')
    .map((value) => numberOr(value, null))
    .filter((value) => value !== null);
  const list = [null, ...values].map((value, i) => ({ value, color: colors[i] ?? 'green' }));
  return { mode: 'absolute', steps: list };
}

function oldMappings(panel: JsonObject): JsonObject[] {
  const isRanges = num(panel, 'mappingType', 1) === 2;
  if (isRanges) {
    return objects(panel['rangeMaps']).map((map) =>
      text(map, 'from') === 'null'
        ? { type: 'special', options: { match: 'null', result: { text: text(map, 'text') } } }
        : {
            type: 'range',
            options: { from: num(map, 'from'), to: num(map, 'to'), result: { text: text(map, 'text') } },
          },
    );
  }
  return objects(panel['valueMaps']).map((map) =>
    text(map, 'value') === 'null'
      ? { type: 'special', options: { match: 'null', result: { text: text(map, 'text') } } }
      : { type: 'value', options: { [text(map, 'value')]: { text: text(map, 'text') } } },
  );
}

function migrateSinglestat(panel: JsonObject): JsonObject {
  const gauge = asObject(panel['gauge']);
  const isGauge = flag(gauge, 'show');
  const defaults: JsonObject = {
    unit: text(panel, 'format', 'none'),
    mappings: oldMappings(panel),
    thresholds: steps(text(panel, 'thresholds'), texts(panel['colors'])),
    color: { mode: flag(panel, 'colorBackground') || flag(panel, 'colorValue') || isGauge ? 'thresholds' : 'fixed' },
    ...(isGauge ? { min: num(gauge, 'minValue', 0), max: num(gauge, 'maxValue', 100) } : {}),
    ...(numberOr(panel['decimals'], null) === null ? {} : { decimals: num(panel, 'decimals') }),
    ...(text(panel, 'nullText') ? { noValue: text(panel, 'nullText') } : {}),
  };
  const around = (key: string): string => (text(panel, key) ? text(panel, key) : '');
  return {
    ...panel,
    type: isGauge ? 'gauge' : 'stat',
    fieldConfig: { defaults, overrides: [] },
    options: {
      reduceOptions: {
        calcs: [calcOf[text(panel, 'valueName', 'avg')] ?? text(panel, 'valueName', 'mean')],
        fields: text(panel, 'tableColumn') ? `/^${text(panel, 'tableColumn')}$/` : '',
        values: false,
      },
      colorMode: flag(panel, 'colorBackground') ? 'background' : flag(panel, 'colorValue') ? 'value' : 'none',
      graphMode: flag(asObject(panel['sparkline']), 'show') ? 'area' : 'none',
      textMode: text(panel, 'valueName') === 'name' ? 'name' : 'value',
      prefix: around('prefix'),
      postfix: around('postfix'),
      showThresholdMarkers: flag(gauge, 'thresholdMarkers', true),
      showThresholdLabels: flag(gauge, 'thresholdLabels'),
    },
  };
}

function styleProperties(style: JsonObject): JsonObject[] {
  const properties: JsonObject[] = [];
  const add = (id: string, value: JsonObject[string]): void => void properties.push({ id, value });
  const type = text(style, 'type');
  if (text(style, 'alias')) add('displayName', text(style, 'alias'));
  if (type === 'hidden') add('custom.hidden', true);
  if (type === 'date') add('unit', 'dateTimeAsIso');
  if (type === 'number') {
    if (text(style, 'unit')) add('unit', text(style, 'unit'));
    if (numberOr(style['decimals'], null) !== null) add('decimals', num(style, 'decimals'));
    const mode = text(style, 'colorMode');
    if (mode && asList(style['thresholds']).length > 0) {
      add('thresholds', steps(texts(asList(style['thresholds']).map(String)).join(','), texts(style['colors'])));
      add('custom.cellOptions', { type: mode === 'cell' || mode === 'row' ? 'color-background' : 'color-text' });
      add('color', { mode: 'thresholds' });
    }
  }
  if (flag(style, 'link') && text(style, 'linkUrl')) {
    const url = text(style, 'linkUrl').replaceAll(/\$\{?__cell\}?(?!_)/g, '${__value.raw}');
    add('links', [
      { title: text(style, 'linkTooltip'), url, ...(flag(style, 'linkTargetBlank') ? { targetBlank: true } : {}) },
    ]);
  }
  if (text(style, 'align') && text(style, 'align') !== 'auto') add('custom.align', text(style, 'align'));
  return properties;
}

function transformsOfOldTable(panel: JsonObject): JsonObject[] {
  const transform = text(panel, 'transform');
  const columns = objects(panel['columns']).map(
    (column) => calcOf[text(column, 'value')] ?? text(column, 'value', 'last'),
  );
  if (transform === 'timeseries_aggregations') return [{ id: 'reduce', options: { reducers: columns } }];
  if (transform === 'timeseries_to_columns') return [{ id: 'seriesToColumns', options: {} }];
  if (transform === 'timeseries_to_rows') return [{ id: 'seriesToRows', options: {} }];
  return transform === 'table' ? [{ id: 'merge', options: {} }] : [];
}

function migrateOldTable(panel: JsonObject): JsonObject {
  const overrides = objects(panel['styles']).map((style): JsonObject => {
    const pattern = text(style, 'pattern');
    const matcher = /^\/.*\/[gim]*$/.test(pattern)
      ? { id: 'byRegexp', options: pattern }
      : { id: 'byName', options: pattern };
    return { matcher, properties: styleProperties(style) };
  });
  // The table of old took the first style that matches; overrides take the last that says something.
  const sort = asObject(panel['sort']);
  return {
    ...panel,
    type: 'table',
    fieldConfig: { defaults: { custom: { align: 'auto' } }, overrides: overrides.reverse() },
    options: {
      showHeader: flag(panel, 'showHeader', true),
      sortByIndex: numberOr(sort['col'], null),
      sortDesc: flag(sort, 'desc'),
    },
    transformations: [...objects(panel['transformations']), ...transformsOfOldTable(panel)],
  };
}

function migratePie(panel: JsonObject): JsonObject {
  const legend = asObject(panel['legend']);
  return {
    ...panel,
    type: 'piechart',
    fieldConfig: { defaults: { unit: text(panel, 'format', 'short') }, overrides: [] },
    options: {
      pieType: text(panel, 'pieType', 'pie'),
      reduceOptions: { calcs: [calcOf[text(panel, 'valueName', 'current')] ?? 'lastNotNull'] },
      legend: { ...legendOf(legend), values: flag(legend, 'percentage') ? ['percent'] : ['value'] },
    },
  };
}

function migrateOldHeatmap(panel: JsonObject): JsonObject {
  if (isObject(asObject(panel['options'])['color']) || panel['color'] === undefined) return panel;
  const axis = asObject(panel['yAxis']);
  return {
    ...panel,
    options: {
      calculate: text(panel, 'dataFormat', 'timeseries') === 'timeseries',
      color: {
        mode: 'scheme',
        scheme: text(asObject(panel['color']), 'colorScheme', 'Oranges').replace('interpolate', ''),
      },
      yAxis: { unit: text(axis, 'format', 'short'), reverse: flag(panel, 'reverseYBuckets') },
      legend: { show: flag(asObject(panel['legend']), 'show') },
    },
  };
}

/** Gauge and stat once kept their field options inside of their options. */
function liftFieldOptions(panel: JsonObject): JsonObject {
  const options = asObject(panel['options']);
  const old = options['fieldOptions'];
  if (!isObject(old)) return panel;
  const { fieldOptions: _, ...rest } = options;
  const defaults = asObject(old['defaults']);
  const lifted: JsonObject = {
    ...defaults,
    ...(isObject(old['thresholds']) && !defaults['thresholds'] ? { thresholds: old['thresholds'] } : {}),
    ...(Array.isArray(old['mappings']) && !defaults['mappings'] ? { mappings: old['mappings'] } : {}),
  };
  return {
    ...panel,
    fieldConfig: isObject(panel['fieldConfig'])
      ? panel['fieldConfig']
      : { defaults: lifted, overrides: asList(old['overrides']) },
    options: {
      ...rest,
      reduceOptions: { calcs: asList(old['calcs']), values: flag(old, 'values'), fields: '' },
    },
  };
}

const renamed: Record<string, string> = {
  'grafana-singlestat-panel': 'singlestat',
  'grafana-piechart-panel': 'grafana-piechart-panel',
  pluginlist: 'unsupported',
  'grafana-worldmap-panel': 'geomap',
  alertGroups: 'alertlist',
};

export function migratePanel(panel: JsonObject): JsonObject {
  const type = renamed[text(panel, 'type')] ?? text(panel, 'type');
  const named: JsonObject = { ...panel, type };
  switch (type) {
    case 'graph':
      return migrateGraph(named);
    case 'singlestat':
      return migrateSinglestat(named);
    case 'table-old':
      return migrateOldTable(named);
    case 'table':
      return Array.isArray(panel['styles']) && !isObject(panel['fieldConfig']) ? migrateOldTable(named) : named;
    case 'grafana-piechart-panel':
      return migratePie(named);
    case 'heatmap':
      return migrateOldHeatmap(named);
    case 'text':
      return isObject(panel['options'])
        ? named
        : { ...named, options: { mode: text(panel, 'mode', 'markdown'), content: text(panel, 'content') } };
    default:
      return liftFieldOptions(named);
  }
}
