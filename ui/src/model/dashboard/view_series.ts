// SPDX-License-Identifier: Apache-2.0
// Frames as what a time series panel draws: one axis of times, series with their style, stacks, value
// axes, threshold lines, legend.
import { colorMode, namedColor, opacityOf, thresholdsOf, valueColor, type Theme } from './colors';
import { customOf, decimalsOf, rangeOf, unitOf } from './field_config';
import { displayName, timeField, type Field, type Frame, type Value } from './frame';
import { asList, asObject, flag, num, numberOr, text, texts, type JsonObject } from './json';
import { calculationName, reduceValues } from './reduce';
import { formatText, isBinaryUnit } from './units';

export interface PlotSeries {
  id: string;
  name: string;
  color: string;
  values: (number | null)[];
  /** What is drawn: values after stacking and turning upside down. */
  drawn: (number | null)[];
  axis: string;
  style: 'line' | 'bars' | 'points';
  lineWidth: number;
  fill: number;
  gradient: string;
  interpolation: string;
  dash: number[];
  points: 'always' | 'never' | 'auto';
  pointSize: number;
  spanGaps: boolean;
  isStacked: boolean;
  /** The index of the series below in the stack, or of the one that fillBelowTo names. */
  fillTo: number | null;
  inLegend: boolean;
  inTooltip: boolean;
  isHidden: boolean;
  format: (value: number) => string;
  field: Field;
}

export interface PlotAxis {
  key: string;
  label: string;
  side: 'left' | 'right' | 'hidden';
  min: number | null;
  max: number | null;
  softMin: number | null;
  softMax: number | null;
  log: number | null;
  isBinary: boolean;
  format: (value: number) => string;
  isCentered: boolean;
}

export interface PlotThreshold {
  axis: string;
  value: number;
  color: string;
  isLine: boolean;
  isArea: boolean;
  isDashed: boolean;
  upTo: number | null;
}

export interface LegendSpec {
  isShown: boolean;
  isTable: boolean;
  placement: 'bottom' | 'right';
  width: number | null;
  calcs: { id: string; name: string }[];
  sortBy: string;
  sortDesc: boolean;
}

export interface Plot {
  /** Seconds for uPlot, ascending. */
  times: number[];
  series: PlotSeries[];
  axes: PlotAxis[];
  thresholds: PlotThreshold[];
  legend: LegendSpec;
  tooltip: { mode: string; sort: string };
}

export const emptyPlot: Plot = {
  times: [],
  series: [],
  axes: [],
  thresholds: [],
  legend: { isShown: false, isTable: false, placement: 'bottom', width: null, calcs: [], sortBy: '', sortDesc: false },
  tooltip: { mode: 'single', sort: 'none' },
};

export function legendSpec(options: JsonObject): LegendSpec {
  const legend = asObject(options['legend']);
  const mode = text(legend, 'displayMode', 'list');
  return {
    isShown: flag(legend, 'showLegend', mode !== 'hidden') && mode !== 'hidden',
    isTable: mode === 'table',
    placement: text(legend, 'placement') === 'right' ? 'right' : 'bottom',
    width: numberOr(legend['width'], null),
    calcs: texts(legend['calcs']).map((id) => ({ id, name: calculationName(id) })),
    sortBy: text(legend, 'sortBy'),
    sortDesc: flag(legend, 'sortDesc'),
  };
}

export interface Coloring {
  theme: Theme;
  palette: (index: number) => string;
}

/** The colour of a whole series: fixed, or by its value, or the palette's. */
export function seriesColorOf(one: Field, index: number, coloring: Coloring): string {
  const mode = colorMode(one.config);
  const fallback = coloring.palette(index);
  if (mode === '' || mode.startsWith('palette')) return fallback;
  if (mode === 'fixed' || mode === 'shades') {
    return namedColor(text(asObject(one.config['color']), 'fixedColor', 'text'), coloring.theme);
  }
  const by = text(asObject(one.config['color']), 'seriesBy', 'last');
  const value = reduceValues(one.values, by === 'last' ? 'lastNotNull' : by);
  const range = rangeOf(one);
  return valueColor(
    one.config,
    typeof value === 'number' ? value : null,
    range.min,
    range.max,
    fallback,
    coloring.theme,
  );
}

const finite = (value: Value): number | null =>
  typeof value === 'number' && Number.isFinite(value) ? value : typeof value === 'boolean' ? Number(value) : null;

function unionOfTimes(frames: readonly Frame[]): number[] {
  const first = timeField(frames[0] as Frame)?.values as number[];
  const isShared = frames.every((of) => {
    const own = timeField(of)?.values;
    return own?.length === first.length && own[0] === first[0] && own.at(-1) === first.at(-1);
  });
  if (isShared) return first;
  const all = new Set<number>();
  for (const of of frames)
    for (const value of timeField(of)?.values ?? []) if (typeof value === 'number') all.add(value);
  return [...all].sort((a, b) => a - b);
}

function aligned(of: Frame, one: Field, times: readonly number[]): (number | null)[] {
  const own = timeField(of)?.values as number[];
  if (own.length === times.length) return one.values.map(finite);
  const byTime = new Map(own.map((time, i) => [time, finite(one.values[i] ?? null)]));
  return times.map((time) => byTime.get(time) ?? null);
}

function styleOf(
  one: Field,
  custom: JsonObject,
): Pick<
  PlotSeries,
  | 'style'
  | 'lineWidth'
  | 'fill'
  | 'gradient'
  | 'interpolation'
  | 'dash'
  | 'points'
  | 'pointSize'
  | 'spanGaps'
  | 'isStacked'
  | 'inLegend'
  | 'inTooltip'
  | 'isHidden'
> {
  const style = text(custom, 'drawStyle', 'line');
  const line = asObject(custom['lineStyle']);
  const from = asObject(custom['hideFrom']);
  const mode = text(asObject(custom['stacking']), 'mode', 'none');
  const dash = text(line, 'fill') === 'dash' || text(line, 'fill') === 'dot';
  return {
    style: style === 'bars' || style === 'points' ? style : 'line',
    lineWidth: num(custom, 'lineWidth', 1),
    fill: opacityOf(custom, style === 'bars' ? 60 : 0),
    gradient: text(custom, 'gradientMode', 'none'),
    interpolation: text(custom, 'lineInterpolation', 'linear'),
    dash: dash
      ? asList(line['dash'])
          .map((part) => numberOr(part, 6))
          .concat(Array.isArray(line['dash']) ? [] : [6, 6])
      : [],
    points: (['always', 'never', 'auto'] as const).find((known) => known === text(custom, 'showPoints')) ?? 'auto',
    pointSize: num(custom, 'pointSize', 5),
    spanGaps: custom['spanNulls'] === true || typeof custom['spanNulls'] === 'number',
    isStacked: mode === 'normal' || mode === 'percent',
    inLegend: !flag(from, 'legend'),
    inTooltip: !flag(from, 'tooltip'),
    isHidden: flag(from, 'viz'),
    ...(one.type === 'boolean' ? { interpolation: 'stepAfter' } : {}),
  };
}

function axisOf(one: Field, custom: JsonObject): PlotAxis {
  const unit = unitOf(one);
  const placement = text(custom, 'axisPlacement', 'auto');
  const label = text(custom, 'axisLabel');
  const scale = asObject(custom['scaleDistribution']);
  const decimals = decimalsOf(one);
  const isPercent = text(asObject(custom['stacking']), 'mode') === 'percent';
  const side = placement === 'right' ? 'right' : placement === 'hidden' ? 'hidden' : 'left';
  return {
    key: [unit, side, label, isPercent ? '%' : '', text(scale, 'type')].join('|'),
    label,
    side,
    min: numberOr(one.config['min'], null),
    max: isPercent ? 1 : numberOr(one.config['max'], null),
    softMin: numberOr(custom['axisSoftMin'], null),
    softMax: numberOr(custom['axisSoftMax'], null),
    log: text(scale, 'type') === 'log' ? num(scale, 'log', 2) : null,
    isBinary: isBinaryUnit(unit),
    isCentered: flag(custom, 'axisCenteredZero'),
    format: (value) =>
      isPercent ? formatText(value, 'percentunit') : formatText(value, unit, decimals === null ? {} : { decimals }),
  };
}

function stackAll(series: PlotSeries[], groups: (string | null)[], hidden: ReadonlySet<string>): void {
  const totals = new Map<string, { sum: number[]; last: number | null }>();
  series.forEach((one, index) => {
    const group = groups[index];
    if (group === null || group === undefined || hidden.has(one.id)) return;
    const key = `${group} ${one.axis} ${one.drawn.find((v) => v !== null && v !== 0)! < 0 ? 'down' : 'up'}`;
    const total = totals.get(key) ?? { sum: new Array<number>(one.values.length).fill(0), last: null };
    one.drawn = one.drawn.map((value, i) => {
      if (value === null)
        return one.style === 'bars' ? null : (total.sum[i] ?? 0) === 0 ? null : (total.sum[i] ?? null);
      total.sum[i] = (total.sum[i] ?? 0) + value;
      return total.sum[i] ?? null;
    });
    one.fillTo = total.last;
    total.last = index;
    totals.set(key, total);
  });
}

function toPercent(series: PlotSeries[], isPercent: boolean[]): void {
  const members = series.filter((_, i) => isPercent[i]);
  const length = members[0]?.values.length ?? 0;
  for (let i = 0; i < length; i++) {
    const total = members.reduce((sum, one) => sum + Math.abs(one.values[i] ?? 0), 0);
    for (const one of members) if (one.drawn[i] !== null) one.drawn[i] = total === 0 ? 0 : (one.drawn[i] ?? 0) / total;
  }
}

function thresholdLines(one: Field, axis: string, theme: Theme): PlotThreshold[] {
  const mode = text(asObject(customOf(one)['thresholdsStyle']), 'mode', 'off');
  if (mode === 'off' || mode === '') return [];
  const { steps, isPercent } = thresholdsOf(one.config);
  const range = rangeOf(one);
  const at = (value: number): number => (isPercent ? range.min + (value / 100) * (range.max - range.min) : value);
  return steps.map((step, i) => ({
    axis,
    value: step.value === null ? -Infinity : at(step.value),
    upTo: steps[i + 1]?.value === null || steps[i + 1] === undefined ? null : at(steps[i + 1]?.value ?? 0),
    color: namedColor(step.color, theme),
    isLine: (mode.includes('line') || mode === 'dashed' || mode.startsWith('dashed')) && step.value !== null,
    isArea: mode.includes('area'),
    isDashed: mode.startsWith('dashed'),
  }));
}

export interface PlotInput {
  frames: readonly Frame[];
  options: JsonObject;
  coloring: Coloring;
  hidden?: ReadonlySet<string>;
}

export function plotOf({ frames, options, coloring, hidden = new Set() }: PlotInput): Plot {
  const usable = frames.filter(
    (of) =>
      timeField(of) !== undefined &&
      of.length > 0 &&
      of.fields.some((f) => f.type === 'number' || f.type === 'boolean'),
  );
  if (usable.length === 0) return { ...emptyPlot, legend: legendSpec(options) };
  const times = unionOfTimes(usable);
  const series: PlotSeries[] = [];
  const groups: (string | null)[] = [];
  const percents: boolean[] = [];
  const axes = new Map<string, PlotAxis>();
  const thresholds = new Map<string, PlotThreshold>();
  const used = new Map<string, number>();
  for (const of of usable) {
    for (const one of of.fields) {
      if (one.type !== 'number' && one.type !== 'boolean') continue;
      const custom = customOf(one);
      const name = displayName(one, of, usable);
      const repeated = used.get(name) ?? 0;
      used.set(name, repeated + 1);
      const axis = axisOf(one, custom);
      const style = styleOf(one, custom);
      const sign = text(custom, 'transform') === 'negative-Y' ? -1 : 1;
      const raw = aligned(of, one, times);
      const values = flag(custom, 'nullAsZero') ? raw.map((value) => value ?? 0) : raw;
      const known = axes.get(axis.key);
      if (!known) axes.set(axis.key, axis);
      if (!style.isHidden)
        for (const line of thresholdLines(one, axis.key, coloring.theme))
          thresholds.set(`${axis.key} ${line.value}`, line);
      const stacking = asObject(custom['stacking']);
      const constant = text(custom, 'transform') === 'constant' ? values.find((v) => v !== null) : undefined;
      series.push({
        ...style,
        id: repeated === 0 ? name : `${name} ${repeated + 1}`,
        name,
        color: seriesColorOf(one, series.length, coloring),
        values,
        drawn:
          constant !== undefined
            ? values.map(() => constant)
            : values.map((value) => (value === null ? null : value * sign)),
        axis: axis.key,
        fillTo: null,
        format: (value) =>
          formatText(value, unitOf(one), decimalsOf(one) === null ? {} : { decimals: decimalsOf(one) }),
        field: one,
      });
      groups.push(style.isStacked ? `${text(stacking, 'group', 'A')} ${text(stacking, 'mode')}` : null);
      percents.push(text(stacking, 'mode') === 'percent');
    }
  }
  if (percents.some(Boolean)) toPercent(series, percents);
  stackAll(series, groups, hidden);
  series.forEach((one) => {
    const below = text(customOf(one.field), 'fillBelowTo');
    const at = below ? series.findIndex((other) => other.name === below) : -1;
    if (at >= 0) {
      one.fillTo = at;
      one.fill = one.fill || 0.35;
    }
  });
  const tooltip = asObject(options['tooltip']);
  return {
    times: times.map((ms) => ms / 1000),
    series,
    axes: [...axes.values()],
    thresholds: [...thresholds.values()],
    legend: legendSpec(options),
    tooltip: { mode: text(tooltip, 'mode', 'single'), sort: text(tooltip, 'sort', 'none') },
  };
}

export interface LegendRow {
  series: PlotSeries;
  index: number;
  values: (Value | null)[];
}

export function legendRows(plot: Plot): LegendRow[] {
  const rows = plot.series
    .map((series, index) => ({
      series,
      index,
      values: plot.legend.calcs.map((calc) => reduceValues(series.values, calc.id)),
    }))
    .filter((row) => row.series.inLegend && !row.series.isHidden);
  const { sortBy, sortDesc } = plot.legend;
  const column = plot.legend.calcs.findIndex((calc) => calc.name === sortBy || calc.id === sortBy);
  if (column < 0 && sortBy !== 'Name') return rows;
  const sign = sortDesc ? -1 : 1;
  return rows.sort((a, b) => {
    if (column < 0) return sign * a.series.name.localeCompare(b.series.name, 'en', { numeric: true });
    const x = a.values[column];
    const y = b.values[column];
    return sign * ((typeof x === 'number' ? x : -Infinity) - (typeof y === 'number' ? y : -Infinity));
  });
}
