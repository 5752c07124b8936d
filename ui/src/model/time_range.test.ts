// SPDX-License-Identifier: Apache-2.0
import { describe, expect, it } from 'vitest';
import { durationMs, timestampMs } from '@/base/brand';
import { between, encodeEnd, lastOf, parseEnd, rangeLabel, resolveRange, shiftRange, zoomOut } from './time_range';

const now = timestampMs(1_800_000_000_000);
const hour = 3_600_000;

describe('parseEnd', () => {
  it('reads relative, short, absolute and epoch forms', () => {
    expect(parseEnd('now', 'utc')).toEqual({ kind: 'relative', back: 0 });
    expect(parseEnd('now-6h', 'utc')).toEqual({ kind: 'relative', back: 6 * hour });
    expect(parseEnd('90m', 'utc')).toEqual({ kind: 'relative', back: 1.5 * hour });
    expect(parseEnd('1800000000000', 'utc')).toEqual({ kind: 'absolute', time: now });
    expect(parseEnd('2027-01-15 08:00:00', 'utc')).toEqual({ kind: 'absolute', time: now });
  });
  it('refuses everything else', () => {
    for (const text of ['', 'now+1h', 'now-', 'soon', '12', '-1h']) expect(parseEnd(text, 'utc'), text).toBeNull();
  });
  it('reads what encodeEnd writes', () => {
    for (const text of ['now', 'now-1h', 'now-1h30m', '1800000000000']) {
      const end = parseEnd(text, 'utc');
      expect(end && encodeEnd(end)).toBe(text);
    }
  });
});

describe('resolveRange', () => {
  it('follows now only where the range is relative', () => {
    expect(resolveRange(lastOf(durationMs(hour)), now)).toEqual({ from: now - hour, to: now });
    const fixed = between(timestampMs(10_000), timestampMs(20_000));
    expect(resolveRange(fixed, now)).toEqual({ from: 10_000, to: 20_000 });
  });
  it('never is empty or backwards', () => {
    const { from, to } = resolveRange(between(timestampMs(20_000), timestampMs(10_000)), now);
    expect(to - from).toBe(1000);
  });
});

describe('moving the window', () => {
  const window = { from: timestampMs(now - hour), to: now };
  it('shifts by half and stops at the present', () => {
    expect(resolveRange(shiftRange(window, -1, now), now)).toEqual({ from: now - 1.5 * hour, to: now - 0.5 * hour });
    expect(resolveRange(shiftRange(window, 1, now), now)).toEqual(window);
  });
  it('zooms out to twice the length', () => {
    const { from, to } = resolveRange(zoomOut(window, now), now);
    expect([to, to - from]).toEqual([now, 2 * hour]);
  });
});

it('labels ranges as people say them', () => {
  expect(rangeLabel(lastOf(durationMs(hour)), 'utc')).toBe('Last 1 hour');
  expect(rangeLabel(lastOf(durationMs(100 * 60_000)), 'utc')).toBe('Last 1h40m');
  expect(rangeLabel(between(now, timestampMs(now + hour)), 'utc')).toBe('2027-01-15 08:00:00 → 09:00:00');
});
