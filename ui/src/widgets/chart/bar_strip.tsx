// SPDX-License-Identifier: Apache-2.0
// Stacked bars over time with a colour per series, such as lines per level. Dragging chooses a window.
import { useEffect, useRef, useState, type PointerEvent } from 'react';
import { timestampMs, type TimestampMs } from '@/base/brand';
import { groupDigits } from '@/base/number_format';
import { formatDateTime } from '@/base/time_format';
import type { ChartData } from '@/model/chart_data';
import { usePreferences } from '../preferences';
import { left, paint } from './bar_paint';
import styles from './bar_strip.module.css';

interface BarStripProps {
  data: ChartData;
  label: string;
  height: number;
  /** A CSS variable, such as "--bad". */
  color: (seriesId: string) => string;
  onZoom?: (from: TimestampMs, to: TimestampMs) => void;
}

export function BarStrip({ data, label, height, color, onZoom }: BarStripProps) {
  const canvas = useRef<HTMLCanvasElement>(null);
  const [at, setAt] = useState<number | null>(null);
  const [drag, setDrag] = useState<[number, number] | null>(null);
  const { zone, shownTheme } = usePreferences();

  useEffect(() => {
    const element = canvas.current;
    if (!element) return undefined;
    const draw = (): void => paint(element, data, color);
    draw();
    const observer = new ResizeObserver(draw);
    observer.observe(element);
    return () => observer.disconnect();
  }, [data, color, shownTheme]);

  const indexOf = (event: PointerEvent): number => {
    const box = event.currentTarget.getBoundingClientRect();
    const share = (event.clientX - box.left - left) / Math.max(1, box.width - left);
    return Math.max(0, Math.min(data.times.length - 1, Math.floor(share * data.times.length)));
  };
  const step = (data.times[1] ?? 0) - (data.times[0] ?? 0);
  const finish = (): void => {
    if (drag && onZoom) {
      const [a, b] = [Math.min(...drag), Math.max(...drag)];
      const from = data.times[a];
      const to = data.times[b];
      // A point of the matrix counts the step that ends with it.
      if (from !== undefined && to !== undefined) onZoom(timestampMs((from - step) * 1000), timestampMs(to * 1000));
    }
    setDrag(null);
  };
  const place = (index: number): string =>
    `calc(${left}px + (100% - ${left}px) * ${index / Math.max(1, data.times.length)})`;
  const time = at === null ? undefined : data.times[at];
  return (
    <div
      className={styles['strip']}
      style={{ height }}
      onPointerDown={(event) => {
        event.currentTarget.setPointerCapture(event.pointerId);
        setDrag([indexOf(event), indexOf(event)]);
      }}
      onPointerMove={(event) => {
        setAt(indexOf(event));
        if (drag) setDrag([drag[0], indexOf(event)]);
      }}
      onPointerUp={finish}
      onPointerLeave={() => setAt(null)}
    >
      <canvas ref={canvas} role="img" aria-label={label} />
      {drag && drag[0] !== drag[1] && (
        <div
          className={styles['brush']}
          style={{
            left: place(Math.min(...drag)),
            width: `calc((100% - ${left}px) * ${(Math.abs(drag[0] - drag[1]) + 1) / data.times.length})`,
          }}
        />
      )}
      {at !== null && time !== undefined && (
        <div className={styles['tip']} style={at > data.times.length / 2 ? { left: left + 6 } : { right: 6 }}>
          <div className={styles['tipTime']}>{formatDateTime(timestampMs(time * 1000), zone)}</div>
          {data.series
            .filter((one) => (one.values[at] ?? 0) > 0)
            .reverse()
            .map((one) => (
              <div key={one.id} className={styles['tipRow']}>
                <span className={styles['swatch']} style={{ background: `var(${color(one.id)})` }} />
                {one.name}
                <b>{groupDigits(String(one.values[at] ?? 0))}</b>
              </div>
            ))}
        </div>
      )}
    </div>
  );
}
