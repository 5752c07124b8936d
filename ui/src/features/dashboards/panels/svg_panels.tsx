// SPDX-License-Identifier: Apache-2.0
// Panels that few dashboards use: points of two columns, candles, flame graphs, places on a map.
import { useMemo } from 'react';
import { shortNumber } from '@/base/number_format';
import { candlesOf, flamesOf, pointSets } from '@/model/dashboard/view_graph';
import { useLook, type PanelProps } from './panel_props';
import styles from './panels.module.css';

const margin = { left: 52, right: 12, top: 8, bottom: 24 };

interface Frame2d {
  x: (value: number) => number;
  y: (value: number) => number;
  ticksX: number[];
  ticksY: number[];
}

function frameOf(xs: readonly number[], ys: readonly number[], width: number, height: number): Frame2d {
  const span = (values: readonly number[]): [number, number] => {
    const low = values.reduce((a, b) => Math.min(a, b), Infinity);
    const high = values.reduce((a, b) => Math.max(a, b), -Infinity);
    return Number.isFinite(low) ? [low, high > low ? high : low + 1] : [0, 1];
  };
  const [x0, x1] = span(xs);
  const [y0, y1] = span(ys);
  const w = width - margin.left - margin.right;
  const h = height - margin.top - margin.bottom;
  const ticks = (a: number, b: number): number[] => [0, 0.25, 0.5, 0.75, 1].map((part) => a + (b - a) * part);
  return {
    x: (value) => margin.left + ((value - x0) / (x1 - x0)) * w,
    y: (value) => margin.top + (1 - (value - y0) / (y1 - y0)) * h,
    ticksX: ticks(x0, x1),
    ticksY: ticks(y0, y1),
  };
}

function Axes({ frame, height, isTime }: { frame: Frame2d; height: number; isTime: boolean }) {
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

export function XyPanel({ panel, frames, width, height }: PanelProps) {
  const { coloring } = useLook();
  const { sets, xName } = useMemo(() => pointSets(frames), [frames]);
  const all = sets.flatMap((set) => set.points);
  const frame = frameOf(
    all.map((p) => p.x),
    all.map((p) => p.y),
    width,
    height,
  );
  return (
    <svg width={width} height={height} role="img" aria-label={`${panel.title}: ${all.length} points over ${xName}`}>
      <Axes frame={frame} height={height} isTime={all.length > 0 && (all[0]?.x ?? 0) > 1e12} />
      {sets.map((set, s) =>
        set.points.slice(0, 5000).map((point, i) => (
          <circle
            key={`${set.name} ${i}`}
            cx={frame.x(point.x)}
            cy={frame.y(point.y)}
            r={3}
            fill={coloring.palette(s)}
            fillOpacity={0.7}
          >
            <title>{`${set.name}\n${shortNumber(point.x)}, ${shortNumber(point.y)}`}</title>
          </circle>
        )),
      )}
    </svg>
  );
}

export function CandlestickPanel({ panel, frames, width, height }: PanelProps) {
  const candles = useMemo(() => candlesOf(frames).slice(-600), [frames]);
  const frame = frameOf(
    candles.map((one) => one.timeMs),
    candles.flatMap((one) => [one.low, one.high]),
    width,
    height,
  );
  const thick = Math.max(((width - margin.left - margin.right) / Math.max(candles.length, 1)) * 0.7, 1);
  return (
    <svg width={width} height={height} role="img" aria-label={`${panel.title}: ${candles.length} candles`}>
      <Axes frame={frame} height={height} isTime />
      {candles.map((one) => {
        const color = one.close >= one.open ? 'var(--good)' : 'var(--bad)';
        const top = frame.y(Math.max(one.open, one.close));
        return (
          <g key={one.timeMs} stroke={color} fill={color}>
            <line x1={frame.x(one.timeMs)} x2={frame.x(one.timeMs)} y1={frame.y(one.high)} y2={frame.y(one.low)} />
            <rect
              x={frame.x(one.timeMs) - thick / 2}
              y={top}
              width={thick}
              height={Math.max(frame.y(Math.min(one.open, one.close)) - top, 1)}
            />
          </g>
        );
      })}
    </svg>
  );
}

export function FlamePanel({ panel, frames, width }: PanelProps) {
  const { coloring } = useLook();
  const { flames, total } = useMemo(() => flamesOf(frames), [frames]);
  const depth = Math.max(...flames.map((one) => one.level), 0) + 1;
  return (
    <div className={styles['fill']}>
      <svg width={width} height={depth * 20} role="img" aria-label={`${panel.title}: flame graph`}>
        {flames
          .filter((one) => (one.size / total) * width > 0.6)
          .map((one, i) => (
            <g key={i} transform={`translate(${(one.from / total) * width} ${one.level * 20})`}>
              <rect
                width={Math.max((one.size / total) * width - 1, 0.5)}
                height={19}
                rx={2}
                fill={coloring.palette(one.label.length)}
                fillOpacity={0.75}
              >
                <title>{`${one.label}: ${((one.size / total) * 100).toFixed(1)} %`}</title>
              </rect>
              {(one.size / total) * width > one.label.length * 6 + 8 && (
                <text x={4} y={14} fontSize={11} fill="var(--text)">
                  {one.label}
                </text>
              )}
            </g>
          ))}
      </svg>
    </div>
  );
}
