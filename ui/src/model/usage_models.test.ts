// SPDX-License-Identifier: Apache-2.0
import { describe, expect, it } from 'vitest';
import { inventories, inventoryRows } from './infrastructure';
import { dropRule, metricUsage, namePatterns, textsIn, wordsOf } from './metric_usage';

describe('metric usage', () => {
  const texts = textsIn({ panels: [{ targets: [{ expr: 'rate(a_total{x="y"}[5m])' }] }, 'max({__name__=~"b_.*"})'] });
  it('finds names and patterns in any JSON', () => {
    const counts = [
      { name: 'a_total', value: 2 },
      { name: 'b_seconds', value: 5 },
      { name: 'c', value: 9 },
    ];
    expect(metricUsage(counts, wordsOf(texts), namePatterns(texts))).toEqual([
      { name: 'c', series: 9, isUsed: false },
      { name: 'b_seconds', series: 5, isUsed: true },
      { name: 'a_total', series: 2, isUsed: true },
    ]);
  });
  it('writes a rule that drops', () => {
    expect(dropRule(['a', 'b'])).toContain('regex: a|b');
  });
});

describe('infrastructure', () => {
  it('joins figures of one host', () => {
    const hosts = inventories[0];
    if (!hosts) throw new Error('no hosts');
    const one = (value: string, metric: Record<string, string> = { instance: 'h:1' }) => [
      { metric, value: [0, value] as [number, string] },
    ];
    const rows = inventoryRows(hosts, [one('0.5'), one('NaN'), one('0.9'), one('1', {})]);
    expect(rows).toEqual([{ key: 'h:1', labels: { instance: 'h:1' }, name: 'h:1', figures: { cpu: 0.5, disk: 0.9 } }]);
  });
});
