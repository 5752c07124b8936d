// SPDX-License-Identifier: Apache-2.0
// Where panels stand once repeats are carried out: rows and panels of a variable are copied once a
// value, each copy with its value in `scope`, and what follows moves down.
import { valuesOf, type Bound } from './interpolate';
import type { Panel, Row } from './types';

export const gridColumns = 24;

const repeatsMax = 200;

function valuesFor(name: string, bound: ReadonlyMap<string, Bound>): string[] {
  const known = bound.get(name);
  return known ? valuesOf(known).values.slice(0, repeatsMax) : [];
}

function copiesOf(panel: Panel, values: readonly string[], y: number): { copies: Panel[]; bottom: number } {
  const name = panel.repeat ?? '';
  const isRow = panel.repeatDirection === 'h';
  const perRow = Math.min(values.length, Math.max(panel.maxPerRow, 1));
  const w = isRow ? Math.max(Math.floor(gridColumns / perRow), 1) : panel.grid.w;
  const copies = values.map((value, i): Panel => {
    const grid = isRow
      ? { x: (i % perRow) * w, y: y + Math.floor(i / perRow) * panel.grid.h, w, h: panel.grid.h }
      : { ...panel.grid, y: y + i * panel.grid.h };
    return {
      ...panel,
      grid,
      repeat: null,
      id: i === 0 ? panel.id : panel.id * 1000 + i,
      scope: { ...panel.scope, [name]: [value] },
    };
  });
  const lines = isRow ? Math.ceil(values.length / perRow) : values.length;
  return { copies, bottom: y + lines * panel.grid.h };
}

function repeatPanels(panels: readonly Panel[], bound: ReadonlyMap<string, Bound>): Panel[] {
  const out: Panel[] = [];
  let shift = 0;
  for (const panel of panels) {
    const values = panel.repeat ? valuesFor(panel.repeat, bound) : [];
    const grid = { ...panel.grid, y: panel.grid.y + shift };
    if (values.length === 0) {
      out.push({ ...panel, grid });
      continue;
    }
    const { copies, bottom } = copiesOf(panel, values, grid.y);
    out.push(...copies);
    shift += Math.max(bottom - (grid.y + panel.grid.h), 0);
  }
  return out;
}

/** Rows begin at y = 0 each: their places count from their own top. */
function fromOwnTop(panels: readonly Panel[]): Panel[] {
  const top = Math.min(...panels.map((panel) => panel.grid.y), Infinity);
  return panels.map((panel) => ({
    ...panel,
    grid: { ...panel.grid, y: panel.grid.y - (Number.isFinite(top) ? top : 0) },
  }));
}

export function layOut(rows: readonly Row[], bound: ReadonlyMap<string, Bound>): Row[] {
  return rows.flatMap((row): Row[] => {
    const values = row.repeat ? valuesFor(row.repeat, bound) : [];
    const name = row.repeat ?? '';
    const copies =
      values.length === 0
        ? [row]
        : values.map((value, i): Row => {
            const scope = { [name]: [value] };
            const panels = row.panels.map((panel) => ({
              ...panel,
              id: i === 0 ? panel.id : panel.id * 1000 + i,
              scope: { ...panel.scope, ...scope },
            }));
            return { ...row, id: i === 0 ? row.id : row.id * 1000 + i, repeat: null, scope, panels };
          });
    return copies.map((copy) => {
      const inner = copy.scope[name]
        ? new Map(bound).set(name, narrowed(bound.get(name) as Bound, copy.scope[name]))
        : bound;
      return { ...copy, panels: repeatPanels(fromOwnTop(copy.panels), inner) };
    });
  });
}

/** A bound variable that a repeat fixed to one value. */
export const narrowed = (bound: Bound, value: string[]): Bound => ({ ...bound, value });

export function heightOf(panels: readonly Panel[]): number {
  return Math.max(0, ...panels.map((panel) => panel.grid.y + panel.grid.h));
}

/** Moves panels down until none overlaps the one that was moved, then up as far as there is room. */
export function settle(panels: readonly Panel[], movedId: number): Panel[] {
  const moved = panels.find((panel) => panel.id === movedId);
  const order = panels
    .filter((panel) => panel.id !== movedId)
    .sort((a, b) => a.grid.y - b.grid.y || a.grid.x - b.grid.x);
  const placed: Panel[] = moved ? [moved] : [];
  const hits = (a: Panel['grid'], b: Panel['grid']): boolean =>
    a.x < b.x + b.w && b.x < a.x + a.w && a.y < b.y + b.h && b.y < a.y + a.h;
  for (const panel of order) {
    let grid = panel.grid;
    for (
      let other = placed.find((one) => hits(one.grid, grid));
      other;
      other = placed.find((one) => hits(one.grid, grid))
    ) {
      grid = { ...grid, y: other.grid.y + other.grid.h };
    }
    placed.push({ ...panel, grid });
  }
  return placed.sort((a, b) => a.grid.y - b.grid.y || a.grid.x - b.grid.x);
}
