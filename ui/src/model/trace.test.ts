// SPDX-License-Identifier: Apache-2.0
import { describe, expect, it } from 'vitest';
import type { WireResourceSpans, WireSpan } from '@/api/trace_types';
import { criticalPath } from './critical_path';
import { compareTraces, flameGraph, groupSpans, selfTime } from './span_groups';
import { spanMatches, traceOf, visibleSpans, type Span, type Trace } from './trace';

const base = 1_700_000_000_000_000_000n;

/** Times in milliseconds after the start. */
function span(id: string, parent: string, from: number, to: number, more: Partial<WireSpan> = {}): WireSpan {
  return {
    spanId: id,
    parentSpanId: parent,
    name: `op ${id}`,
    kind: 1,
    startTimeUnixNano: String(base + BigInt(from) * 1_000_000n),
    endTimeUnixNano: String(base + BigInt(to) * 1_000_000n),
    ...more,
  };
}

function resource(service: string, spans: WireSpan[]): WireResourceSpans {
  return {
    resource: { attributes: [{ key: 'service.name', value: { stringValue: service } }] },
    scopeSpans: [{ spans }],
  };
}

const ids = (spans: readonly Span[]): string => spans.map((one) => one.id).join(' ');
const find = (trace: Trace, id: string): Span => trace.spans.find((one) => one.id === id) as Span;

describe('traceOf', () => {
  const trace = traceOf('t', [
    resource('shop', [span('a', '', 0, 100), span('c', 'a', 60, 90), span('b', 'a', 10, 50)]),
    resource('db', [span('d', 'b', 20, 40, { status: { code: 2, message: 'gone' } })]),
  ]);

  it('orders depth first, children by start', () => {
    expect(ids(trace.spans)).toBe('a b d c');
    expect(trace.spans.map((one) => one.depth)).toEqual([0, 1, 2, 1]);
  });

  it('counts services, errors and lengths in microseconds', () => {
    expect(trace.services).toEqual([
      { name: 'shop', spans: 3, errors: 0 },
      { name: 'db', spans: 1, errors: 1 },
    ]);
    expect(trace.durationUs).toBe(100_000);
    expect(find(trace, 'd').startUs).toBe(20_000);
  });

  it('puts spans without their parent on top and marks them', () => {
    const cut = traceOf('t', [resource('shop', [span('b', 'missing', 5, 9), span('c', 'b', 6, 7)])]);
    expect(ids(cut.roots)).toBe('b');
    expect(cut.roots[0]?.isOrphan).toBe(true);
  });

  it('draws every span of a ring of parents once', () => {
    const ring = traceOf('t', [resource('x', [span('a', 'b', 0, 9), span('b', 'a', 1, 8), span('c', 'b', 2, 3)])]);
    expect(ids(ring.spans).split(' ').sort().join(' ')).toBe('a b c');
  });

  it('keeps both of two spans with one id, and a span that is its own parent', () => {
    const twins = traceOf('t', [resource('x', [span('a', '', 0, 9), span('a', '', 1, 8), span('s', 's', 2, 3)])]);
    expect(twins.spans.length).toBe(3);
  });

  it('takes a span that ends before it starts as empty', () => {
    expect(traceOf('t', [resource('x', [span('a', '', 9, 3)])]).spans[0]?.durationUs).toBe(0);
  });

  it('holds 100,000 spans in one chain', () => {
    const deep = Array.from({ length: 100_000 }, (_, i) => span(`s${i}`, i === 0 ? '' : `s${i - 1}`, i, 200_000));
    expect(traceOf('t', [resource('x', deep)]).depth).toBe(100_000);
  });

  it('folds', () => {
    expect(ids(visibleSpans(trace, new Set([find(trace, 'b')])))).toBe('a b c');
  });

  it('finds by attribute, service and message', () => {
    expect(spanMatches(find(trace, 'd'), ['db', 'gone'])).toBe(true);
    expect(spanMatches(find(trace, 'c'), ['gone'])).toBe(false);
  });
});

describe('criticalPath', () => {
  it('follows the child that the end waits for', () => {
    const trace = traceOf('t', [
      resource('x', [span('a', '', 0, 100), span('b', 'a', 10, 60), span('c', 'a', 20, 90), span('d', 'c', 30, 80)]),
    ]);
    const path = criticalPath(trace);
    const parts = (id: string): number[][] =>
      (path.get(find(trace, id)) ?? []).map((one) => [one.fromUs / 1000, one.toUs / 1000]);
    expect(parts('a')).toEqual([
      [90, 100],
      [0, 20],
    ]);
    expect(parts('c')).toEqual([
      [80, 90],
      [20, 30],
    ]);
    expect(parts('d')).toEqual([[30, 80]]);
    expect(parts('b')).toEqual([]);
  });

  it('covers the root exactly once where children follow each other', () => {
    const trace = traceOf('t', [resource('x', [span('a', '', 0, 50), span('b', 'a', 0, 20), span('c', 'a', 20, 50)])]);
    const total = [...criticalPath(trace).values()].flat().reduce((sum, one) => sum + one.toUs - one.fromUs, 0);
    expect(total).toBe(50_000);
  });
});

describe('groups', () => {
  const trace = traceOf('t', [
    resource('x', [
      span('a', '', 0, 100, { name: 'root' }),
      span('b', 'a', 10, 40, { name: 'call' }),
      span('c', 'a', 20, 60, { name: 'call' }),
    ]),
  ]);

  it('does not count time twice where children overlap', () => {
    expect(selfTime(find(trace, 'a'))).toBe(50_000);
  });

  it('sums by operation', () => {
    const call = groupSpans(trace).find((group) => group.name === 'call');
    expect(call).toMatchObject({ count: 2, totalUs: 70_000, maxUs: 40_000 });
  });

  it('keeps flame boxes inside their parent', () => {
    const [root, call] = flameGraph(trace);
    expect(root).toMatchObject({ depth: 0, left: 0, width: 1 });
    expect(call?.depth).toBe(1);
    expect(call?.width).toBeCloseTo(0.7);
  });

  it('compares by self time, the largest difference first', () => {
    const slow = traceOf('u', [
      resource('x', [span('a', '', 0, 300, { name: 'root' }), span('b', 'a', 10, 290, { name: 'call' })]),
    ]);
    expect(compareTraces(trace, slow)[0]).toMatchObject({ name: 'call', changeUs: 210_000 });
  });
});
