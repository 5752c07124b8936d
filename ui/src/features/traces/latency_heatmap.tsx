// SPDX-License-Identifier: Apache-2.0
// All spans that match a search, not only those of the traces listed, counted by time and duration. A box
// drawn over them keeps only what is inside.
import { useQuery } from '@tanstack/react-query';
import { useCallback, useMemo, useState } from 'react';
import type { Window } from '@/api/queries';
import { traceMetricsQuery } from '@/api/trace_queries';
import { humanDuration } from '@/base/duration';
import { plural } from '@/base/number_format';
import { latencyCells, type LatencyCell } from '@/model/latency_cells';
import { Failure, Skeleton } from '@/widgets/states';
import { BrushArea } from './brush_area';
import { boxOf, paintGrid, Scale, type LatencyBox } from './scatter_scale';
import styles from './traces.module.css';

interface HeatmapProps {
  query: string;
  window: Window;
  fromMs: number;
  toMs: number;
  onBox: (box: LatencyBox) => void;
}

interface Size {
  width: number;
  height: number;
}

function paintCells(canvas: HTMLCanvasElement, cells: readonly LatencyCell[], scale: Scale): void {
  const context = paintGrid(canvas, scale);
  if (!context) return;
  const most = cells.reduce((max, cell) => Math.max(max, cell.count), 1);
  context.fillStyle = getComputedStyle(canvas).getPropertyValue('--accent');
  for (const cell of cells) {
    const x = scale.x(cell.fromMs);
    const y = scale.y(cell.maxMs);
    context.globalAlpha = 0.16 + 0.84 * (Math.log1p(cell.count) / Math.log1p(most));
    context.fillRect(x, y, Math.max(scale.x(cell.toMs) - x - 1, 1), Math.max(scale.y(cell.minMs) - y - 1, 1));
  }
  context.globalAlpha = 1;
}

export function LatencyHeatmap({ query, window, fromMs, toMs, onBox }: HeatmapProps) {
  const stepSeconds = Math.max(1, Math.ceil((window.end - window.start) / 120));
  const counts = useQuery(traceMetricsQuery(`${query} | histogram_over_time(duration)`, window, stepSeconds));
  const cells = useMemo(() => latencyCells(counts.data ?? {}, stepSeconds * 1000), [counts.data, stepSeconds]);
  const [hovered, setHovered] = useState<LatencyCell | null>(null);
  const scaleOf = useCallback(
    (size: Size) =>
      new Scale(
        cells.flatMap((cell) => [cell.minMs, cell.maxMs]),
        fromMs,
        toMs,
        size.width,
        size.height,
        1e-6,
      ),
    [cells, fromMs, toMs],
  );
  const draw = useCallback(
    (canvas: HTMLCanvasElement) =>
      paintCells(canvas, cells, scaleOf({ width: canvas.clientWidth, height: canvas.clientHeight })),
    [cells, scaleOf],
  );
  if (counts.isPending) return <Skeleton lines={6} />;
  if (counts.isError) {
    return <Failure what="The heatmap" error={counts.error} onRetry={() => void counts.refetch()} />;
  }
  const total = cells.reduce((sum, cell) => sum + cell.count, 0);
  return (
    <>
      <BrushArea
        label={`${plural(total, 'span')} by start and duration`}
        draw={draw}
        onBox={(a, b, size) => onBox(boxOf(scaleOf(size), a, b))}
        onHover={(at, size) => {
          const scale = scaleOf(size);
          const [time, duration] = at ? [scale.timeAt(at.x), scale.durationAt(at.y)] : [NaN, NaN];
          setHovered(
            cells.find(
              (cell) => time >= cell.fromMs && time < cell.toMs && duration > cell.minMs && duration <= cell.maxMs,
            ) ?? null,
          );
        }}
      />
      <p className={styles['heatmapNote']}>
        {hovered
          ? `${plural(hovered.count, 'span')} of ${humanDuration(hovered.minMs)} to ${humanDuration(hovered.maxMs)}`
          : `${plural(total, 'span')} match. Draw a box to search inside it.`}
      </p>
    </>
  );
}
