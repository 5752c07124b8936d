// SPDX-License-Identifier: Apache-2.0
// The one owner of uPlot. Draws a ChartData as lines or stacked areas, with exemplars; reports
// hovering by a tooltip and a dragged window by onZoom.
import { useMemo, useRef, useState } from 'react';
import { timestampMs, type TimestampMs } from '@/base/brand';
import { formatDateTime } from '@/base/time_format';
import type { ChartBand, ChartData } from '@/model/chart_data';
import type { ExemplarPoint } from '@/model/exemplar_points';
import { usePreferences } from '../preferences';
import { ChartTooltip } from './chart_tooltip';
import { ExemplarCard } from './exemplar_card';
import type { PlacedExemplar } from './exemplar_layer';
import type { PlotMark } from './mark_layer';
import { defaultFormat } from './plot_options';
import { usePlot, type Hover } from './use_plot';
import styles from './chart.module.css';
import 'uplot/dist/uPlot.min.css';

export interface TimeSeriesChartProps {
  data: ChartData;
  /** What the graph shows, for screen readers. */
  label: string;
  height: number;
  isStacked?: boolean;
  hidden?: ReadonlySet<string>;
  focusedId?: string | null;
  exemplars?: readonly ExemplarPoint[];
  bands?: readonly ChartBand[];
  marks?: readonly PlotMark[];
  formatValue?: (value: number) => string;
  yMin?: number;
  yMax?: number;
  /** The values are bytes: the axis counts in powers of two. */
  isBinary?: boolean;
  onZoom?: (from: TimestampMs, to: TimestampMs) => void;
}

const noneHidden: ReadonlySet<string> = new Set();
const noExemplars: readonly ExemplarPoint[] = [];
const noBands: readonly ChartBand[] = [];
const noMarks: readonly PlotMark[] = [];

export function TimeSeriesChart(props: TimeSeriesChartProps) {
  const { data, height, label, isStacked = false, hidden = noneHidden, exemplars = noExemplars, onZoom } = props;
  const { zone, shownTheme } = usePreferences();
  const container = useRef<HTMLDivElement>(null);
  const [hover, setHover] = useState<Hover | null>(null);
  const [pinned, setPinned] = useState<PlacedExemplar | null>(null);
  const formatValue = props.formatValue ?? defaultFormat;

  usePlot(container, {
    data,
    height,
    isStacked,
    hidden,
    exemplars,
    bands: props.bands ?? noBands,
    marks: props.marks ?? noMarks,
    zone,
    formatValue,
    onZoom,
    theme: shownTheme,
    focusedId: props.focusedId ?? null,
    yMin: props.yMin,
    yMax: props.yMax,
    isBinary: props.isBinary ?? false,
    onHover: setHover,
  });

  const description = useMemo(() => describe(label, data), [label, data]);
  const exemplar = pinned ?? hover?.exemplar ?? null;
  return (
    <div
      className={styles['frame']}
      style={{ height }}
      onClick={() => setPinned(hover?.exemplar ?? null)}
      data-on-exemplar={hover?.exemplar ? true : undefined}
    >
      <div ref={container} role="img" aria-label={description} className={styles['plot']} />
      {exemplar ? (
        <ExemplarCard
          placed={exemplar}
          isPinned={pinned !== null}
          onClose={() => setPinned(null)}
          zone={zone}
          container={container}
        />
      ) : (
        hover && (
          <ChartTooltip
            hover={hover}
            data={data}
            hidden={hidden}
            zone={zone}
            theme={shownTheme}
            formatValue={props.formatValue}
            container={container}
          />
        )
      )}
    </div>
  );

  function describe(title: string, chart: ChartData): string {
    const first = chart.times[0];
    const last = chart.times.at(-1);
    if (first === undefined || last === undefined) return `${title}: no data`;
    const at = (seconds: number): string => formatDateTime(timestampMs(seconds * 1000), zone);
    return `${title}: ${chart.series.length} series from ${at(first)} to ${at(last)}`;
  }
}
