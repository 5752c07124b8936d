// SPDX-License-Identifier: Apache-2.0
import { describe, expect, it } from 'vitest';
import { criticalPath } from './critical_path';
import { SpanFinder } from './span_finder';
import { compareTraces, flameGraph, groupSpans, selfTime } from './span_groups';
import { traceOf as traceOfBytes, visibleSpans, type Span, type Trace } from './trace';
import { attributeBytes, idText, message, resourceSpans as resource, spanBytes as span } from './trace_fixture';

const traceOf = (id: string, parts: ReturnType<typeof resource>[]): Trace => traceOfBytes(id, message(...parts));
const nameOf = (one: Span): string =>
  one.id.replace(/(00)+$/, '').replace(/../g, (h) => String.fromCharCode(parseInt(h, 16)));
const ids = (spans: readonly Span[]): string => spans.map(nameOf).join(' ');
const find = (trace: Trace, id: string): Span => trace.find(idText(id)) as Span;

describe('traceOf', () => {
  const trace = traceOf('t', [
    resource('shop', [span('a', '', 0, 100), span('c', 'a', 60, 90), span('b', 'a', 10, 50)]),
    resource('db', [span('d', 'b', 20, 40, [15, message([2, 'gone'], [3, 2])])]),
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

  it('holds 30,000 spans in one chain', () => {
    const deep = Array.from({ length: 30_000 }, (_, i) => span(`s${i}`, i === 0 ? '' : `s${i - 1}`, i, 200_000));
    expect(traceOf('t', [resource('x', deep)]).depth).toBe(30_000);
  });

  it('folds', () => {
    expect(ids(visibleSpans(trace, new Set([find(trace, 'b')])))).toBe('a b c');
  });

  it('takes times to the nanosecond, and ids from where they lie', () => {
    const odd = traceOf('t', [
      resource('x', [span('late', '', 5, 9), span('a', '', 0, 3, [7, 1_700_000_000_000_001_500n])]),
    ]);
    expect(odd.startMs).toBe(1_700_000_000_000.001);
    expect(find(odd, 'late').startUs).toBe(4998.5);
    expect(odd.find('nothing')).toBeNull();
    expect(odd.find('00000000000000ff')).toBeNull();
  });

  it('reads attributes, events, links and scope when they are asked for', () => {
    const rich = traceOf('t', [
      resource(
        'x',
        [
          span('a', '', 0, 100),
          span(
            'b',
            'a',
            10,
            20,
            [9, attributeBytes('url', 'https://é')],
            [9, attributeBytes('count', -3)],
            [9, message([1, 'list'], [2, message([5, message([1, message([1, 'x'])], [1, message([2, 1])])])])],
            [
              11,
              message([1, 1_700_000_000_012_000_000n], [2, 'exception'], [3, attributeBytes('exception.type', 'E')]),
            ],
            [13, message([1, new Uint8Array(16).fill(7)], [2, new Uint8Array(8).fill(9)])],
          ),
        ],
        message([1, 'lib'], [2, '1.2']),
      ),
    ]);
    const one = find(rich, 'b');
    expect(one.attributes.map(({ key, type, text }) => [key, type, text])).toEqual([
      ['count', 'int', '-3'],
      ['list', 'list', '["x",true]'],
      ['url', 'text', 'https://é'],
    ]);
    expect(one.events).toEqual([
      { atUs: 12_000, name: 'exception', attributes: [{ key: 'exception.type', type: 'text', text: 'E' }] },
    ]);
    expect(one.links).toEqual([{ traceId: '07'.repeat(16), spanId: '09'.repeat(8), attributes: [] }]);
    expect(one.scope).toBe('lib 1.2');
    expect(one.parent?.id).toBe(idText('a'));
    expect(one.resource[0]?.text).toBe('x');
  });

  it('refuses an answer that ends within a span', () => {
    const whole = message(resource('x', [span('a', '', 0, 9)]));
    expect(() => traceOfBytes('t', whole.slice(0, -3))).toThrow(RangeError);
    expect(traceOfBytes('t', new Uint8Array()).spans).toEqual([]);
  });
});

describe('SpanFinder', () => {
  const trace = traceOf('t', [
    resource('Shop', [span('a', '', 0, 100, [9, attributeBytes('city', 'ZÜRICH')]), span('b', 'a', 1, 2)]),
    resource('db', [
      span('d', 'b', 20, 40, [15, message([2, 'Gone away'], [3, 2])]),
      span('e', 'b', 50, 60, [9, attributeBytes('http.status', 503)], [11, message([2, 'retry'])]),
    ]),
  ]);
  const found = (...words: string[]): string => ids(new SpanFinder(trace).find(words));

  it('finds by name, service, id, attribute, event and message, whatever the case', () => {
    expect(found('shop')).toBe('a b');
    expect(found('op')).toBe('a b d e');
    expect(found('DB', 'gone')).toBe('d');
    expect(found('city=zürich')).toBe('a');
    expect(found('http.status=503')).toBe('e');
    expect(found('retry')).toBe('e');
    expect(found(idText('e'))).toBe('e');
  });

  it('wants every word in one span, and finds nothing across two', () => {
    expect(found('shop', 'gone')).toBe('');
    expect(found('nowhere')).toBe('');
    expect(found()).toBe('a b d e');
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
      span('a', '', 0, 100, [5, 'root']),
      span('b', 'a', 10, 40, [5, 'call']),
      span('c', 'a', 20, 60, [5, 'call']),
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
      resource('x', [span('a', '', 0, 300, [5, 'root']), span('b', 'a', 10, 290, [5, 'call'])]),
    ]);
    expect(compareTraces(trace, slow)[0]).toMatchObject({ name: 'call', changeUs: 210_000 });
  });
});
