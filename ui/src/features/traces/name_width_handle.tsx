// SPDX-License-Identifier: Apache-2.0
import type { PointerEvent } from 'react';
import styles from './waterfall.module.css';

const narrowest = 140;
const widest = 900;

/** The border between names and bars; drag it, or move it with the arrow keys. */
export function NameWidthHandle({ width, onChange }: { width: number; onChange: (width: number) => void }) {
  const set = (next: number): void => onChange(Math.max(narrowest, Math.min(widest, next)));
  const drag = (event: PointerEvent<HTMLDivElement>): void => {
    const handle = event.currentTarget;
    const offset = width - event.clientX;
    handle.setPointerCapture(event.pointerId);
    const move = (moved: globalThis.PointerEvent): void => set(moved.clientX + offset);
    handle.addEventListener('pointermove', move);
    handle.addEventListener('pointerup', () => handle.removeEventListener('pointermove', move), { once: true });
  };
  return (
    <div
      role="separator"
      aria-orientation="vertical"
      aria-label="Width of the names"
      aria-valuenow={width}
      tabIndex={0}
      className={styles['handle']}
      onPointerDown={drag}
      onKeyDown={(event) => {
        if (event.key === 'ArrowLeft') set(width - 20);
        if (event.key === 'ArrowRight') set(width + 20);
      }}
    />
  );
}
