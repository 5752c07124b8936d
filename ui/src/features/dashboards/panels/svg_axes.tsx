// SPDX-License-Identifier: Apache-2.0
// Axes of the panels that are drawn as SVG.
import { shortNumber } from '@/base/number_format';
import { roundTicks } from '@/model/dashboard/view_graph';
import styles from './panels.module.css';

export const margin = { left: 52, right: 12, top: 8, bottom: 24 };

export interface Frame2d {
  x: (value: number) => number;
  y: (value: number) => number;
  ticksX: number[];
  ticksY: number[];
}

interface Size {
  width: number;
  height: number;
}

/** Places values in a box with room for its axes. */
export function frameOf(
  xs: readonly number[],
  ys: readonly number[],
  { width, height }: Size,
  isTime: boolean,
): Frame2d {
  const span = (values: readonly number[]): [number, number] => {
    const low = values.reduce((a, b) => Math.min(a, b), Infinity);
    const high = values.reduce((a, b) => Math.max(a, b), -Infinity);
    return Number.isFinite(low) ? [low, high > low ? high : low + 1] : [0, 1];
  };
  const [x0, x1] = span(xs);
  const [y0, y1] = span(ys);
  const w = width - margin.left - margin.right;
  const h = height - margin.top - margin.bottom;
  return {
    x: (value) => margin.left + ((value - x0) / (x1 - x0)) * w,
    y: (value) => margin.top + (1 - (value - y0) / (y1 - y0)) * h,
    ticksX: isTime ? [0.1, 0.3, 0.5, 0.7, 0.9].map((part) => x0 + (x1 - x0) * part) : roundTicks(x0, x1, w / 90),
    ticksY: roundTicks(y0, y1, h / 40),
  };
}

export function Axes({ frame, height, isTime }: { frame: Frame2d; height: number; isTime: boolean }) {
  return (
    <>
      {frame.ticksY.map((value) => (
        <text key={value} className={styles['axisText']} x={margin.left - 6} y={frame.y(value) + 4} textAnchor="end">
          {shortNumber(value)}
        </text>
      ))}
      {frame.ticksX.map((value) => (
        <text key={value} className={styles['axisText']} x={frame.x(value)} y={height - 6} textAnchor="middle">
          {isTime ? new Date(value).toLocaleTimeString('en-GB').slice(0, 5) : shortNumber(value)}
        </text>
      ))}
    </>
  );
}
