// SPDX-License-Identifier: Apache-2.0
import { describe, expect, it } from 'vitest';
import { formatValues, interpolate, type Bound, type Scope } from './interpolate';
import { builtIns, pointInTime, stepOf } from './macros';
import { allValue } from './types';
import { applyRegex, chooseValue, customOptions, loadOrder, readVariable, sortOptions } from './variable';
import { parsePrometheusQuery } from './variable_query';

function bind(given: Record<string, unknown>, value: string[], options: string[] = value): [string, Bound] {
  const variable = readVariable(given as never);
  return [variable.name, { variable, value, options: options.map((one) => ({ text: one.toUpperCase(), value: one })) }];
}

const window = { fromMs: 1_700_000_000_000, toMs: 1_700_003_600_000 };
const scope: Scope = {
  variables: new Map([
    bind({ name: 'job' }, ['a.b']),
    bind({ name: 'pods', multi: true, includeAll: true }, ['x|1', 'y']),
    bind({ name: 'all', multi: true, includeAll: true }, [allValue], ['p', 'q']),
    bind({ name: 'wide', includeAll: true, allValue: '.+' }, [allValue], ['p']),
  ]),
  builtIns: builtIns({ window, stepMs: 15_000, scrapeMs: 15_000 }),
};

describe('interpolate', () => {
  it('writes one value as it is and several as an escaped alternation in PromQL', () => {
    expect(interpolate('{a="$job",b=~"$pods"}', scope, 'prometheus')).toBe('{a="a.b",b=~"(x\\\\|1|y)"}');
    expect(interpolate('{b=~"$all",c=~"${wide}"}', scope, 'prometheus')).toBe('{b=~"(p|q)",c=~".+"}');
  });

  it('writes a title for people', () => {
    expect(interpolate('Up of $wide, $all and $job', scope, 'title')).toBe('Up of All, All and A.B');
    expect(interpolate('${wide:raw}', scope, 'title')).toBe('.+');
  });

  it('knows the three notations and leaves unknown names alone', () => {
    expect(interpolate('$job ${job} [[job]] $none ${none} label$', scope)).toBe('a.b a.b a.b $none ${none} label$');
  });

  it.each([
    ['csv', 'x|1,y'],
    ['pipe', 'x|1|y'],
    ['raw', 'x|1,y'],
    ['regex', '(x\\|1|y)'],
    ['glob', '{x|1,y}'],
    ['json', '["x|1","y"]'],
    ['doublequote', '"x|1","y"'],
    ['singlequote', "'x|1','y'"],
    ['sqlstring', "'x|1','y'"],
    ['lucene', '("x\\|1" OR "y")'],
    ['distributed', 'x|1,pods=y'],
    ['percentencode', '%7Bx%7C1%2Cy%7D'],
    ['queryparam', 'var-pods=x%7C1&var-pods=y'],
    ['text', 'X|1 + Y'],
  ])('formats several values as %s', (format, expected) => {
    expect(interpolate(`\${pods:${format}}`, scope)).toBe(expected);
  });

  it('names the step, the range and the times', () => {
    expect(interpolate('$__interval $__interval_ms $__rate_interval $__range $__range_s', scope)).toBe(
      '15s 15000 1m 1h 3600',
    );
    expect(interpolate('${__from} ${__to:date:iso} ${__from:date:YYYY-MM}', scope)).toBe(
      '1700000000000 2023-11-14T23:13:20.000Z 2023-11',
    );
    expect(formatValues(['5'], 'x', 'nonsense')).toBeNull();
  });
});

describe('variables', () => {
  it('reads custom options with texts and escaped commas', () => {
    expect(customOptions('a,b : 2,c\\,d')).toEqual([
      { text: 'a', value: 'a' },
      { text: 'b', value: '2' },
      { text: 'c,d', value: 'c,d' },
    ]);
  });

  it('keeps what the regex matches and takes its groups', () => {
    expect(applyRegex(['web-1', 'db-2', 'web-1'], '/web-(\\d)/')).toEqual([{ text: '1', value: '1' }]);
    expect(applyRegex(['id=1 n=a'], '/id=(?<value>\\d) n=(?<text>\\w)/')).toEqual([{ text: 'a', value: '1' }]);
  });

  it('sorts as the dashboard says', () => {
    const options = ['v10', 'V2', 'v1'].map((value) => ({ text: value, value }));
    const sorted = (sort: number): string[] => sortOptions(options, sort).map((one) => one.text);
    expect(sorted(1)).toEqual(['V2', 'v1', 'v10']);
    expect(sorted(4)).toEqual(['v10', 'V2', 'v1']);
    expect(sorted(5)).toEqual(['v1', 'v10', 'V2']);
    expect(sorted(7)).toEqual(['v1', 'V2', 'v10']);
  });

  it('keeps a value that still exists, also by its text, else takes the first', () => {
    const one = readVariable({ name: 'a' });
    const options = [
      { text: 'A', value: 'a' },
      { text: 'B', value: 'b' },
    ];
    expect(chooseValue(one, ['b'], options)).toEqual(['b']);
    expect(chooseValue(one, ['B'], options)).toEqual(['b']);
    expect(chooseValue(one, ['gone'], options)).toEqual(['a']);
    expect(chooseValue(readVariable({ name: 'm', multi: true, includeAll: true }), [], options)).toEqual([allValue]);
  });

  it('loads variables after those that they use, whatever the order', () => {
    const list = [
      { name: 'c', query: 'x{b="$b"}' },
      { name: 'b', query: 'y{a="$a"}' },
      { name: 'a', query: 'z' },
    ].map(readVariable);
    expect(loadOrder(list).map((one) => one.name)).toEqual(['a', 'b', 'c']);
  });

  it('understands the functions of Prometheus variables', () => {
    expect(parsePrometheusQuery('label_values(up{a="x,y"}, job)')).toEqual({
      kind: 'label_values',
      label: 'job',
      match: 'up{a="x,y"}',
    });
    expect(parsePrometheusQuery('label_values(job)')).toEqual({ kind: 'label_values', label: 'job', match: '' });
    expect(parsePrometheusQuery('query_result(topk(5, sum by (a) (b)))')).toEqual({
      kind: 'query_result',
      query: 'topk(5, sum by (a) (b))',
    });
    expect(parsePrometheusQuery('metrics(node_.*)')).toEqual({ kind: 'metrics', pattern: 'node_.*' });
    expect(parsePrometheusQuery('up{a="b"}')).toEqual({ kind: 'series', match: 'up{a="b"}' });
  });
});

describe('times', () => {
  it('steps are round and bounded', () => {
    expect(stepOf(window, 800, 1000)).toBe(5000);
    expect(stepOf(window, 800, 30_000)).toBe(30_000);
    expect(stepOf({ fromMs: 0, toMs: 11_000_000_000 }, 100_000, 1)).toBeGreaterThanOrEqual(1_000_000);
  });

  it('reads relative ends with rounding', () => {
    const now = Date.UTC(2026, 10, 26, 12, 30);
    expect(pointInTime('now-1h', now, false)).toBe(now - 3_600_000);
    expect(pointInTime('now/h', now, false)).toBe(Date.UTC(2026, 10, 26, 12));
    expect(pointInTime('now/h', now, true)).toBe(Date.UTC(2026, 10, 26, 13) - 1);
    expect(pointInTime('1700000000000', now, false)).toBe(1_700_000_000_000);
    expect(pointInTime('whenever', now, false)).toBeNull();
  });
});
