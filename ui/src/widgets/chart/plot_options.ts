// SPDX-License-Identifier: Apache-2.0
// Everything that uPlot is told: axes, scales, lines, cursor. No React here.
import type uPlot from 'uplot';
import { timestampMs } from '@/base/brand';
import { shortNumber } from '@/base/number_format';
import { formatClock, formatDate, partsOf, type Zone } from '@/base/time_format';
import type { ChartSeries } from '@/model/chart_data';
import type { Theme } from '../preferences';
import { seriesColor } from './palette';
import { token } from './token';

export interface PlotSettings {
  series: readonly ChartSeries[];
  isStacked: boolean;
  zone: Zone;
  theme: Theme;
  width: number;
  height: number;
  formatValue: (value: number) => string;
  yMin?: number | undefined;
  yMax?: number | undefined;
  /** Round axis values are powers of two, for bytes. */
  isBinary: boolean;
}

export interface PlotHooks {
  onCursor: (plot: uPlot) => void;
  onFocus: (seriesIndex: number | null) => void;
  onSelect: (plot: uPlot) => void;
  onDraw: (plot: uPlot) => void;
  /** Before the lines are drawn. */
  onDrawBelow: (plot: uPlot) => void;
  /** What has to be seen besides the lines. */
  widen: (min: number | null, max: number | null) => [number | null, number | null];
}

/** A window around the values with some air; zero is included when it is near. */
export function valueRange(min: number | null, max: number | null): [number, number] {
  if (min === null || max === null || !Number.isFinite(min) || !Number.isFinite(max)) return [0, 1];
  const span = max - min;
  const pad = span > 0 ? span * 0.08 : Math.abs(max) * 0.1 || 1;
  let low = min - pad;
  const high = max + pad;
  if (min >= 0 && (low < 0 || min < span)) low = 0;
  const top = max <= 0 && (high > 0 || -max < span) ? 0 : high;
  return [low, top];
}

/** Labels of the time axis: the clock, and the date where a day begins. */
export function timeLabels(seconds: readonly number[], step: number, zone: Zone): string[] {
  return seconds.map((second) => {
    const time = timestampMs(second * 1000);
    const p = partsOf(time, zone);
    if (p.hour === 0 && p.minute === 0 && p.second === 0 && step >= 60) return formatDate(time, zone).slice(5);
    return step < 60 ? formatClock(time, zone, step < 1) : formatClock(time, zone).slice(0, 5);
  });
}

function axes(settings: PlotSettings): uPlot.Axis[] {
  const shared = {
    stroke: token('--axis'),
    grid: { stroke: token('--grid'), width: 1 },
    ticks: { show: false },
    font: `11px ${token('--font-ui')}`,
  };
  return [
    {
      ...shared,
      space: 72,
      size: 30,
      gap: 7,
      values: (_plot, splits, _axis, _space, step) => timeLabels(splits, step, settings.zone),
    },
    {
      ...shared,
      gap: 8,
      size: (plot, values) => axisWidth(plot, values),
      space: 38,
      ...(settings.isBinary ? { incrs: binarySteps } : {}),
      values: (_plot, splits) => splits.map((value) => settings.formatValue(value)),
    },
  ];
}

const binarySteps = Array.from({ length: 50 }, (_, i) => 2 ** i);

function axisWidth(plot: uPlot, values: string[] | null): number {
  if (!values || values.length === 0) return 44;
  const longest = values.reduce((a, b) => (b.length > a.length ? b : a), '');
  plot.ctx.font = `11px ${token('--font-ui')}`;
  return Math.max(40, Math.ceil(plot.ctx.measureText(longest).width) + 18);
}

function lines(settings: PlotSettings): uPlot.Series[] {
  const { series, theme, isStacked } = settings;
  const fill = isStacked ? '55' : series.length === 1 ? '1f' : '';
  return series.map((one, index) => {
    const color = seriesColor(index, theme);
    return {
      label: one.name,
      stroke: color,
      width: isStacked ? 1 : 1.6,
      ...(fill ? { fill: color + fill } : {}),
      points: { show: isLonely(one.values), size: 5, fill: color, stroke: color },
    };
  });
}

/** Whether some value has no neighbour, so that no line would show it. */
function isLonely(values: readonly (number | null)[]): boolean {
  const has = (i: number): boolean => values[i] !== null && values[i] !== undefined;
  return values.some((_, i) => has(i) && !has(i - 1) && !has(i + 1));
}

/** Between each stacked line and the one below it; uPlot numbers series from 1. */
function bands(settings: PlotSettings): uPlot.Band[] {
  if (!settings.isStacked) return [];
  return settings.series.slice(1).map((_, index) => ({ series: [index + 2, index + 1] as [number, number] }));
}

export function plotOptions(settings: PlotSettings, hooks: PlotHooks): uPlot.Options {
  return {
    width: settings.width,
    height: settings.height,
    // Half of the last time's text stands right of the graph.
    padding: [10, 18, 0, 0],
    legend: { show: false },
    focus: { alpha: settings.isStacked ? 1 : 0.22 },
    cursor: {
      y: false,
      focus: { prox: settings.series.length <= 200 ? 18 : -1 },
      drag: { x: true, y: false, setScale: false, dist: 6 },
      points: settings.series.length <= 80 ? { size: 7, width: 1.5 } : { show: false },
      sync: { key: 'page', setSeries: false },
      bind: { dblclick: () => null },
    },
    scales: {
      x: { time: true },
      y: {
        range: (_plot, min, max) =>
          fixedOr(settings, valueRange(...hooks.widen(settings.isStacked ? Math.min(min ?? 0, 0) : min, max))),
      },
    },
    axes: axes(settings),
    series: [{}, ...lines(settings)],
    bands: bands(settings),
    hooks: {
      setCursor: [hooks.onCursor],
      setSeries: [
        (_plot, index, options) => {
          if ('focus' in options) hooks.onFocus(index === null ? null : index - 1);
        },
      ],
      setSelect: [hooks.onSelect],
      drawAxes: [hooks.onDrawBelow],
      draw: [hooks.onDraw],
    },
  };
}

function fixedOr(settings: PlotSettings, [low, high]: [number, number]): [number, number] {
  const bottom = settings.yMin ?? low;
  const top = settings.yMax ?? high;
  // All values on one bound: an axis of no height would show nothing.
  return top > bottom ? [bottom, top] : [bottom, bottom + 1];
}

export const defaultFormat = shortNumber;
