// SPDX-License-Identifier: Apache-2.0
// Panels that few dashboards use: points of two columns, and flame graphs.
import { useMemo } from 'react';
import { shortNumber } from '@/base/number_format';
import { flamesOf, pointSets } from '@/model/dashboard/view_graph';
import { useLook, type PanelProps } from './panel_props';
import { Axes, frameOf } from './svg_axes';
import styles from './panels.module.css';

export function XyPanel({ panel, frames, width, height }: PanelProps) {
  const { coloring } = useLook();
  const { sets, xName } = useMemo(() => pointSets(frames), [frames]);
  const all = sets.flatMap((set) => set.points);
  const isTime = (all[0]?.x ?? 0) > 1e12;
  const frame = frameOf(
    all.map((p) => p.x),
    all.map((p) => p.y),
    { width, height },
    isTime,
  );
  return (
    <svg width={width} height={height} role="img" aria-label={`${panel.title}: ${all.length} points over ${xName}`}>
      <Axes frame={frame} height={height} isTime={isTime} />
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
