// SPDX-License-Identifier: Apache-2.0
import { useEffect, useMemo, useRef, useState } from 'react';
import { timestampMs } from '@/base/brand';
import { formatClock, formatDateTime } from '@/base/time_format';
import { heatmapOf, timeTicks, type HeatmapView } from '@/model/dashboard/view_states';
import { useLook, type PanelProps } from './panel_props';
import styles from './panels.module.css';

const bottom = 22;

function draw(
  canvas: HTMLCanvasElement,
  view: HeatmapView,
  from: number,
  to: number,
  width: number,
  height: number,
): void {
  const scale = devicePixelRatio;
  canvas.width = width * scale;
  canvas.height = height * scale;
  const ctx = canvas.getContext('2d');
  if (!ctx) return;
  ctx.scale(scale, scale);
  const rowHeight = height / Math.max(view.rows.length, 1);
  const cell = Math.max((view.stepMs / (to - from)) * width, 1);
  view.rows.forEach((row, r) => {
    row.values.forEach((value, i) => {
      if (!value) return;
      const x = (((view.timesMs[i] ?? 0) - from) / (to - from)) * width;
      ctx.fillStyle = view.colorOf(value);
      ctx.fillRect(
        x,
        height - (r + 1) * rowHeight,
        Math.max(cell - (cell > 4 ? 1 : 0), 1),
        Math.max(rowHeight - (rowHeight > 5 ? 1 : 0), 1),
      );
    });
  });
}

export function HeatmapPanel({ panel, frames, window, width, height }: PanelProps) {
  const { coloring, zone } = useLook();
  const canvas = useRef<HTMLCanvasElement>(null);
  const [hint, setHint] = useState('');
  const view = useMemo(() => heatmapOf(frames, panel.options, coloring), [frames, panel.options, coloring]);
  const gutter = Math.min(Math.max(...view.rows.map((row) => row.label.length), 3) * 7 + 12, 110);
  const inner = { width: Math.max(width - gutter - 10, 50), height: Math.max(height - bottom - 6, 30) };
  useEffect(() => {
    if (canvas.current) draw(canvas.current, view, window.fromMs, window.toMs, inner.width, inner.height);
  }, [view, window.fromMs, window.toMs, inner.width, inner.height]);
  const every = Math.ceil(view.rows.length / Math.max(Math.floor(inner.height / 18), 1));
  const ticks = timeTicks(window.fromMs, window.toMs, Math.floor(inner.width / 120));
  const look = (x: number, y: number): void => {
    const at = window.fromMs + (x / inner.width) * (window.toMs - window.fromMs);
    const column = view.timesMs.findIndex((time) => at >= time && at < time + view.stepMs);
    const row = view.rows[Math.floor(((inner.height - y) / inner.height) * view.rows.length)];
    const value = row?.values[column];
    setHint(
      row && column >= 0
        ? `${formatDateTime(timestampMs(view.timesMs[column] ?? 0), zone)}\n${row.label}: ${view.format(value ?? 0)}`
        : '',
    );
  };
  return (
    <div style={{ position: 'relative', width, height }}>
      {view.rows.map((row, i) =>
        i % every === 0 ? (
          <span
            key={row.label + String(i)}
            className={styles['muted']}
            style={{
              position: 'absolute',
              right: width - gutter + 4,
              top: 6 + inner.height - (i + 0.5) * (inner.height / view.rows.length) - 8,
              fontSize: 11,
            }}
          >
            {row.label}
          </span>
        ) : null,
      )}
      <canvas
        ref={canvas}
        title={hint}
        role="img"
        aria-label={`${panel.title}: heat map of ${view.rows.length} buckets`}
        style={{ position: 'absolute', left: gutter, top: 6, width: inner.width, height: inner.height }}
        onMouseMove={(event) => look(event.nativeEvent.offsetX, event.nativeEvent.offsetY)}
      />
      <div
        className={styles['axis']}
        style={{ position: 'absolute', left: gutter, right: 0, bottom: 0, padding: '0 0 2px' }}
      >
        {ticks.map((ms) => (
          <span key={ms}>{formatClock(timestampMs(ms), zone).slice(0, 5)}</span>
        ))}
      </div>
    </div>
  );
}
