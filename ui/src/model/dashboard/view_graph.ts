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
  /** 0 where none is known. */
  volume: number;
  close: number;
}

/** Prices by time; the columns may come from one frame or from a query each. Rows without a close are no candles. */
export function candlesOf(frames: readonly Frame[]): Candle[] {
  const all = frames.flatMap((of) => {
    const times = of.fields.find((one) => one.type === 'time')?.values ?? [];
    return of.fields
      .filter((one) => one.type === 'number')
      .map((one) => ({
        name: displayName(one, of, frames).toLowerCase(),
        byTime: new Map(times.map((at, row) => [Number(at), one.values[row]])),
      }));
  });
  const column = (name: string) => all.find((entry) => entry.name.includes(name))?.byTime;
  const closes = column('close') ?? all[0]?.byTime;
  const [opens, highs, lows, volumes] = ['open', 'high', 'low', 'volume'].map(column);
  const at = (values: Map<number, unknown> | undefined, time: number, fallback: number): number => {
    const value = values?.get(time);
    return typeof value === 'number' && Number.isFinite(value) ? value : fallback;
  };
  const candles: Candle[] = [];
  for (const timeMs of [...(closes?.keys() ?? [])].sort((a, b) => a - b)) {
    const close = at(closes, timeMs, NaN);
    if (Number.isNaN(close)) continue;
    const open = at(opens, timeMs, candles.at(-1)?.close ?? close);
    const high = at(highs, timeMs, Math.max(open, close));
    const low = at(lows, timeMs, Math.min(open, close));
    candles.push({ timeMs, open, close, high, low, volume: at(volumes, timeMs, 0) });
  }
  return candles;
}

/** Up to `count` round numbers from `from` to `to`, such as 0, 50, 100. */
export function roundTicks(from: number, to: number, count: number): number[] {
  const rough = (to - from) / Math.max(count, 1);
  if (!(rough > 0)) return [from];
  const power = 10 ** Math.floor(Math.log10(rough));
  const step = ([1, 2, 5, 10].find((one) => one * power >= rough) ?? 10) * power;
  const ticks: number[] = [];
  for (let i = Math.ceil(from / step - 1e-9); i * step <= to + step * 1e-9; i++)
    ticks.push(Number((i * step).toPrecision(12)));
  return ticks;
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
