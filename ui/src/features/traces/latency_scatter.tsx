// SPDX-License-Identifier: Apache-2.0
// The traces found, by start and duration. A box drawn over them keeps only those inside; a click opens
// the nearest one.
import { useEffect, useRef, useState, type PointerEvent } from 'react';
import type { TraceRow } from '@/model/trace_rows';
import { usePreferences } from '@/widgets/preferences';
import { nearest, paint, Scale, type Point } from './scatter_scale';
import styles from './traces.module.css';

interface ScatterProps {
  rows: readonly TraceRow[];
  fromMs: number;
  toMs: number;
  onOpen: (row: TraceRow) => void;
  onBox: (box: { fromMs: number; toMs: number; minMs: number; maxMs: number }) => void;
}

export function LatencyScatter({ rows, fromMs, toMs, onOpen, onBox }: ScatterProps) {
  const canvas = useRef<HTMLCanvasElement>(null);
  const [box, setBox] = useState<[Point, Point] | null>(null);
  const theme = usePreferences((p) => p.shownTheme);
  const scale = (): Scale => {
    const { clientWidth = 600, clientHeight = 190 } = canvas.current ?? {};
    return new Scale(rows, fromMs, toMs, clientWidth, clientHeight);
  };
  useEffect(() => {
    const draw = (): void => {
      if (canvas.current) paint(canvas.current, rows, scale());
    };
    draw();
    const observer = new ResizeObserver(draw);
    if (canvas.current) observer.observe(canvas.current);
    return () => observer.disconnect();
    // The scale is made from these.
    // eslint-disable-next-line react-hooks/exhaustive-deps
  }, [rows, fromMs, toMs, theme]);

  const pointOf = (event: PointerEvent): Point => {
    const area = event.currentTarget.getBoundingClientRect();
    return { x: event.clientX - area.left, y: event.clientY - area.top };
  };
  const finish = (): void => {
    if (!box) return;
    const [a, b] = box;
    const at = scale();
    setBox(null);
    if (Math.abs(a.x - b.x) < 5 && Math.abs(a.y - b.y) < 5) {
      const near = nearest(rows, at, a);
      if (near) onOpen(near);
      return;
    }
    onBox({
      fromMs: at.timeAt(Math.min(a.x, b.x)),
      toMs: at.timeAt(Math.max(a.x, b.x)),
      minMs: at.durationAt(Math.max(a.y, b.y)),
      maxMs: at.durationAt(Math.min(a.y, b.y)),
    });
  };
  return (
    <div className={styles['scatter']}>
      <canvas
        ref={canvas}
        role="img"
        aria-label={`${rows.length} traces by start and duration; the table below lists them`}
        onPointerDown={(event) => {
          event.currentTarget.setPointerCapture(event.pointerId);
          setBox([pointOf(event), pointOf(event)]);
        }}
        onPointerMove={(event) => box && setBox([box[0], pointOf(event)])}
        onPointerUp={finish}
        onPointerCancel={() => setBox(null)}
      />
      {box && (
        <div
          className={styles['brush']}
          style={{
            left: Math.min(box[0].x, box[1].x),
            top: Math.min(box[0].y, box[1].y),
            width: Math.abs(box[0].x - box[1].x),
            height: Math.abs(box[0].y - box[1].y),
          }}
        />
      )}
    </div>
  );
}
