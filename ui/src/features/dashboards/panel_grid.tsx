// SPDX-License-Identifier: Apache-2.0
// The panels of a row on the grid of 24 columns; on a phone below each other. While editing they are
// moved by their grip and resized by their corner.
import { memo, useMemo, useRef, useState, type PointerEvent } from 'react';
import { gridColumns, heightOf, settle } from '@/model/dashboard/layout';
import type { GridPos, Panel } from '@/model/dashboard/types';
import { PanelFrame } from './panel_frame';
import { bandPx, cellPx, clamp, longGrid, placesOf, reachPx, useBand, useFirstTop, type Place } from './panel_places';
import { useBox, useNear } from './use_box';
import styles from './dashboards.module.css';

const narrowPx = 700;
/** What the place of a panel keeps free on its right and below: see .cell. */
const gapPx = 8;

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
  place: Place;
  isNarrow: boolean;
  /** Whether it is in view when the grid is first drawn. */
  isInView: boolean;
  /** Whether the grid makes only the places near the view. */
  isLong: boolean;
  onGrip?: (event: PointerEvent, kind: 'move' | 'resize') => void;
}

/** The place of a panel. Far from the view it stays empty: hundreds of panels cost what a screenful does. */
const Cell = memo(function Cell({ panel, place, isNarrow, isInView, isLong, onGrip }: CellProps) {
  const root = useRef<HTMLDivElement>(null);
  const isNear = useNear(root, isInView, isLong);
  const { left, top, width, height } = place;
  const size = { width: isNarrow ? width : width - gapPx, height: height - gapPx };
  return (
    <div
      ref={root}
      className={isNarrow ? undefined : styles['cell']}
      style={isNarrow ? { height, paddingBottom: gapPx } : { left, top, width, height }}
    >
      {isNear ? (
        <PanelFrame panel={panel} size={size} isInView={isInView} {...(onGrip ? { onGrip } : {})} />
      ) : (
        <section className={styles['far']} data-panel={panel.id} data-state="waiting" aria-label={panel.title} />
      )}
    </div>
  );
});

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
  const firstTop = useFirstTop(root);
  const [preview, setPreview] = useState<Panel[] | null>(null);
  const shown = preview ?? panels;
  const isNarrow = width > 0 && width < narrowPx;
  const columnPx = width / gridColumns;
  const places = useMemo(() => placesOf(shown, width, isNarrow), [shown, width, isNarrow]);
  const isLong = !isNarrow && panels.length > longGrid;
  const band = useBand(root, isLong);
  const isAround = ({ top, height }: Place): boolean =>
    !isLong || (top + height > band - reachPx && top < band + bandPx + window.innerHeight + reachPx);

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

  return (
    <div ref={root} className={styles['grid']} style={isNarrow ? undefined : { height: heightOf(shown) * cellPx }}>
      {width > 0 &&
        places.map(
          ([panel, place]) =>
            isAround(place) && (
              <Cell
                key={panel.id}
                panel={panel}
                place={place}
                isNarrow={isNarrow}
                isLong={isLong}
                isInView={firstTop + place.top < window.innerHeight && firstTop + place.top + place.height > 0}
                {...(onArrange && !isNarrow ? { onGrip: grip(panel) } : {})}
              />
            ),
        )}
    </div>
  );
}
