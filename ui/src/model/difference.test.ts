// SPDX-License-Identifier: Apache-2.0
import { describe, expect, it } from 'vitest';
import { comparedWindows, compareQuery, differences, sideOfVectors, sidesOfCompare, spanCondition } from './difference';

const series = (type: string, key: string, value: string, ...counts: number[]) => ({
  labels: [
    { key: '__meta_type', value: { stringValue: type } },
    { key, value: { stringValue: value } },
  ],
  samples: counts.map((count, i) => ({ timestampMs: String(i), value: count })),
});

describe('differences', () => {
  it('finds the attribute that is spread otherwise inside the selection', () => {
    const sides = sidesOfCompare({
      series: [
        series('selection', 'resource.version', '1.5', 60, 30),
        series('selection', 'resource.version', '1.4', 10),
        series('selection', 'kind', 'server', 100),
        series('baseline', 'resource.version', '1.4', 300),
        series('baseline', 'kind', 'server', 300),
        series('baseline_total', 'kind', 'nil', 300),
      ],
    });
    expect([sides.inside.total, sides.outside.total]).toEqual([100, 300]);
    const found = differences(sides);
    expect(found.map((one) => one.name)).toEqual(['resource.version']);
    expect(found[0]?.distance).toBeCloseTo(0.9);
    expect(found[0]?.values[0]).toEqual({ value: '1.5', inside: 0.9, outside: 0 });
  });

  it('leaves out what has another value on every event', () => {
    const ids = Array.from({ length: 40 }, (_, i) => [`id${i}`, 1] as [string, number]);
    const inside = sideOfVectors(new Map([['id', ids]]));
    expect(differences({ inside, outside: sideOfVectors(new Map([['id', [['other', 1]]]])) })).toHaveLength(1);
    const outside = sideOfVectors(
      new Map([
        ['id', ids.map(([id]) => [`x${id}`, 1] as [string, number])],
        ['level', [['info', 4000]]],
      ]),
    );
    expect(differences({ inside, outside }).map((one) => one.name)).toEqual(['level']);
  });

  it('compares with the time before, a day and a week ago', () => {
    expect(comparedWindows(1000, 2000, 'before').outside).toEqual({ fromMs: -2000, toMs: 1000 });
    expect(comparedWindows(86_400_000, 86_401_000, 'day').outside).toEqual({ fromMs: 0, toMs: 1000 });
  });

  it('asks for the spans of a window', () => {
    expect(compareQuery('name = "a"', { fromMs: 1, toMs: 2 })).toBe(
      '{ name = "a" } | compare({ true }, 40, 1000000, 2000000)',
    );
    expect(spanCondition('kind', 'server')).toBe('kind = server');
    expect(spanCondition('span.http.response.status_code', '500')).toBe('span.http.response.status_code = 500');
    expect(spanCondition('name', '500')).toBe('name = "500"');
  });
});
