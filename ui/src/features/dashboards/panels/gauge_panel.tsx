// SPDX-License-Identifier: Apache-2.0
import { useMemo } from 'react';
import { namedColor, thresholdsOf } from '@/model/dashboard/colors';
import { textColor } from '@/model/dashboard/contrast';
import { flag, text } from '@/model/dashboard/json';
import { valueItems, type ValueItem } from '@/model/dashboard/view_values';
import { useLook, type PanelProps } from './panel_props';
import { tiling } from './stat_panel';
import styles from './panels.module.css';

const start = Math.PI * 0.8;
const sweep = Math.PI * 1.4;

/** An arc of the ring from one part of the range to another, parts from 0 to 1. */
function arc(from: number, to: number, radius: number): string {
  const point = (part: number): string => {
    const angle = start + sweep * Math.min(Math.max(part, 0), 1);
    return `${(Math.cos(angle) * radius).toFixed(2)} ${(Math.sin(angle) * radius).toFixed(2)}`;
  };
  const large = (to - from) * sweep > Math.PI ? 1 : 0;
  return `M ${point(from)} A ${radius} ${radius} 0 ${large} 1 ${point(to)}`;
}

function Ring({
  item,
  size,
  isMarked,
  isNamed,
}: {
  item: ValueItem;
  size: number;
  isMarked: boolean;
  isNamed: boolean;
}) {
  const { coloring } = useLook();
  const { min, max } =
    item.field.config['min'] === undefined && item.field.config['max'] === undefined
      ? { min: 0, max: Math.max(100, item.max) }
      : item;
  const part = item.shown.value === null ? 0 : (item.shown.value - min) / (max - min || 1);
  const { steps, isPercent } = thresholdsOf(item.field.config);
  const place = (value: number): number => (isPercent ? value / 100 : (value - min) / (max - min || 1));
  return (
    <div className={styles['stat']}>
      <svg
        viewBox="-52 -50 104 88"
        width={size}
        height={size * 0.84}
        role="img"
        aria-label={`${item.name}: ${item.text}`}
      >
        <path d={arc(0, 1, 40)} fill="none" stroke="var(--surface-3)" strokeWidth={9} />
        {part > 0 && <path d={arc(0, Math.min(part, 1), 40)} fill="none" stroke={item.shown.color} strokeWidth={9} />}
        {isMarked &&
          steps.map((step, i) => {
            const from = step.value === null ? 0 : place(step.value);
            const next = steps[i + 1]?.value;
            const to = next === null || next === undefined ? 1 : place(next);
            return to > from && from < 1 ? (
              <path
                key={i}
                d={arc(Math.max(from, 0), Math.min(to, 1), 47)}
                fill="none"
                stroke={namedColor(step.color, coloring.theme)}
                strokeWidth={2}
              />
            ) : null;
          })}
        <text
          textAnchor="middle"
          y={8}
          fill={textColor(item.shown.color, coloring.theme)}
          fontSize={Math.min(19, 96 / Math.max(item.text.length, 4))}
          fontWeight={650}
        >
          {item.text || '–'}
        </text>
      </svg>
      {isNamed && <div className={styles['statName']}>{item.name}</div>}
    </div>
  );
}

export function GaugePanel({ panel, frames, width, height }: PanelProps) {
  const { coloring, zone } = useLook();
  const items = useMemo(
    () => valueItems({ frames, options: panel.options, coloring, zone }),
    [frames, panel.options, coloring, zone],
  );
  const { columns, rows } = tiling(
    items.length,
    width / 1.7,
    height,
    text(panel.options, 'orientation') === 'vertical' ? 'horizontal' : 'auto',
  );
  const isNamed = items.length > 1 && height / rows > 90;
  const size = Math.max(Math.min(width / columns - 14, (height / rows - (isNamed ? 30 : 14)) / 0.84), 40);
  return (
    <div
      className={styles['stats']}
      style={{
        gridTemplateColumns: `repeat(${columns}, minmax(0, 1fr))`,
        gridTemplateRows: `repeat(${rows}, minmax(0, 1fr))`,
      }}
    >
      {items.map((item, i) => (
        <Ring
          key={`${item.name} ${i}`}
          item={item}
          size={size}
          isNamed={isNamed}
          isMarked={flag(panel.options, 'showThresholdMarkers', true)}
        />
      ))}
    </div>
  );
}
