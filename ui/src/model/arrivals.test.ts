// SPDX-License-Identifier: Apache-2.0
import { describe, expect, it } from 'vitest';
import type { Arrival } from '@/api/arrivals_queries';
import { arrivalLink, gainedSince, itemsText, sourceText } from './arrivals';

const one = (more: Partial<Arrival>): Arrival => ({
  signal: 'metrics',
  way: 'OTLP',
  source: 'checkout',
  items: 312,
  firstSeen: '2026-11-27T05:00:00.000Z',
  lastSeen: '2026-11-27T05:00:00.000Z',
  ...more,
});

describe('arrivals', () => {
  it('are told in words', () => {
    expect(`${itemsText(one({}))} from ${sourceText(one({}))}`).toBe('312 samples from checkout');
    expect(itemsText(one({ signal: 'traces', items: 1 }))).toBe('1 span');
    expect(sourceText(one({ way: 'scrape', source: 'node' }))).toBe('the scrape job node');
    expect(sourceText(one({ source: '' }))).toBe('a sender without a name');
  });

  it('lead to what arrived', () => {
    expect(arrivalLink(one({ signal: 'traces', source: 'a b' }))).toBe('/services/a%20b');
    expect(decodeURIComponent(arrivalLink(one({ source: 'shop.api' })) ?? '')).toContain('(.+/)?shop\\\\.api');
    expect(arrivalLink(one({ way: 'remote write', source: 'Prometheus/3.5' }))).toBeNull();
  });

  it('count from where the page was opened, also over a restart of the server', () => {
    const before = [one({}), one({ signal: 'logs', items: 7 })];
    const now = [one({ items: 400 }), one({ signal: 'logs', items: 3 }), one({ signal: 'traces', items: 5 })];
    expect(gainedSince(before, now).map((gain) => [gain.signal, gain.items])).toEqual([
      ['metrics', 88],
      ['logs', 3],
      ['traces', 5],
    ]);
    expect(gainedSince(now, now)).toEqual([]);
  });
});
