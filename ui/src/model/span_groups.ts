// SPDX-License-Identifier: Apache-2.0
// Spans of a trace put together: by operation for the table, by call path for the flame graph.
import type { Span, Trace } from './trace';

export interface SpanGroup {
  key: string;
  service: string;
  name: string;
  count: number;
  errors: number;
  totalUs: number;
  selfUs: number;
  maxUs: number;
}

/** Time of the span in which none of its children ran. */
export function selfTime(span: Span): number {
  const end = span.startUs + span.durationUs;
  let covered = 0;
  let until = span.startUs;
  for (const child of [...span.children].sort((a, b) => a.startUs - b.startUs)) {
    const from = Math.max(child.startUs, until);
    const to = Math.min(child.startUs + child.durationUs, end);
    if (to <= from) continue;
    covered += to - from;
    until = to;
  }
  return Math.max(0, span.durationUs - covered);
}

export function groupSpans(trace: Trace): SpanGroup[] {
  const groups = new Map<string, SpanGroup>();
  for (const span of trace.spans) {
    const key = `${span.service}\n${span.name}`;
    const group = groups.get(key) ?? {
      key,
      service: span.service,
      name: span.name,
      count: 0,
      errors: 0,
      totalUs: 0,
      selfUs: 0,
      maxUs: 0,
    };
    group.count++;
    if (span.hasError) group.errors++;
    group.totalUs += span.durationUs;
    group.selfUs += selfTime(span);
    group.maxUs = Math.max(group.maxUs, span.durationUs);
    groups.set(key, group);
  }
  return [...groups.values()];
}

export interface FlameNode {
  key: string;
  service: string;
  name: string;
  count: number;
  errors: number;
  totalUs: number;
  selfUs: number;
  depth: number;
  /** Of the whole width, 0 to 1. */
  left: number;
  width: number;
}

interface PathNode {
  service: string;
  name: string;
  spans: Span[];
}

function childPaths(spans: readonly Span[]): PathNode[] {
  const paths = new Map<string, PathNode>();
  for (const span of spans) {
    const key = `${span.service}\n${span.name}`;
    const path = paths.get(key) ?? { service: span.service, name: span.name, spans: [] };
    path.spans.push(span);
    paths.set(key, path);
  }
  return [...paths.values()];
}

const sum = (spans: readonly Span[], of: (span: Span) => number): number =>
  spans.reduce((total, span) => total + of(span), 0);

/** Calls with the same path of operations are one box, as wide as the time spent in them. */
export function flameGraph(trace: Trace): FlameNode[] {
  const out: FlameNode[] = [];
  const place = (paths: PathNode[], depth: number, left: number, width: number, prefix: string): void => {
    const totals = paths.map((path) => sum(path.spans, (span) => span.durationUs));
    const all = totals.reduce((a, b) => a + b, 0);
    let at = left;
    paths.forEach((path, index) => {
      const total = totals[index] ?? 0;
      const share = all > 0 ? (width * total) / all : 0;
      const key = `${prefix}/${path.service}:${path.name}`;
      out.push({
        key,
        service: path.service,
        name: path.name,
        count: path.spans.length,
        errors: path.spans.filter((span) => span.hasError).length,
        totalUs: total,
        selfUs: sum(path.spans, selfTime),
        depth,
        left: at,
        width: share,
      });
      const children = childPaths(path.spans.flatMap((span) => span.children));
      // Children that ran side by side may add up to more than their parent: they share its width.
      const below = children.reduce((a, child) => a + sum(child.spans, (span) => span.durationUs), 0);
      if (children.length > 0 && share > 0.0005 && depth < 200)
        place(children, depth + 1, at, total > 0 ? share * Math.min(1, below / total) : 0, key);
      at += share;
    });
  };
  place(childPaths(trace.roots), 0, 0, 1, '');
  return out;
}

export interface GroupDifference {
  key: string;
  service: string;
  name: string;
  a: SpanGroup | null;
  b: SpanGroup | null;
  /** Time in the second trace minus time in the first. */
  changeUs: number;
}

export function compareTraces(a: Trace, b: Trace): GroupDifference[] {
  const first = new Map(groupSpans(a).map((group) => [group.key, group]));
  const second = new Map(groupSpans(b).map((group) => [group.key, group]));
  return [...new Set([...first.keys(), ...second.keys()])]
    .map((key) => {
      const one = first.get(key) ?? null;
      const two = second.get(key) ?? null;
      const known = (one ?? two) as SpanGroup;
      return {
        key,
        service: known.service,
        name: known.name,
        a: one,
        b: two,
        changeUs: (two?.selfUs ?? 0) - (one?.selfUs ?? 0),
      };
    })
    .sort((x, y) => Math.abs(y.changeUs) - Math.abs(x.changeUs));
}
