// SPDX-License-Identifier: Apache-2.0
// One trace as a tree, made from the bytes of OTLP's TracesData. Times are microseconds since the start of
// the trace, so that numbers hold them exactly. Spans without their parent, and spans in a ring of parents,
// stand at the top and are marked.
import { SpanReader } from './read_spans';
import type { Span } from './span';
import { SpanIds } from './span_ids';

export type { Span, SpanEvent, SpanLink } from './span';

export interface Trace {
  id: string;
  /** Milliseconds since the epoch. */
  startMs: number;
  durationUs: number;
  roots: Span[];
  /** Depth first, children by start. */
  spans: Span[];
  services: { name: string; spans: number; errors: number }[];
  depth: number;
  errors: number;
  /** The first span of this id. */
  find: (spanId: string) => Span | null;
}

export const kindNames = ['unspecified', 'internal', 'server', 'client', 'producer', 'consumer'] as const;

export const kindName = (kind: number): string => kindNames[kind] ?? `kind ${kind}`;

/** Throws a RangeError when the bytes are not a whole message. */
export function traceOf(id: string, bytes: Uint8Array): Trace {
  const reader = new SpanReader(bytes);
  const spans = reader.readAll();
  const ids = new SpanIds(bytes, spans);
  const roots = linkUp(spans, ids);
  const ordered = inOrder(roots);
  let [durationUs, depth, errors] = [0, 0, 0];
  for (const span of ordered) {
    durationUs = Math.max(durationUs, span.startUs + span.durationUs);
    depth = Math.max(depth, span.depth + 1);
    if (span.hasError) errors++;
  }
  return {
    id,
    startMs: spans.length > 0 ? reader.startMs() : 0,
    durationUs,
    roots,
    spans: ordered,
    services: servicesOf(ordered),
    depth,
    errors,
    find: (spanId) => ids.find(spanId),
  };
}

const byStart = (a: Span, b: Span): number => a.startUs - b.startUs || b.durationUs - a.durationUs;

function linkUp(spans: readonly Span[], ids: SpanIds): Span[] {
  const roots: Span[] = [];
  for (const span of spans) {
    const parent = ids.at(span.parentIdAt);
    if (parent && parent !== span) parent.addChild(span);
    else {
      span.isOrphan = span.parentIdAt >= 0 && !parent;
      roots.push(span);
    }
  }
  breakRings(spans, roots);
  return roots.sort(byStart);
}

// A span has one parent, so nothing is counted twice.
function countBelow(roots: readonly Span[]): number {
  const open = [...roots];
  let count = 0;
  for (let span = open.pop(); span; span = open.pop()) {
    count++;
    for (const child of span.children) open.push(child);
  }
  return count;
}

/** Whatever no root leads to hangs in a ring: its earliest span becomes a root. */
function breakRings(spans: readonly Span[], roots: Span[]): void {
  if (countBelow(roots) === spans.length) return;
  const reached = new Set<Span>();
  const reach = (from: Span): void => {
    const open = [from];
    for (let span = open.pop(); span; span = open.pop()) {
      if (reached.has(span)) continue;
      reached.add(span);
      open.push(...span.children);
    }
  };
  roots.forEach(reach);
  for (const span of [...spans].sort(byStart)) {
    if (reached.has(span)) continue;
    const siblings = span.parent?.children ?? [];
    siblings.splice(siblings.indexOf(span), 1);
    span.parent = null;
    span.isOrphan = true;
    roots.push(span);
    reach(span);
  }
}

function inOrder(roots: readonly Span[]): Span[] {
  const out: Span[] = [];
  const open: Span[] = [...roots].reverse();
  for (let span = open.pop(); span; span = open.pop()) {
    out.push(span);
    if (span.children.length > 1) span.children.sort(byStart);
    for (let i = span.children.length - 1; i >= 0; i--) {
      const child = span.children[i] as Span;
      child.depth = span.depth + 1;
      open.push(child);
    }
  }
  return out;
}

function servicesOf(spans: readonly Span[]): Trace['services'] {
  const found = new Map<string, { name: string; spans: number; errors: number }>();
  for (const span of spans) {
    const one = found.get(span.service) ?? { name: span.service, spans: 0, errors: 0 };
    one.spans++;
    if (span.hasError) one.errors++;
    found.set(span.service, one);
  }
  return [...found.values()];
}

/** The rows to draw when some spans are folded. */
export function visibleSpans(trace: Trace, folded: ReadonlySet<Span>): Span[] {
  if (folded.size === 0) return trace.spans;
  const out: Span[] = [];
  let hiddenBelow = Infinity;
  for (const span of trace.spans) {
    if (span.depth > hiddenBelow) continue;
    hiddenBelow = folded.has(span) ? span.depth : Infinity;
    out.push(span);
  }
  return out;
}
