// SPDX-License-Identifier: Apache-2.0
import { useMemo } from 'react';
import { text } from '@/model/dashboard/json';
import { textColor } from '@/model/dashboard/contrast';
import { inkOn, valueItems, type ValueItem } from '@/model/dashboard/view_values';
import { useLook, type PanelProps } from './panel_props';
import { Sparkline } from './stat_sparkline';
import { fieldLink } from './value_link';
import styles from './panels.module.css';

/** What the course takes of the height of its box. */
const graphShare = 0.36;

/** Columns and rows that give each of `count` boxes the most even shape. */
export function tiling(
  count: number,
  width: number,
  height: number,
  orientation: string,
): { columns: number; rows: number } {
  if (orientation === 'horizontal') return { columns: 1, rows: count };
  if (orientation === 'vertical') return { columns: count, rows: 1 };
  let best = { columns: count, rows: 1, score: Infinity };
  for (let columns = 1; columns <= count; columns++) {
    const rows = Math.ceil(count / columns);
    const ratio = width / columns / (height / rows);
    const score = Math.abs(Math.log(ratio / 2.2)) + (columns * rows - count) * 0.15;
    if (score < best.score) best = { columns, rows, score };
  }
  return best;
}

function StatItem({
  item,
  props,
  box,
}: {
  item: ValueItem;
  props: PanelProps;
  box: { width: number; height: number };
}) {
  const { panel, scope } = props;
  const { coloring } = useLook();
  const mode = text(panel.options, 'colorMode', 'value');
  const textMode = text(panel.options, 'textMode', 'auto');
  const isBackground = mode.startsWith('background');
  const isNamed =
    textMode === 'value_and_name' || textMode === 'name' || (textMode === 'auto' && props.frames.length > 1);
  const hasValue = textMode !== 'name' && textMode !== 'none';
  const color = mode === 'none' ? 'var(--text)' : textColor(item.shown.color, coloring.theme);
  const ink = isBackground ? inkOn(item.shown.color, coloring.theme) : color;
  const shown = hasValue ? item.text || '–' : item.name;
  const isGraph = text(panel.options, 'graphMode', 'area') === 'area' && box.height > 60;
  // The course stands below the words, never behind them.
  const wordsHeight = isGraph ? box.height * (1 - graphShare) : box.height;
  const size = Math.max(
    Math.min((box.width / Math.max(shown.length, 3)) * 1.55, wordsHeight * (isNamed ? 0.48 : 0.66), 72),
    12,
  );
  const link = fieldLink(item, scope);
  const body = (
    <>
      <div className={styles['statWords']}>
        {isNamed && hasValue && (
          <div
            className={styles['statName']}
            style={{ fontSize: Math.max(Math.min(size * 0.45, 16), 11), color: isBackground ? ink : 'var(--text-2)' }}
          >
            {item.name}
          </div>
        )}
        <div
          className={styles['statValue']}
          style={{ fontSize: size, color: ink }}
          title={`${item.name}: ${item.text}`}
        >
          {hasValue && item.text ? (
            <>
              {item.shown.prefix && <small>{item.shown.prefix}</small>}
              {item.shown.text}
              {item.shown.suffix && <small>{item.shown.suffix}</small>}
            </>
          ) : (
            shown
          )}
        </div>
      </div>
      {isGraph && (
        <Sparkline
          course={item.course}
          color={isBackground ? ink : mode === 'none' ? coloring.palette(0) : item.shown.color}
        />
      )}
    </>
  );
  const style = isBackground ? { background: item.shown.color } : undefined;
  return link ? (
    <a className={styles['stat']} style={style} href={link}>
      {body}
    </a>
  ) : (
    <div className={styles['stat']} style={style}>
      {body}
    </div>
  );
}

export function StatPanel(props: PanelProps) {
  const { panel, frames, width, height } = props;
  const { coloring, zone } = useLook();
  const items = useMemo(
    () => valueItems({ frames, options: panel.options, coloring, zone }),
    [frames, panel.options, coloring, zone],
  );
  const { columns, rows } = tiling(items.length, width, height, text(panel.options, 'orientation', 'auto'));
  const box = { width: width / columns - 8, height: height / rows - 8 };
  return (
    <div
      className={styles['stats']}
      style={{
        gridTemplateColumns: `repeat(${columns}, minmax(0, 1fr))`,
        gridTemplateRows: `repeat(${rows}, minmax(0, 1fr))`,
      }}
    >
      {items.map((item, i) => (
        <StatItem key={`${item.name} ${i}`} item={item} props={props} box={box} />
      ))}
    </div>
  );
}
