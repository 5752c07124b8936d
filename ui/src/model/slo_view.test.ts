// SPDX-License-Identifier: Apache-2.0
import { describe, expect, it } from 'vitest';
import type { Slo, SloGroup } from '@/api/slo_queries';
import { allowedOutageMinutes, groupSelector, orderSlos, worstGroup } from './slo_view';

const group = (state: SloGroup['state'], remaining: number) => ({ state, remaining, labels: {} }) as SloGroup;
const slo = (name: string, ...groups: SloGroup[]) =>
  ({ name, service: 'shop', description: '', labels: {}, groups }) as unknown as Slo;

describe('objectives', () => {
  it('are as bad as their worst group', () => {
    expect(worstGroup(slo('a', group('ok', 0.9), group('exhausted', -0.2), group('burning', 0.3)))?.state).toBe(
      'exhausted',
    );
    expect(worstGroup(slo('a'))).toBeNull();
  });

  it('come with what needs attention first', () => {
    const all = [
      slo('fine', group('ok', 0.9)),
      slo('spent', group('exhausted', -1)),
      slo('hot', group('burning', 0.2)),
    ];
    expect(orderSlos(all, '').map((one) => one.name)).toEqual(['spent', 'hot', 'fine']);
    expect(orderSlos(all, 'SHOP hot').map((one) => one.name)).toEqual(['hot']);
  });

  it('name their groups as selectors', () => {
    expect(groupSelector({ region: 'e"u' })).toBe('{region="e\\"u"}');
    expect(groupSelector({})).toBe('');
  });

  it('translate into minutes of outage', () => {
    expect(allowedOutageMinutes(99.9, 30 * 24 * 60)).toBeCloseTo(43.2);
  });
});
