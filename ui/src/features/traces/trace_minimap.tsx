// SPDX-License-Identifier: Apache-2.0
// The whole trace in a strip. Dragging over it chooses what the waterfall shows.
import { useEffect, useRef, useState, type PointerEvent } from 'react';
import type { Trace } from '@/model/trace';
import { usePreferences } from '@/widgets/preferences';
import type { ServiceColors } from './trace_colors';
import type { ViewWindow } from './waterfall';
import styles from './traces.module.css';

const height = 58;

interface MinimapProps {
  trace: Trace;
  view: ViewWindow;
  colors: ServiceColors;
  onView: (view: ViewWindow) => void;
}

export function TraceMinimap({ trace, view, colors, onView }: MinimapProps) {
  const canvas = useRef<HTMLCanvasElement>(null);
  const [drag, setDrag] = useState<[number, number] | null>(null);
  const theme = usePreferences((p) => p.shownTheme);
  const total = trace.durationUs || 1;

  useEffect(() => {
    const draw = (): void => {
      if (canvas.current) paint(canvas.current, trace, colors);
    };
    draw();
    const observer = new ResizeObserver(draw);
    if (canvas.current) observer.observe(canvas.current);
    return () => observer.disconnect();
  }, [trace, colors, theme]);

  const at = (event: PointerEvent): number => {
    const box = event.currentTarget.getBoundingClientRect();
    return Math.max(0, Math.min(1, (event.clientX - box.left) / box.width));
  };
  const finish = (): void => {
    if (drag) {
      const [a, b] = [Math.min(...drag), Math.max(...drag)];
      onView(b - a < 0.002 ? { fromUs: 0, toUs: total } : { fromUs: a * total, toUs: b * total });
    }
    setDrag(null);
  };
  const [from, to] = drag ? [Math.min(...drag), Math.max(...drag)] : [view.fromUs / total, view.toUs / total];
  return (
    <div
      className={styles['minimap']}
      style={{ height }}
      onPointerDown={(event) => {
        event.currentTarget.setPointerCapture(event.pointerId);
        setDrag([at(event), at(event)]);
      }}
      onPointerMove={(event) => drag && setDrag([drag[0], at(event)])}
      onPointerUp={finish}
      onPointerCancel={() => setDrag(null)}
      role="img"
      aria-label="The whole trace; drag to look at a part, click to see all of it"
    >
      <canvas ref={canvas} className={styles['minimapCanvas']} />
      <div className={styles['shade']} style={{ left: 0, width: `${from * 100}%` }} />
      <div className={styles['shade']} style={{ left: `${to * 100}%`, right: 0 }} />
    </div>
  );
}

function paint(canvas: HTMLCanvasElement, trace: Trace, colors: ServiceColors): void {
  const scale = window.devicePixelRatio || 1;
  const width = canvas.clientWidth;
  canvas.width = width * scale;
  canvas.height = height * scale;
  const context = canvas.getContext('2d');
  if (!context) return;
  context.scale(scale, scale);
  const rows = Math.max(trace.spans.length, 8);
  const rowHeight = Math.max(1, Math.min(4, (height - 6) / rows));
  const perUs = width / (trace.durationUs || 1);
  // Several spans share a pixel row of a large trace: each is drawn once per row and place.
  const drawn = new Set<number>();
  let service = '';
  trace.spans.forEach((span, index) => {
    const y = Math.floor(3 + (index / rows) * (height - 6));
    const x = Math.floor(span.startUs * perUs);
    const w = Math.max(1, span.durationUs * perUs);
    const key = ((y << 11) | Math.min(x, 2047)) * 2048 + Math.min(Math.round(w), 2047);
    if (drawn.has(key)) return;
    drawn.add(key);
    if (service !== span.service) {
      service = span.service;
      context.fillStyle = colors(service);
    }
    context.fillRect(x, y, w, rowHeight);
  });
}
