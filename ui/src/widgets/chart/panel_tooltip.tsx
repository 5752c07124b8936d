// SPDX-License-Identifier: Apache-2.0
import { useLayoutEffect, useRef, useState, type RefObject } from 'react';
import { createPortal } from 'react-dom';
import { timestampMs } from '@/base/brand';
import { formatDateTime, type Zone } from '@/base/time_format';
import type { Plot } from '@/model/dashboard/view_series';
import type { PanelHover } from './panel_hover';
import styles from './chart.module.css';

interface PanelTooltipProps {
  hover: PanelHover;
  plot: Plot;
  hidden: ReadonlySet<string>;
  zone: Zone;
  container: RefObject<HTMLDivElement | null>;
  /** Texts of the annotations under the pointer. */
  notes: readonly string[];
}

const maxRows = 14;

/** Beside the pointer, above everything: small panels must not cut it off. */
export function PanelTooltip({ hover, plot, hidden, zone, container, notes }: PanelTooltipProps) {
  const box = useRef<HTMLDivElement>(null);
  const [size, setSize] = useState({ width: 260, height: 120 });
  useLayoutEffect(() => {
    const element = box.current;
    if (element && (element.offsetWidth !== size.width || element.offsetHeight !== size.height)) {
      setSize({ width: element.offsetWidth, height: element.offsetHeight });
    }
  });
  const origin = container.current?.getBoundingClientRect();
  const time = plot.times[hover.index];
  if (!origin || time === undefined) return null;
  const x = origin.left + hover.left;
  const y = origin.top + hover.top;
  const left = x + 16 + size.width > window.innerWidth - 8 ? Math.max(x - size.width - 16, 8) : x + 16;
  const top = Math.min(Math.max(y - 20, 8), Math.max(window.innerHeight - size.height - 8, 8));
  const all = plot.series
    .map((one, index) => ({ one, index, value: one.values[hover.index] ?? null }))
    .filter((row) => row.value !== null && row.one.inTooltip && !row.one.isHidden && !hidden.has(row.one.id));
  if (plot.tooltip.sort === 'desc') all.sort((a, b) => (b.value ?? 0) - (a.value ?? 0));
  if (plot.tooltip.sort === 'asc') all.sort((a, b) => (a.value ?? 0) - (b.value ?? 0));
  const isSingle = plot.tooltip.mode === 'single' && hover.nearest !== null;
  const rows = isSingle ? all.filter((row) => row.index === hover.nearest) : all;
  const at = rows.findIndex((row) => row.index === hover.nearest);
  const first = at >= maxRows ? Math.min(at - 2, rows.length - maxRows) : 0;
  return createPortal(
    <div ref={box} className={styles['tooltip']} style={{ position: 'fixed', left, top, maxWidth: 520 }} aria-hidden>
      <div className={styles['tooltipTime']}>{formatDateTime(timestampMs(time * 1000), zone)}</div>
      {notes.map((note, i) => (
        <div key={i} className={styles['tooltipNote']}>
          {note}
        </div>
      ))}
      {rows.slice(first, first + maxRows).map(({ one, index, value }) => (
        <div
          key={one.id}
          className={styles['tooltipRow']}
          data-nearest={(index === hover.nearest && !isSingle) || undefined}
        >
          <span className={styles['swatch']} style={{ background: one.color }} />
          <span className={styles['tooltipName']}>{one.name}</span>
          <span className={styles['tooltipValue']}>{one.format(value ?? 0)}</span>
        </div>
      ))}
      {rows.length === 0 && <div className={styles['tooltipMore']}>no value here</div>}
      {rows.length > maxRows && <div className={styles['tooltipMore']}>and {rows.length - maxRows} more series</div>}
    </div>,
    document.body,
  );
}
