// SPDX-License-Identifier: Apache-2.0
// The life of one uPlot instance: made when the structure changes, fed when only values change,
// resized with its container, destroyed with the component.
import { useEffect, useRef, type RefObject } from 'react';
import uPlot from 'uplot';
import { timestampMs, type TimestampMs } from '@/base/brand';
import type { Zone } from '@/base/time_format';
import { withBands } from '@/model/chart_bands';
import { stackColumns, type ChartBand, type ChartData } from '@/model/chart_data';
import type { ExemplarPoint } from '@/model/exemplar_points';
import type { Theme } from '../preferences';
import { drawBands } from './band_layer';
import { drawExemplars, exemplarAt, placeExemplars, type PlacedExemplar } from './exemplar_layer';
import { drawMarks, notesAt, type PlotMark } from './mark_layer';
import { seriesColor } from './palette';
import { plotOptions, type PlotHooks } from './plot_options';

export interface Hover {
  /** Position on the time axis. */
  index: number;
  /** CSS pixels in the container. */
  left: number;
  top: number;
  /** The series nearest to the pointer, if one is near. */
  nearest: number | null;
  exemplar: PlacedExemplar | null;
  /** The annotations under the pointer. */
  notes: readonly string[];
}

export interface PlotInput {
  data: ChartData;
  height: number;
  isStacked: boolean;
  hidden: ReadonlySet<string>;
  focusedId: string | null;
  exemplars: readonly ExemplarPoint[];
  bands: readonly ChartBand[];
  marks: readonly PlotMark[];
  zone: Zone;
  theme: Theme;
  formatValue: (value: number) => string;
  yMin?: number | undefined;
  yMax?: number | undefined;
  isBinary: boolean;
  onZoom?: ((from: TimestampMs, to: TimestampMs) => void) | undefined;
  onHover: (hover: Hover | null) => void;
}

function columns(input: PlotInput): uPlot.AlignedData {
  const { data, isStacked, hidden } = input;
  const isHidden = data.series.map((series) => hidden.has(series.id));
  const values = data.series.map((series) => series.values);
  return [data.times, ...(isStacked ? stackColumns(values, isHidden) : values)] as uPlot.AlignedData;
}

/** What makes a new instance necessary. */
function structureOf(input: PlotInput): string {
  const { data, isStacked, zone, theme, yMin, yMax } = input;
  return [isStacked, zone, theme, yMin, yMax, ...data.series.map((series) => series.id)].join('\n');
}

interface Running {
  plot: uPlot;
  placed: PlacedExemplar[];
  nearest: number | null;
}

function hooksFor(running: Running, latest: RefObject<PlotInput>): PlotHooks {
  return {
    onFocus: (series) => void (running.nearest = series),
    widen: (min, max) => withBands(latest.current.bands, min, max),
    onDrawBelow: (plot) => {
      const { bands, data, hidden, theme } = latest.current;
      drawBands(plot, bands, (id) => {
        const index = data.series.findIndex((series) => series.id === id);
        return index < 0 || hidden.has(id) ? null : seriesColor(index, theme);
      });
    },
    onDraw: (plot) => {
      drawMarks(latest.current.marks, plot);
      running.placed = placeExemplars(plot, latest.current.exemplars);
      const style = getComputedStyle(document.documentElement);
      drawExemplars(plot, running.placed, style.getPropertyValue('--exemplar'), style.getPropertyValue('--surface'));
    },
    onSelect: (plot) => {
      const { left, width } = plot.select;
      if (width <= 0) return;
      const at = (x: number): TimestampMs => timestampMs(Math.round(plot.posToVal(x, 'x') * 1000));
      latest.current.onZoom?.(at(left), at(left + width));
      plot.setSelect({ left: 0, top: 0, width: 0, height: 0 }, false);
    },
    onCursor: (plot) => {
      const { idx, left = -1, top = -1, event } = plot.cursor;
      // A cursor that another graph of the page moves shows its line, but no tooltip.
      if (idx === null || idx === undefined || left < 0 || !event) return latest.current.onHover(null);
      latest.current.onHover({
        index: idx,
        left: left + plot.over.offsetLeft,
        top: top + plot.over.offsetTop,
        nearest: running.nearest,
        exemplar: exemplarAt(running.placed, left, top),
        notes: notesAt(plot.posToVal(left, 'x') * 1000, msPerPx(plot), latest.current.marks),
      });
    },
  };
}

const msPerPx = (plot: uPlot): number => (plot.posToVal(1, 'x') - plot.posToVal(0, 'x')) * 1000;

function start(container: HTMLDivElement, latest: RefObject<PlotInput>): Running {
  const running: Running = { plot: null as unknown as uPlot, placed: [], nearest: null };
  const input = latest.current;
  const settings = { ...input, series: input.data.series, width: Math.max(container.clientWidth, 100) };
  running.plot = new uPlot(plotOptions(settings, hooksFor(running, latest)), columns(input), container);
  input.data.series.forEach((series, index) => {
    if (input.hidden.has(series.id)) running.plot.setSeries(index + 1, { show: false });
  });
  return running;
}

export function usePlot(container: RefObject<HTMLDivElement | null>, input: PlotInput): void {
  const latest = useRef(input);
  latest.current = input;
  const running = useRef<Running | null>(null);
  const structure = structureOf(input);

  useEffect(() => {
    const element = container.current;
    if (!element) return undefined;
    const made = start(element, latest);
    running.current = made;
    const observer = new ResizeObserver(() => {
      if (element.clientWidth > 0) made.plot.setSize({ width: element.clientWidth, height: latest.current.height });
    });
    observer.observe(element);
    return () => {
      observer.disconnect();
      made.plot.destroy();
      running.current = null;
      latest.current.onHover(null);
    };
  }, [container, structure]);

  useEffect(() => {
    const plot = running.current?.plot;
    if (!plot) return;
    plot.batch(() => {
      input.data.series.forEach((series, index) => {
        const show = !input.hidden.has(series.id);
        if (plot.series[index + 1]?.show !== show) plot.setSeries(index + 1, { show });
      });
      plot.setData(columns(latest.current));
    });
  }, [input.data, input.hidden, input.bands, structure]);

  useEffect(() => running.current?.plot.redraw(false), [input.exemplars, input.marks]);

  useEffect(() => {
    const index = input.data.series.findIndex((series) => series.id === input.focusedId);
    running.current?.plot.setSeries(index < 0 ? (null as unknown as number) : index + 1, { focus: true });
  }, [input.focusedId, input.data.series]);

  useEffect(() => {
    const element = container.current;
    if (element) running.current?.plot.setSize({ width: element.clientWidth, height: input.height });
  }, [container, input.height]);
}
