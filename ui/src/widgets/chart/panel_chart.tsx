// SPDX-License-Identifier: Apache-2.0
// A time series panel: the plot, its tooltip, and what is hidden or in focus by the legend.
import { useEffect, useRef, useState, type RefObject } from 'react';
import uPlot from 'uplot';
import { timestampMs, type TimestampMs } from '@/base/brand';
import { formatDateTime } from '@/base/time_format';
import type { Plot } from '@/model/dashboard/view_series';
import { usePreferences } from '../preferences';
import { notesAt, type PlotMark } from './mark_layer';
import type { PanelHover } from './panel_hover';
import { PanelTooltip } from './panel_tooltip';
import { columnsOf, drawOrder, panelPlotOptions } from './panel_plot';
import styles from './chart.module.css';
import 'uplot/dist/uPlot.min.css';

export interface PanelChartProps {
  plot: Plot;
  label: string;
  width: number;
  height: number;
  fromMs: number;
  toMs: number;
  hidden: ReadonlySet<string>;
  focusedId: string | null;
  syncKey: string | null;
  marks: readonly PlotMark[];
  onZoom: (from: TimestampMs, to: TimestampMs) => void;
  /** Gives the canvas to whoever exports the panel as a picture. */
  onReady?: (canvas: HTMLCanvasElement) => void;
}

const structureOf = ({ plot }: PanelChartProps, zone: string, theme: string): string =>
  [
    zone,
    theme,
    ...plot.series.map((s) => `${s.id} ${s.color} ${s.axis} ${s.style} ${s.fill} ${s.lineWidth} ${s.points}`),
    ...plot.axes.map((a) => `${a.key} ${a.min} ${a.max}`),
  ].join('\n');

function useLatest<T>(value: T): RefObject<T> {
  const ref = useRef(value);
  ref.current = value;
  return ref;
}

export function PanelChart(props: PanelChartProps) {
  const { plot, label, width, height, fromMs, toMs, hidden, focusedId } = props;
  const { zone, shownTheme } = usePreferences();
  const container = useRef<HTMLDivElement>(null);
  const running = useRef<uPlot | null>(null);
  const [hover, setHover] = useState<PanelHover | null>(null);
  const latest = useLatest(props);
  const structure = structureOf(props, zone, shownTheme);

  useEffect(() => {
    const element = container.current;
    if (!element) return undefined;
    const { current: now } = latest;
    let nearest: number | null = null;
    const settings = {
      plot: now.plot,
      zone,
      width: Math.max(now.width, 60),
      height: Math.max(now.height, 40),
      get from() {
        return latest.current.fromMs / 1000;
      },
      get to() {
        return latest.current.toMs / 1000;
      },
      syncKey: now.syncKey,
      get marks() {
        return latest.current.marks;
      },
    };
    const made = new uPlot(
      panelPlotOptions(settings, {
        onFocus: (series) => void (nearest = series),
        onSelect: (self) => {
          if (self.select.width <= 0) return;
          const at = (x: number): TimestampMs => timestampMs(Math.round(self.posToVal(x, 'x') * 1000));
          latest.current.onZoom(at(self.select.left), at(self.select.left + self.select.width));
          self.setSelect({ left: 0, top: 0, width: 0, height: 0 }, false);
        },
        onCursor: (self) => {
          const { idx, left = -1, top = -1, event } = self.cursor;
          if (idx === null || idx === undefined || left < 0 || !event) return setHover(null);
          setHover({
            index: idx,
            left: left + self.over.offsetLeft,
            top: top + self.over.offsetTop,
            nearest,
            ms: self.posToVal(left, 'x') * 1000,
            msPerPx: (self.posToVal(1, 'x') - self.posToVal(0, 'x')) * 1000,
          });
        },
      }),
      columnsOf(now.plot, now.hidden),
      element,
    );
    running.current = made;
    now.onReady?.(made.ctx.canvas);
    return () => {
      made.destroy();
      running.current = null;
    };
  }, [structure, zone, latest]);

  useEffect(() => void running.current?.setData(columnsOf(plot, hidden)), [plot, hidden, fromMs, toMs, props.marks]);
  useEffect(() => {
    const current = running.current;
    if (current && (current.width !== width || current.height !== height)) {
      current.setSize({ width: Math.max(width, 60), height: Math.max(height, 40) });
    }
  }, [width, height, structure]);
  useEffect(() => {
    const at = drawOrder(plot).findIndex((i) => plot.series[i]?.id === focusedId);
    running.current?.setSeries(at < 0 ? (null as unknown as number) : at + 1, { focus: true });
  }, [focusedId, plot]);

  const span = `from ${formatDateTime(timestampMs(fromMs), zone)} to ${formatDateTime(timestampMs(toMs), zone)}`;
  return (
    <div className={styles['frame']} style={{ height }}>
      <div
        ref={container}
        role="img"
        aria-label={`${label}: ${plot.series.length} series ${span}`}
        className={styles['plot']}
      />
      {hover && plot.tooltip.mode !== 'none' && (
        <PanelTooltip
          hover={hover}
          plot={plot}
          hidden={hidden}
          zone={zone}
          container={container}
          notes={notesAt(hover.ms, hover.msPerPx, props.marks)}
        />
      )}
    </div>
  );
}
