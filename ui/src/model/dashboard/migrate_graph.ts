// SPDX-License-Identifier: Apache-2.0
// The graph panel of old as a time series panel: its own options become field configuration.
import { asObject, flag, isObject, num, numberOr, objects, text, type JsonObject } from './json';

const nullModes: Record<string, boolean> = { connected: true, null: false };

function customOf(panel: JsonObject): JsonObject {
  const isBars = flag(panel, 'bars');
  const isLines = flag(panel, 'lines', true);
  const isPoints = flag(panel, 'points');
  const yaxis = objects(panel['yaxes'])[0] ?? {};
  const stackMode = flag(panel, 'stack') ? (flag(panel, 'percentage') ? 'percent' : 'normal') : 'none';
  return {
    drawStyle: isBars && !isLines ? 'bars' : isLines ? 'line' : 'points',
    lineWidth: isBars && !isLines ? 1 : num(panel, 'linewidth', 1),
    fillOpacity: isBars && !isLines ? 80 : Math.min(num(panel, 'fill', 1) * 10, 100),
    lineInterpolation: flag(panel, 'steppedLine') ? 'stepAfter' : 'linear',
    showPoints: isPoints ? 'always' : 'never',
    pointSize: num(panel, 'pointradius', 2) * 2 + 1,
    spanNulls: nullModes[text(panel, 'nullPointMode')] ?? false,
    nullAsZero: text(panel, 'nullPointMode') === 'null as zero',
    stacking: { mode: stackMode, group: 'A' },
    axisLabel: text(yaxis, 'label'),
    ...(num(yaxis, 'logBase', 1) > 1 ? { scaleDistribution: { type: 'log', log: num(yaxis, 'logBase') } } : {}),
    ...(flag(yaxis, 'show', true) ? {} : { axisPlacement: 'hidden' }),
    ...(objects(panel['thresholds']).length > 0 ? { thresholdsStyle: { mode: 'line+area' } } : {}),
  };
}

const matcherOf = (alias: string): JsonObject =>
  /^\/.*\/[gim]*$/.test(alias) ? { id: 'byRegexp', options: alias } : { id: 'byName', options: alias };

function seriesOverride(given: JsonObject, rightAxis: JsonObject): JsonObject {
  const properties: JsonObject[] = [];
  const add = (id: string, value: JsonObject[string]): void => void properties.push({ id, value });
  for (const [key, value] of Object.entries(given)) {
    if (value === undefined) continue;
    if (key === 'color') add('color', { mode: 'fixed', fixedColor: value });
    else if (key === 'yaxis' && num(given, 'yaxis') === 2) addRightAxis(add, rightAxis);
    else if (key === 'fill') add('custom.fillOpacity', Math.min(num(given, 'fill') * 10, 100));
    else if (key === 'linewidth') add('custom.lineWidth', value);
    else if (key === 'lines') add('custom.lineWidth', value === false ? 0 : num(given, 'linewidth', 1));
    else if (key === 'bars' && value === true) add('custom.drawStyle', 'bars');
    else if (key === 'points' && value === true) add('custom.showPoints', 'always');
    else if (key === 'stack') add('custom.stacking', stackOf(value));
    else if (key === 'transform') add('custom.transform', value);
    else if (key === 'dashes' && value === true) add('custom.lineStyle', { fill: 'dash', dash: [10, 10] });
    else if (key === 'legend' && value === false) add('custom.hideFrom', { legend: true, tooltip: false, viz: false });
    else if (key === 'fillBelowTo') add('custom.fillBelowTo', value);
    else if (key === 'steppedLine' && value === true) add('custom.lineInterpolation', 'stepAfter');
    else if (key === 'nullPointMode') add('custom.spanNulls', value === 'connected');
  }
  return { matcher: matcherOf(text(given, 'alias')), properties };
}

function addRightAxis(add: (id: string, value: JsonObject[string]) => void, axis: JsonObject): void {
  add('custom.axisPlacement', 'right');
  add('unit', text(axis, 'format', 'short'));
  if (text(axis, 'label')) add('custom.axisLabel', text(axis, 'label'));
  for (const end of ['min', 'max']) if (numberOr(axis[end], null) !== null) add(end, numberOr(axis[end], 0));
}

function stackOf(value: JsonObject[string]): JsonObject {
  if (value === false) return { mode: 'none', group: 'A' };
  return { mode: 'normal', group: typeof value === 'string' ? value : 'A' };
}

const legendCalcs: readonly [string, string][] = [
  ['avg', 'mean'],
  ['current', 'lastNotNull'],
  ['max', 'max'],
  ['min', 'min'],
  ['total', 'sum'],
];

export function legendOf(given: JsonObject): JsonObject {
  const calcs = flag(given, 'values') ? legendCalcs.filter(([old]) => flag(given, old)).map(([, calc]) => calc) : [];
  return {
    showLegend: flag(given, 'show', true),
    displayMode: flag(given, 'alignAsTable') ? 'table' : 'list',
    placement: flag(given, 'rightSide') ? 'right' : 'bottom',
    calcs,
    ...(text(given, 'sort') ? { sortBy: sortName(text(given, 'sort')), sortDesc: flag(given, 'sortDesc') } : {}),
  };
}

const sortName = (old: string): string => ({ avg: 'Mean', current: 'Last *', max: 'Max', min: 'Min' })[old] ?? old;

function thresholdsOf(panel: JsonObject): JsonObject | null {
  const given = objects(panel['thresholds']);
  if (given.length === 0) return null;
  const colors: Record<string, string> = { critical: 'red', warning: 'orange', ok: 'green' };
  const steps = given
    .map((one) => ({
      value: num(one, 'value'),
      color: text(one, 'lineColor') || (colors[text(one, 'colorMode')] ?? text(one, 'fillColor', 'red')),
    }))
    .sort((a, b) => a.value - b.value);
  return { mode: 'absolute', steps: [{ value: null, color: 'transparent' }, ...steps] };
}

const byValueModes: Record<string, string> = { series: 'barchart', histogram: 'histogram' };

export function migrateGraph(panel: JsonObject): JsonObject {
  const yaxes = objects(panel['yaxes']);
  const left = yaxes[0] ?? { format: asList0(panel['y_formats']) };
  const defaults: JsonObject = {
    unit: text(left, 'format', 'short'),
    custom: customOf(panel),
    color: { mode: 'palette-classic' },
    links: asObject(panel['options'])['dataLinks'] ?? [],
  };
  for (const end of ['min', 'max']) if (numberOr(left[end], null) !== null) defaults[end] = numberOr(left[end], 0);
  if (numberOr(panel['decimals'], null) !== null) defaults['decimals'] = num(panel, 'decimals');
  const thresholds = thresholdsOf(panel);
  if (thresholds) defaults['thresholds'] = thresholds;
  const aliasColors = Object.entries(asObject(panel['aliasColors'])).map(([name, color]): JsonObject => ({
    matcher: { id: 'byName', options: name },
    properties: [{ id: 'color', value: { mode: 'fixed', fixedColor: color ?? '' } }],
  }));
  const overrides = objects(panel['seriesOverrides']).map((one) => seriesOverride(one, yaxes[1] ?? {}));
  const tooltip = asObject(panel['tooltip']);
  return {
    ...panel,
    type: byValueModes[text(asObject(panel['xaxis']), 'mode')] ?? 'timeseries',
    fieldConfig: { defaults, overrides: [...aliasColors, ...overrides] },
    options: {
      legend: legendOf(asObject(panel['legend'])),
      tooltip: {
        mode: flag(tooltip, 'shared', true) ? 'multi' : 'single',
        sort: ['none', 'asc', 'desc'][num(tooltip, 'sort')] ?? 'none',
      },
    },
  };
}

function asList0(value: JsonObject[string]): string {
  return Array.isArray(value) && typeof value[0] === 'string' ? value[0] : 'short';
}

export const isGraph = (panel: JsonObject): boolean => panel['type'] === 'graph' || isObject(panel['graph']);
