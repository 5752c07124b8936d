// SPDX-License-Identifier: Apache-2.0
import { useMemo } from 'react';
import { text, texts, asObject } from '@/model/dashboard/json';
import { formatText } from '@/model/dashboard/units';
import { pieSlices, type PieSlice } from '@/model/dashboard/view_values';
import { legendSpec } from '@/model/dashboard/view_series';
import { useLook, type PanelProps } from './panel_props';
import styles from './panels.module.css';

function path(from: number, to: number, inner: number): string {
  const end = Math.min(to, from + 0.9999);
  const point = (part: number, radius: number): string => {
    const angle = part * Math.PI * 2 - Math.PI / 2;
    return `${(Math.cos(angle) * radius).toFixed(3)} ${(Math.sin(angle) * radius).toFixed(3)}`;
  };
  const large = end - from > 0.5 ? 1 : 0;
  return `M ${point(from, 48)} A 48 48 0 ${large} 1 ${point(end, 48)} L ${point(end, inner)} A ${inner} ${inner} 0 ${large} 0 ${point(from, inner)} Z`;
}

function legendText(slice: PieSlice, values: readonly string[]): string {
  const parts = [
    values.includes('value') ? slice.text : '',
    values.includes('percent') ? formatText(slice.share, 'percentunit', { decimals: 0 }) : '',
  ];
  return parts.filter((part) => part !== '').join(' · ');
}

export function PiePanel({ panel, frames, width, height }: PanelProps) {
  const { coloring, zone } = useLook();
  const slices = useMemo(
    () => pieSlices({ frames, options: panel.options, coloring, zone }),
    [frames, panel.options, coloring, zone],
  );
  const legend = legendSpec(panel.options);
  const values = texts(asObject(panel.options['legend'])['values']);
  const isSide = legend.isShown && width > height * 1.2;
  const size = Math.max(
    Math.min(isSide ? width * 0.55 : width, isSide || !legend.isShown ? height : height * 0.72) - 14,
    40,
  );
  let at = 0;
  return (
    <div className={isSide ? styles['side'] : styles['stack']} style={{ alignItems: 'center' }}>
      <svg
        viewBox="-50 -50 100 100"
        width={size}
        height={size}
        role="img"
        aria-label={panel.title}
        style={{ flex: 'none', margin: 6 }}
      >
        {slices.map((slice) => {
          const from = at;
          at += slice.share;
          return (
            <path
              key={slice.name}
              d={path(from, at, text(panel.options, 'pieType') === 'donut' ? 28 : 0.01)}
              fill={slice.color}
              stroke="var(--surface)"
              strokeWidth={0.6}
            >
              <title>{`${slice.name}: ${slice.text} (${formatText(slice.share, 'percentunit', { decimals: 1 })})`}</title>
            </path>
          );
        })}
      </svg>
      {legend.isShown && (
        <ul className={styles['legend']} style={isSide ? { maxHeight: height } : undefined}>
          {slices.map((slice) => (
            <li key={slice.name} className={styles['legendItem']}>
              <span className={styles['swatch']} style={{ background: slice.color, height: 11, borderRadius: 3 }} />
              <span className={styles['clip']}>{slice.name}</span>
              <span className={styles['calc']}>{legendText(slice, values.length > 0 ? values : ['percent'])}</span>
            </li>
          ))}
        </ul>
      )}
    </div>
  );
}
