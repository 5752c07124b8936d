// SPDX-License-Identifier: Apache-2.0
// The panels of a row on the grid of 24 columns; on a phone below each other. While editing they are
// moved by their grip and resized by their corner.
import { useRef, useState, type CSSProperties, type PointerEvent } from 'react';
import { gridColumns, heightOf, settle } from '@/model/dashboard/layout';
import type { GridPos, Panel } from '@/model/dashboard/types';
import { PanelFrame } from './panel_frame';
import { useBox, useNear } from './use_box';
import styles from './dashboards.module.css';

const cellPx = 38;
const narrowPx = 700;

interface PanelGridProps {
  panels: readonly Panel[];
  /** New places after a panel was moved or resized. */
  onArrange?: ((panels: Panel[]) => void) | undefined;
}

interface Drag {
  id: number;
  kind: 'move' | 'resize';
  startX: number;
  startY: number;
  grid: GridPos;
}

interface CellProps {
  panel: Panel;
  style: CSSProperties;
  className?: string | undefined;
  onGrip?: (event: PointerEvent, kind: 'move' | 'resize') => void;
}

/** The place of a panel. Far from the view it stays empty: hundreds of panels cost what a screenful does. */
function Cell({ panel, style, className, onGrip }: CellProps) {
  const root = useRef<HTMLDivElement>(null);
  const isNear = useNear(root);
  return (
    <div ref={root} className={className} style={style}>
      {isNear ? (
        <PanelFrame panel={panel} {...(onGrip ? { onGrip } : {})} />
      ) : (
        <section className={styles['far']} data-panel={panel.id} data-state="waiting" aria-label={panel.title} />
      )}
    </div>
  );
}

const clamp = (value: number, low: number, high: number): number => Math.min(Math.max(value, low), high);

function dragged(drag: Drag, x: number, y: number, columnPx: number): GridPos {
  const dx = Math.round((x - drag.startX) / columnPx);
  const dy = Math.round((y - drag.startY) / cellPx);
  const { grid } = drag;
  if (drag.kind === 'resize')
    return { ...grid, w: clamp(grid.w + dx, 2, gridColumns - grid.x), h: Math.max(grid.h + dy, 2) };
  return { ...grid, x: clamp(grid.x + dx, 0, gridColumns - grid.w), y: Math.max(grid.y + dy, 0) };
}

export function PanelGrid({ panels, onArrange }: PanelGridProps) {
  const root = useRef<HTMLDivElement>(null);
  const { width } = useBox(root);
  const [preview, setPreview] = useState<Panel[] | null>(null);
  const shown = preview ?? panels;
  const isNarrow = width > 0 && width < narrowPx;
  const columnPx = width / gridColumns;

  const grip = (panel: Panel) => (event: PointerEvent, kind: 'move' | 'resize') => {
    if (!onArrange) return;
    event.preventDefault();
    const drag: Drag = { id: panel.id, kind, startX: event.clientX, startY: event.clientY, grid: panel.grid };
    let latest: Panel[] = [...panels];
    const move = (now: globalThis.PointerEvent): void => {
      const grid = dragged(drag, now.clientX, now.clientY, columnPx);
      latest = settle(
        panels.map((one) => (one.id === drag.id ? { ...one, grid } : one)),
        drag.id,
      );
      setPreview(latest);
    };
    const end = (): void => {
      window.removeEventListener('pointermove', move);
      window.removeEventListener('pointerup', end);
      setPreview(null);
      onArrange(latest);
    };
    window.addEventListener('pointermove', move);
    window.addEventListener('pointerup', end);
  };

  if (isNarrow) {
    return (
      <div ref={root} className={styles['grid']}>
        {[...shown]
          .sort((a, b) => a.grid.y - b.grid.y || a.grid.x - b.grid.x)
          .map((panel) => (
            <Cell
              key={panel.id}
              panel={panel}
              style={{ height: clamp(panel.grid.h * 34, 90, 420), paddingBottom: 8 }}
            />
          ))}
      </div>
    );
  }
  return (
    <div ref={root} className={styles['grid']} style={{ height: heightOf(shown) * cellPx }}>
      {width > 0 &&
        shown.map((panel) => (
          <Cell
            key={panel.id}
            panel={panel}
            className={styles['cell']}
            style={{
              left: panel.grid.x * columnPx,
              top: panel.grid.y * cellPx,
              width: panel.grid.w * columnPx,
              height: panel.grid.h * cellPx,
            }}
            {...(onArrange ? { onGrip: grip(panel) } : {})}
          />
        ))}
    </div>
  );
}
