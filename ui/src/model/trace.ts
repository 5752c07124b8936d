// SPDX-License-Identifier: Apache-2.0
// One trace as a tree. Times are microseconds since the start of the trace, so that numbers hold them
// exactly. Spans without their parent, and spans in a ring of parents, stand at the top and are marked.
import type { WireResourceSpans, WireSpan } from '@/api/trace_types';
import { attribute, attributesOf, type Attribute } from './attributes';

export interface SpanEvent {
  atUs: number;
  name: string;
  attributes: Attribute[];
}

export interface SpanLink {
  traceId: string;
  spanId: string;
  attributes: Attribute[];
}

export interface Span {
  id: string;
  parentId: string;
  name: string;
  service: string;
  kind: number;
  hasError: boolean;
  statusMessage: string;
  startUs: number;
  durationUs: number;
  attributes: Attribute[];
  resource: Attribute[];
  scope: string;
  events: SpanEvent[];
  links: SpanLink[];
  depth: number;
  children: Span[];
  /** Its parent is named but not here. */
  isOrphan: boolean;
}

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
}

export const kindNames = ['unspecified', 'internal', 'server', 'client', 'producer', 'consumer'] as const;

export const kindName = (kind: number): string => kindNames[kind] ?? `kind ${kind}`;

// Nanoseconds since the epoch do not fit a number; their seconds and their rest do.
interface Instant {
  seconds: number;
  ns: number;
}

function instantOf(text: string | undefined): Instant {
  const digits = text ?? '0';
  return digits.length > 9
    ? { seconds: Number(digits.slice(0, -9)), ns: Number(digits.slice(-9)) }
    : { seconds: 0, ns: Number(digits) };
}

const usBetween = (from: Instant, to: Instant): number => (to.seconds - from.seconds) * 1e6 + (to.ns - from.ns) / 1000;

export function traceOf(id: string, wire: readonly WireResourceSpans[]): Trace {
  const read = wire.flatMap((one) => {
    const resource = attributesOf(one.resource?.attributes);
    return (one.scopeSpans ?? []).flatMap((group) => {
      const scope = scopeText(group.scope);
      return (group.spans ?? []).map((span) => ({ span, resource, scope }));
    });
  });
  let start: Instant | null = null;
  for (const { span } of read) {
    const at = instantOf(span.startTimeUnixNano);
    if (start === null || usBetween(start, at) < 0) start = at;
  }
  const base = start ?? { seconds: 0, ns: 0 };
  const spans = read.map(({ span, resource, scope }) => new ReadSpan(span, resource, scope, base));
  const roots = linkUp(spans);
  const ordered = inOrder(roots);
  return {
    id,
    startMs: base.seconds * 1000 + Math.floor(base.ns / 1000) / 1000,
    durationUs: ordered.reduce((most, span) => Math.max(most, span.startUs + span.durationUs), 0),
    roots,
    spans: ordered,
    services: servicesOf(ordered),
    depth: ordered.reduce((most, span) => Math.max(most, span.depth + 1), 0),
    errors: ordered.filter((span) => span.hasError).length,
  };
}

function scopeText(scope: { name?: string; version?: string } | undefined): string {
  return [scope?.name, scope?.version].filter(Boolean).join(' ');
}

/** Attributes, events and links are read when they are asked for: of 100,000 spans few are looked at. */
class ReadSpan implements Span {
  readonly id: string;
  readonly parentId: string;
  readonly name: string;
  readonly service: string;
  readonly kind: number;
  readonly hasError: boolean;
  readonly statusMessage: string;
  readonly startUs: number;
  readonly durationUs: number;
  depth = 0;
  children: Span[] = [];
  isOrphan = false;
  private read: { attributes: Attribute[]; events: SpanEvent[]; links: SpanLink[] } | null = null;

  constructor(
    private readonly wire: WireSpan,
    readonly resource: Attribute[],
    readonly scope: string,
    private readonly base: Instant,
  ) {
    const begin = instantOf(wire.startTimeUnixNano);
    this.id = wire.spanId ?? '';
    const parent = wire.parentSpanId ?? '';
    this.parentId = /^0*$/.test(parent) ? '' : parent;
    this.name = wire.name ?? '';
    this.service = attribute(resource, 'service.name') ?? 'unknown_service';
    this.kind = wire.kind ?? 0;
    this.hasError = wire.status?.code === 2;
    this.statusMessage = wire.status?.message ?? '';
    this.startUs = usBetween(base, begin);
    this.durationUs = Math.max(0, usBetween(begin, instantOf(wire.endTimeUnixNano)));
  }

  get attributes(): Attribute[] {
    return this.details().attributes;
  }
  get events(): SpanEvent[] {
    return this.details().events;
  }
  get links(): SpanLink[] {
    return this.details().links;
  }

  private details(): NonNullable<typeof this.read> {
    this.read ??= {
      attributes: attributesOf(this.wire.attributes),
      events: (this.wire.events ?? []).map((event) => ({
        atUs: usBetween(this.base, instantOf(event.timeUnixNano)),
        name: event.name ?? '',
        attributes: attributesOf(event.attributes),
      })),
      links: (this.wire.links ?? []).map((link) => ({
        traceId: link.traceId ?? '',
        spanId: link.spanId ?? '',
        attributes: attributesOf(link.attributes),
      })),
    };
    return this.read;
  }
}

const byStart = (a: Span, b: Span): number => a.startUs - b.startUs || b.durationUs - a.durationUs;

function linkUp(spans: Span[]): Span[] {
  const byId = new Map<string, Span>();
  for (const span of spans) if (!byId.has(span.id)) byId.set(span.id, span);
  const roots: Span[] = [];
  for (const span of spans) {
    const parent = span.parentId === '' ? undefined : byId.get(span.parentId);
    if (parent && parent !== span) parent.children.push(span);
    else {
      span.isOrphan = span.parentId !== '' && !parent;
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
    for (const other of spans) {
      const at = other.children.indexOf(span);
      if (at >= 0) other.children.splice(at, 1);
    }
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
    span.children.sort(byStart);
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

export function spanMatches(span: Span, words: readonly string[]): boolean {
  const texts = [span.name, span.service, span.id, span.statusMessage];
  for (const one of span.attributes) texts.push(`${one.key}=${one.text}`);
  for (const event of span.events) texts.push(event.name);
  const all = texts.join('\n').toLowerCase();
  return words.every((word) => all.includes(word));
}
