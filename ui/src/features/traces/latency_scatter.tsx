// SPDX-License-Identifier: Apache-2.0
// The traces found, by start and duration. A box drawn over them keeps only those inside; a click opens
// the nearest one.
import { useCallback } from 'react';
import type { TraceRow } from '@/model/trace_rows';
import { BrushArea } from './brush_area';
import { boxOf, nearest, paint, Scale, type LatencyBox } from './scatter_scale';

interface ScatterProps {
  rows: readonly TraceRow[];
  fromMs: number;
  toMs: number;
  onOpen: (row: TraceRow) => void;
  onBox: (box: LatencyBox) => void;
}

export function LatencyScatter({ rows, fromMs, toMs, onOpen, onBox }: ScatterProps) {
  const scaleOf = useCallback(
    (size: { width: number; height: number }): Scale => {
      const durations = rows.map((row) => row.durationMs);
      return new Scale(durations, fromMs, toMs, size.width, size.height);
    },
    [rows, fromMs, toMs],
  );
  const draw = useCallback(
    (canvas: HTMLCanvasElement) =>
      paint(canvas, rows, scaleOf({ width: canvas.clientWidth, height: canvas.clientHeight })),
    [rows, scaleOf],
  );
  return (
    <BrushArea
      label={`${rows.length} traces by start and duration; the table below lists them`}
      draw={draw}
      onClick={(at, size) => {
        const near = nearest(rows, scaleOf(size), at);
        if (near) onOpen(near);
      }}
      onBox={(a, b, size) => onBox(boxOf(scaleOf(size), a, b))}
    />
  );
}
