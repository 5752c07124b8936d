// SPDX-License-Identifier: Apache-2.0
// A canvas on which a box can be drawn; a click without moving is told apart.
import { useEffect, useRef, useState, type PointerEvent } from 'react';
import { usePreferences } from '@/widgets/preferences';
import type { Point } from './scatter_scale';
import styles from './traces.module.css';

interface BrushAreaProps {
  label: string;
  /** Draws everything; a new function draws again, as do another size and another theme. */
  draw: (canvas: HTMLCanvasElement) => void;
  onBox: (a: Point, b: Point, size: { width: number; height: number }) => void;
  onClick?: (at: Point, size: { width: number; height: number }) => void;
  onHover?: (at: Point | null, size: { width: number; height: number }) => void;
}

export function BrushArea({ label, draw, onBox, onClick, onHover }: BrushAreaProps) {
  const canvas = useRef<HTMLCanvasElement>(null);
  const [box, setBox] = useState<[Point, Point] | null>(null);
  const theme = usePreferences((p) => p.shownTheme);
  useEffect(() => {
    const element = canvas.current;
    if (!element) return;
    const again = (): void => draw(element);
    again();
    const observer = new ResizeObserver(again);
    observer.observe(element);
    return () => observer.disconnect();
  }, [draw, theme]);

  const pointOf = (event: PointerEvent): Point => {
    const area = event.currentTarget.getBoundingClientRect();
    return { x: event.clientX - area.left, y: event.clientY - area.top };
  };
  const size = (): { width: number; height: number } => {
    const { clientWidth = 600, clientHeight = 190 } = canvas.current ?? {};
    return { width: clientWidth, height: clientHeight };
  };
  const finish = (): void => {
    if (!box) return;
    const [a, b] = box;
    setBox(null);
    if (Math.abs(a.x - b.x) >= 5 || Math.abs(a.y - b.y) >= 5) onBox(a, b, size());
    else onClick?.(a, size());
  };
  return (
    <div className={styles['scatter']}>
      <canvas
        ref={canvas}
        role="img"
        aria-label={label}
        onPointerDown={(event) => {
          event.currentTarget.setPointerCapture(event.pointerId);
          setBox([pointOf(event), pointOf(event)]);
        }}
        onPointerMove={(event) => {
          if (box) setBox([box[0], pointOf(event)]);
          onHover?.(pointOf(event), size());
        }}
        onPointerLeave={(event) => onHover?.(null, { width: event.width, height: event.height })}
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
