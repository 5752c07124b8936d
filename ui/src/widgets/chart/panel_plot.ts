// SPDX-License-Identifier: Apache-2.0
// What uPlot is told for a panel of a dashboard: series with their own style and axis, stacks, bands,
// thresholds and annotations. No React here.
import uPlot from 'uplot';
import type { Zone } from '@/base/time_format';
import type { Plot, PlotAxis, PlotSeries } from '@/model/dashboard/view_series';
import { withAlpha } from '@/model/dashboard/colors';
import { drawMarks, type PlotMark } from './mark_layer';
import { isScrolling } from '../turns';
import { timeLabels, valueRange } from './plot_options';
import { token } from './token';

export interface PanelPlotSettings {
  plot: Plot;
  zone: Zone;
  width: number;
  height: number;
  /** Seconds. */
  from: number;
  to: number;
  syncKey: string | null;
  marks: readonly PlotMark[];
}

export interface PanelPlotHooks {
  onCursor: (plot: uPlot) => void;
  onFocus: (series: number | null) => void;
  onSelect: (plot: uPlot) => void;
}

function pathsOf(one: PlotSeries): uPlot.Series.PathBuilder | undefined {
  const { paths } = uPlot;
  if (one.style === 'bars') return paths.bars?.({ size: [0.7, 60], radius: 0.04 });
  if (one.style === 'points') return () => null;
  if (one.interpolation === 'smooth') return paths.spline?.();
  if (one.interpolation === 'stepAfter') return paths.stepped?.({ align: 1 });
  if (one.interpolation === 'stepBefore') return paths.stepped?.({ align: -1 });
  return paths.linear?.();
}

function isLonely(values: readonly (number | null)[]): boolean {
  const has = (i: number): boolean => values[i] !== null && values[i] !== undefined;
  return values.some((_, i) => has(i) && !has(i - 1) && !has(i + 1));
}

function fillOf(one: PlotSeries): uPlot.Series.Fill | undefined {
  if (one.fill <= 0) return undefined;
  const flat = withAlpha(one.color, one.style === 'bars' && one.isStacked ? Math.max(one.fill, 0.9) : one.fill);
  if (one.gradient !== 'opacity' && one.gradient !== 'hue') return flat;
  return (plot) => {
    const gradient = plot.ctx.createLinearGradient(0, plot.bbox.top, 0, plot.bbox.top + plot.bbox.height);
    gradient.addColorStop(0, withAlpha(one.color, Math.min(one.fill * 1.4, 1)));
    gradient.addColorStop(1, withAlpha(one.color, 0));
    return gradient;
  };
}

function seriesOf(one: PlotSeries): uPlot.Series {
  const paths = pathsOf(one);
  const fill = fillOf(one);
  const showPoints =
    one.style === 'points' || one.points === 'always' || (one.points === 'auto' && isLonely(one.values));
  return {
    label: one.id,
    scale: one.axis,
    stroke: one.color,
    width: one.style === 'points' ? 0 : one.lineWidth,
    spanGaps: one.spanGaps,
    show: !one.isHidden,
    ...(fill ? { fill } : {}),
    ...(paths ? { paths } : {}),
    ...(one.dash.length > 0 ? { dash: one.dash } : {}),
    points: { show: showPoints, size: Math.max(one.pointSize, 3), fill: one.color, stroke: one.color },
  };
}

function scaleOf(axis: PlotAxis, plot: Plot): uPlot.Scale {
  const members = plot.series.filter((one) => one.axis === axis.key);
  const fromZero = members.some((one) => one.style === 'bars' || one.isStacked);
  if (axis.log !== null) return { distr: 3, log: axis.log === 2 ? 2 : 10 };
  return {
    range: (_plot, low, high) => {
      const base = fromZero && low !== null ? Math.min(low, 0) : low;
      const [min, max] = valueRange(base, fromZero && high !== null ? Math.max(high, 0) : high);
      const soft: [number, number] = [
        axis.softMin === null ? min : Math.min(min, axis.softMin),
        axis.softMax === null ? max : Math.max(max, axis.softMax),
      ];
      const reach = Math.max(Math.abs(soft[0]), Math.abs(soft[1]));
      const centred: [number, number] = axis.isCentered ? [-reach, reach] : soft;
      const out: [number, number] = [axis.min ?? centred[0], axis.max ?? centred[1]];
      return out[1] > out[0] ? out : [out[0], out[0] + 1];
    },
  };
}

const binarySteps = Array.from({ length: 60 }, (_, i) => 2 ** (i - 4));

function widthOf(plot: uPlot, values: readonly string[] | null, hasLabel: boolean): number {
  if (!values || values.length === 0) return 40;
  const longest = values.reduce((a, b) => ((b ?? '').length > (a ?? '').length ? b : a), '');
  plot.ctx.font = `11px ${token('--font-ui')}`;
  return Math.max(30, Math.ceil(plot.ctx.measureText(longest ?? '').width) + 16 + (hasLabel ? 4 : 0));
}

function valueAxis(axis: PlotAxis, side: 1 | 3, showGrid: boolean): uPlot.Axis {
  return {
    scale: axis.key,
    side,
    show: axis.side !== 'hidden',
    stroke: token('--axis'),
    font: `11px ${token('--font-ui')}`,
    labelFont: `11px ${token('--font-ui')}`,
    ...(axis.label ? { label: axis.label, labelSize: 18 } : {}),
    grid: { show: showGrid, stroke: token('--grid'), width: 1 },
    ticks: { show: false },
    gap: 6,
    space: 30,
    size: (plot, values) => widthOf(plot, values, axis.label !== ''),
    ...(axis.isBinary && axis.log === null ? { incrs: binarySteps } : {}),
    values: (_plot, splits) => splits.map((value) => (value === null ? '' : axis.format(value))),
  };
}

function axesOf(settings: PanelPlotSettings): uPlot.Axis[] {
  let hasLeft = false;
  const values = settings.plot.axes.map((axis, i) => {
    // A second unit goes to the right by itself.
    const isRight = axis.side === 'right' || (hasLeft && axis.side === 'left' && i > 0);
    hasLeft ||= !isRight;
    return valueAxis(axis, isRight ? 1 : 3, i === 0);
  });
  const time: uPlot.Axis = {
    stroke: token('--axis'),
    grid: { stroke: token('--grid'), width: 1 },
    ticks: { show: false },
    font: `11px ${token('--font-ui')}`,
    space: 70,
    size: 26,
    gap: 6,
    values: (_plot, splits, _axis, _space, step) => timeLabels(splits, step, settings.zone),
  };
  return [time, ...values];
}

/** uPlot draws in order: the lower bars of a stack have to come after the higher ones. */
export function drawOrder(plot: Plot): number[] {
  const order = plot.series.map((_, i) => i);
  return plot.series.some((one) => one.style === 'bars' && one.isStacked) ? order.reverse() : order;
}

export function columnsOf(plot: Plot, hidden: ReadonlySet<string>): uPlot.AlignedData {
  const isLog = new Set(plot.axes.filter((axis) => axis.log !== null).map((axis) => axis.key));
  const column = (one: PlotSeries): (number | null)[] => {
    if (hidden.has(one.id) || one.isHidden) return one.drawn.map(() => null);
    return isLog.has(one.axis) ? one.drawn.map((value) => (value !== null && value > 0 ? value : null)) : one.drawn;
  };
  return [plot.times, ...drawOrder(plot).map((i) => column(plot.series[i] as PlotSeries))] as uPlot.AlignedData;
}

function bandsOf(plot: Plot): uPlot.Band[] {
  const place = new Map(drawOrder(plot).map((index, at) => [index, at + 1]));
  return plot.series.flatMap((one, index) =>
    one.fillTo === null || one.style === 'bars'
      ? []
      : [{ series: [place.get(index) ?? 0, place.get(one.fillTo) ?? 0] as [number, number] }],
  );
}

function drawThresholds(settings: PanelPlotSettings, plot: uPlot): void {
  const { ctx, bbox } = plot;
  ctx.save();
  ctx.beginPath();
  ctx.rect(bbox.left, bbox.top, bbox.width, bbox.height);
  ctx.clip();
  for (const line of settings.plot.thresholds) {
    const scale = plot.scales[line.axis];
    if (!scale || line.color === 'transparent') continue;
    const y = (value: number): number => plot.valToPos(value, line.axis, true);
    const bottom = Number.isFinite(line.value) ? y(line.value) : bbox.top + bbox.height;
    if (line.isArea) {
      const top = line.upTo === null ? bbox.top : y(line.upTo);
      ctx.fillStyle = withAlpha(line.color, 0.08);
      ctx.fillRect(bbox.left, top, bbox.width, bottom - top);
    }
    if (line.isLine) {
      ctx.strokeStyle = line.color;
      ctx.lineWidth = devicePixelRatio;
      ctx.setLineDash(line.isDashed ? [8, 6] : []);
      ctx.beginPath();
      ctx.moveTo(bbox.left, bottom);
      ctx.lineTo(bbox.left + bbox.width, bottom);
      ctx.stroke();
    }
  }
  ctx.restore();
}

export function panelPlotOptions(settings: PanelPlotSettings, hooks: PanelPlotHooks): uPlot.Options {
  const { plot } = settings;
  const order = drawOrder(plot);
  return {
    width: settings.width,
    height: settings.height,
    padding: [8, 16, 0, 4],
    legend: { show: false },
    focus: { alpha: 0.3 },
    cursor: {
      y: false,
      focus: { prox: plot.series.length <= 200 ? 16 : -1 },
      drag: { x: true, y: false, setScale: false, dist: 6 },
      points: plot.series.length <= 60 ? { size: 6, width: 1.5 } : { show: false },
      // What passes below a resting pointer is not pointed at.
      bind: {
        dblclick: () => null,
        mousemove: (_self, _target, handler) => (event) => (isScrolling() ? null : handler(event)),
      },
      ...(settings.syncKey ? { sync: { key: settings.syncKey, setSeries: false } } : {}),
    },
    scales: {
      x: { time: true, range: () => [settings.from, settings.to] },
      ...Object.fromEntries(plot.axes.map((axis) => [axis.key, scaleOf(axis, plot)])),
    },
    axes: axesOf(settings),
    series: [{}, ...order.map((i) => seriesOf(plot.series[i] as PlotSeries))],
    bands: bandsOf(plot),
    hooks: {
      drawClear: [(self) => drawThresholds(settings, self)],
      draw: [(self) => drawMarks(settings.marks, self)],
      setCursor: [hooks.onCursor],
      setSeries: [
        (_self, index, options) => {
          if ('focus' in options) hooks.onFocus(index === null ? null : (order[index - 1] ?? null));
        },
      ],
      setSelect: [hooks.onSelect],
    },
  };
}
