// SPDX-License-Identifier: Apache-2.0
import { describe, expect, it } from 'vitest';
import { playlistMs, playlistUids } from './playlist';

const hits = [
  { id: 1, uid: 'a', type: 'dash-db', tags: ['shop'] },
  { id: 2, uid: 'b', type: 'dash-db', tags: ['shop', 'slo'] },
  { id: 3, uid: 'f', type: 'dash-folder', tags: ['shop'] },
];

describe('playlistUids', () => {
  it('keeps the order of the items and writes tags out', () => {
    const items = [
      { type: 'dashboard_by_uid', value: 'b' },
      { type: 'dashboard_by_tag', value: 'shop' },
      { type: 'dashboard_by_id', value: '1' },
    ];
    expect(playlistUids(items, hits)).toEqual(['b', 'a', 'b', 'a']);
  });

  it('leaves out what does not exist', () => {
    expect(playlistUids([{ type: 'dashboard_by_uid', value: 'gone' }], hits)).toEqual([]);
  });
});

describe('playlistMs', () => {
  it('reads an interval and bounds it', () => {
    expect(playlistMs('30s')).toBe(30_000);
    expect(playlistMs('1ms')).toBe(3000);
    expect(playlistMs('soon')).toBe(300_000);
  });
});
