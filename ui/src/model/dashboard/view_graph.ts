// SPDX-License-Identifier: Apache-2.0
// Frames as a graph of nodes and edges, as points of two columns, as candles, as a flame graph.
import { displayName, type Field, type Frame } from './frame';
import { unitOf } from './field_config';
import { formatText } from './units';

export interface GraphNode {
  id: string;
  title: string;
  stat: string;
  color: string | null;
  column: number;
  row: number;
  rows: number;
}

export interface GraphEdge {
  source: string;
  target: string;
  stat: string;
}

const find = (of: Frame, ...names: string[]): Field | undefined =>
  of.fields.find((one) => names.includes(one.name.toLowerCase()));

function statText(one: Field | undefined, row: number): string {
  const value = one?.values[row];
  return typeof value === 'number' ? formatText(value, one ? unitOf(one) : '') : String(value ?? '');
}

/** Longest way from a start, with a bound for cycles. */
function columnsOf(ids: readonly string[], edges: readonly GraphEdge[]): Map<string, number> {
  const column = new Map(ids.map((id) => [id, 0]));
  for (let round = 0; round < Math.min(ids.length, 12); round++) {
    let moved = false;
    for (const { source, target } of edges) {
      const wanted = (column.get(source) ?? 0) + 1;
      if (source !== target && wanted > (column.get(target) ?? 0) && wanted < 12) {
        column.set(target, wanted);
        moved = true;
      }
    }
    if (!moved) break;
  }
  const used = [...new Set(column.values())].sort((a, b) => a - b);
  return new Map([...column].map(([id, at]) => [id, used.indexOf(at)]));
}

export function graphOf(frames: readonly Frame[]): { nodes: GraphNode[]; edges: GraphEdge[] } {
  const edgeFrame = frames.find((of) => find(of, 'source') && find(of, 'target'));
  const nodeFrame = frames.find((of) => of !== edgeFrame && find(of, 'id'));
  const source = edgeFrame && find(edgeFrame, 'source');
  const target = edgeFrame && find(edgeFrame, 'target');
  const edges = (source?.values ?? []).map((from, row): GraphEdge => ({
    source: String(from),
    target: String(target?.values[row] ?? ''),
    stat: edgeFrame ? statText(find(edgeFrame, 'mainstat', 'mainStat'.toLowerCase()), row) : '',
  }));
  const known = nodeFrame ? (find(nodeFrame, 'id')?.values ?? []).map(String) : [];
  const ids = [...new Set([...known, ...edges.flatMap((one) => [one.source, one.target])])].slice(0, 300);
  const column = columnsOf(ids, edges);
  const counts = new Map<number, number>();
  const placed = ids.map((id) => {
    const at = column.get(id) ?? 0;
    const row = counts.get(at) ?? 0;
    counts.set(at, row + 1);
    return { id, at, row };
  });
  const nodes = placed.map(({ id, at, row }): GraphNode => {
    const index = known.indexOf(id);
    const title = nodeFrame && index >= 0 ? find(nodeFrame, 'title')?.values[index] : id;
    const stat = nodeFrame && index >= 0 ? statText(find(nodeFrame, 'mainstat'), index) : '';
    const color = nodeFrame && index >= 0 ? find(nodeFrame, 'color')?.values[index] : null;
    return {
      id,
      title: String(title ?? id),
      stat,
      color: typeof color === 'string' ? color : null,
      column: at,
      row,
      rows: counts.get(at) ?? 1,
    };
  });
  return { nodes, edges };
}

export interface PointSet {
  name: string;
  points: { x: number; y: number }[];
}

/** The first numeric column across, every other one up. */
export function pointSets(frames: readonly Frame[]): { sets: PointSet[]; xName: string } {
  const sets: PointSet[] = [];
  let xName = '';
  for (const of of frames) {
    const numbers = of.fields.filter((one) => one.type === 'number');
    const x = numbers.length > 1 ? numbers[0] : of.fields.find((one) => one.type === 'time');
    if (!x) continue;
    xName ||= displayName(x, of, frames);
    for (const y of numbers.filter((one) => one !== x)) {
      const points = x.values.flatMap((value, row) => {
        const other = y.values[row];
        return typeof value === 'number' && typeof other === 'number' ? [{ x: value, y: other }] : [];
      });
      sets.push({ name: displayName(y, of, frames), points });
    }
  }
  return { sets, xName };
}

export interface Candle {
  timeMs: number;
  open: number;
  high: number;
  low: number;
  close: number;
}

export function candlesOf(frames: readonly Frame[]): Candle[] {
  const all = frames.flatMap((of) =>
    of.fields.map((one) => ({ one, name: displayName(one, of, frames).toLowerCase() })),
  );
  const time = all.find(({ one }) => one.type === 'time')?.one;
  const column = (name: string): Field | undefined =>
    all.find((entry) => entry.name.includes(name) && entry.one.type === 'number')?.one;
  const numbers = all.filter(({ one }) => one.type === 'number').map(({ one }) => one);
  const close = column('close') ?? numbers[0];
  if (!time || !close) return [];
  const value = (one: Field | undefined, row: number, fallback: number): number => {
    const v = one?.values[row];
    return typeof v === 'number' ? v : fallback;
  };
  return time.values.map((at, row): Candle => {
    const end = value(close, row, 0);
    const open = value(column('open'), row, value(close, row - 1, end));
    return {
      timeMs: Number(at),
      open,
      close: end,
      high: value(column('high'), row, Math.max(open, end)),
      low: value(column('low'), row, Math.min(open, end)),
    };
  });
}

export interface Flame {
  label: string;
  level: number;
  from: number;
  size: number;
}

/** Nested levels in order: level, value, label. */
export function flamesOf(frames: readonly Frame[]): { flames: Flame[]; total: number } {
  const of = frames.find((one) => find(one, 'level') && find(one, 'value'));
  if (!of) return { flames: [], total: 1 };
  const level = find(of, 'level');
  const value = find(of, 'value');
  const label = find(of, 'label', 'name');
  const next: number[] = [];
  const flames = (level?.values ?? []).slice(0, 20_000).map((at, row): Flame => {
    const depth = Number(at);
    const size = Number(value?.values[row] ?? 0);
    const from = Math.max(
      next[depth] ?? 0,
      depth > 0 ? (next[depth - 1] ?? 0) - sizeOfParent(level, value, row, depth) : 0,
    );
    next[depth] = from + size;
    return { label: String(label?.values[row] ?? ''), level: depth, from, size };
  });
  return { flames, total: Math.max(...flames.filter((one) => one.level === 0).map((one) => one.from + one.size), 1) };
}

function sizeOfParent(level: Field | undefined, value: Field | undefined, row: number, depth: number): number {
  for (let i = row - 1; i >= 0; i--) if (Number(level?.values[i]) === depth - 1) return Number(value?.values[i] ?? 0);
  return 0;
}
