// SPDX-License-Identifier: Apache-2.0
// What is different in a selection: attributes whose values are spread otherwise inside it than outside.
import type { TraceMetrics } from '@/api/trace_types';
import { attributesOf } from './attributes';

/** How often each value occurs. */
export type Counts = ReadonlyMap<string, number>;

export interface ValueShare {
  value: string;
  /** Shares of all events, 0 to 1, whether they have the attribute or not. */
  inside: number;
  outside: number;
}

export interface AttributeDifference {
  name: string;
  /** 0: spread alike; 1: nothing in common. */
  distance: number;
  values: ValueShare[];
}

export interface Side {
  total: number;
  /** By the name of the attribute. */
  attributes: ReadonlyMap<string, Counts>;
}

export interface Sides {
  inside: Side;
  outside: Side;
}

const shownValues = 4;
/** Below this nobody sees a difference. */
const leastDistance = 0.02;

function compareOne(name: string, inside: Side, outside: Side): AttributeDifference {
  const here = inside.attributes.get(name) ?? new Map<string, number>();
  const there = outside.attributes.get(name) ?? new Map<string, number>();
  const share = (counts: Counts, side: Side, value: string): number =>
    side.total > 0 ? (counts.get(value) ?? 0) / side.total : 0;
  const values = [...new Set([...here.keys(), ...there.keys()])].map((value) => ({
    value,
    inside: share(here, inside, value),
    outside: share(there, outside, value),
  }));
  // Half of the sum of all differences: the part of the events that would have to change their value.
  const distance = values.reduce((sum, one) => sum + Math.abs(one.inside - one.outside), 0) / 2;
  values.sort((a, b) => Math.abs(b.inside - b.outside) - Math.abs(a.inside - a.outside));
  return { name, distance, values: values.slice(0, shownValues) };
}

/** The most different attributes first; ids, which are different everywhere, are left out. */
export function differences({ inside, outside }: Sides): AttributeDifference[] {
  const names = new Set([...inside.attributes.keys(), ...outside.attributes.keys()]);
  return [...names]
    .map((name) => compareOne(name, inside, outside))
    .filter((one) => one.distance >= leastDistance && !isIdentity(one, inside.total))
    .sort((a, b) => b.distance - a.distance);
}

/** Each value stands for one event or two: a trace id, a time, a sequence number. */
function isIdentity({ values }: AttributeDifference, total: number): boolean {
  return total > 20 && values.every((one) => one.inside * total <= 2 && one.outside < 0.02);
}

const empty = (): { total: number; attributes: Map<string, Map<string, number>> } => ({
  total: 0,
  attributes: new Map(),
});

/** The answer of `… | compare({ … })`, summed over time. */
export function sidesOfCompare(metrics: TraceMetrics): Sides {
  const inside = empty();
  const outside = empty();
  for (const series of metrics.series ?? []) {
    const labels = attributesOf(series.labels);
    const type = labels.find((one) => one.key === '__meta_type')?.text ?? '';
    const attribute = labels.find((one) => !one.key.startsWith('__meta'));
    if (!attribute) continue;
    const count = (series.samples ?? []).reduce((sum, one) => sum + (one.value ?? 0), 0);
    const side = type.startsWith('selection') ? inside : outside;
    if (type.endsWith('_total')) side.total = Math.max(side.total, count);
    else addCount(side.attributes, attribute.key, attribute.text, count);
  }
  return { inside: settled(inside), outside: settled(outside) };
}

function addCount(attributes: Map<string, Map<string, number>>, name: string, value: string, count: number): void {
  const counts = attributes.get(name) ?? new Map<string, number>();
  counts.set(value, (counts.get(value) ?? 0) + count);
  attributes.set(name, counts);
}

/** Every event has a name or a kind: the largest sum is the number of events, if no total says it. */
function settled(side: ReturnType<typeof empty>): Side {
  const sums = [...side.attributes.values()].map((counts) => [...counts.values()].reduce((sum, one) => sum + one, 0));
  return { total: Math.max(side.total, ...sums, 0), attributes: side.attributes };
}

/** Counts of log lines, one vector a field and side. */
export function sideOfVectors(vectors: ReadonlyMap<string, readonly [string, number][]>): Side {
  const side = empty();
  for (const [field, samples] of vectors) {
    for (const [value, count] of samples) addCount(side.attributes, field, value === '' ? 'none' : value, count);
  }
  return settled(side);
}

export type Against = 'before' | 'day' | 'week';

export interface ComparedWindows {
  inside: { fromMs: number; toMs: number };
  outside: { fromMs: number; toMs: number };
}

const dayMs = 86_400_000;

/** What the selection is compared with: the threefold time before it, or the same time another day. */
export function comparedWindows(fromMs: number, toMs: number, against: Against): ComparedWindows {
  const inside = { fromMs, toMs };
  if (against === 'before') return { inside, outside: { fromMs: fromMs - 3 * (toMs - fromMs), toMs: fromMs } };
  const back = against === 'day' ? dayMs : 7 * dayMs;
  return { inside, outside: { fromMs: fromMs - back, toMs: toMs - back } };
}

/** A query for the spans of one window, all of them counted as its selection. */
export function compareQuery(conditions: string, window: { fromMs: number; toMs: number }): string {
  const ns = (ms: number): string => `${Math.floor(ms)}000000`;
  return `{ ${conditions} } | compare({ true }, 40, ${ns(window.fromMs)}, ${ns(window.toMs)})`;
}

/** A condition that keeps the spans or lines with this value. */
export function spanCondition(name: string, value: string): string | null {
  if (value === 'nil') return `${name} = nil`;
  if (/^(kind|status)$/.test(name)) return `${name} = ${value}`;
  if (/^(true|false|-?\d+(\.\d+)?)$/.test(value) && !/^(name|statusMessage|rootName|rootServiceName)$/.test(name))
    return `${name} = ${value}`;
  return `${name} = ${JSON.stringify(value)}`;
}
