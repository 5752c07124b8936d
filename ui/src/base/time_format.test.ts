// SPDX-License-Identifier: Apache-2.0
import { describe, expect, it } from 'vitest';
import { timestampMs } from './brand';
import { formatAgo, formatDateTime, parseDateTime } from './time_format';

describe('parseDateTime', () => {
  it('reads what formatDateTime writes, in both zones', () => {
    const time = timestampMs(Date.UTC(2026, 10, 23, 14, 5, 9));
    expect(parseDateTime(formatDateTime(time, 'utc'), 'utc')).toBe(time);
    expect(parseDateTime(formatDateTime(time, 'local'), 'local')).toBe(time);
    expect(formatDateTime(time, 'utc')).toBe('2026-11-23 14:05:09');
  });
  it('reads a date alone, minutes alone, and RFC 3339', () => {
    expect(parseDateTime('2026-11-23', 'utc')).toBe(Date.UTC(2026, 10, 23));
    expect(parseDateTime('2026-1-2 3:04', 'utc')).toBe(Date.UTC(2026, 0, 2, 3, 4));
    expect(parseDateTime('2026-11-23T14:05:09+02:00', 'utc')).toBe(Date.UTC(2026, 10, 23, 12, 5, 9));
  });
  it('refuses impossible and foreign texts', () => {
    for (const text of ['', 'yesterday', '2026-13-01', '2026-01-32', '2026-01-01 25:00', '23.11.2026']) {
      expect(parseDateTime(text, 'utc'), text).toBeNull();
    }
  });
});

describe('formatAgo', () => {
  const now = timestampMs(1_000_000_000);
  it('counts in the largest unit', () => {
    expect(formatAgo(timestampMs(now - 12_000), now)).toBe('12 s ago');
    expect(formatAgo(timestampMs(now - 200_000), now)).toBe('3 min ago');
    expect(formatAgo(timestampMs(now + 7_300_000), now)).toBe('in 2 h');
  });
  it('says never for the zero time of the API', () => {
    expect(formatAgo(timestampMs(Date.parse('0001-01-01T00:00:00Z')), now)).toBe('never');
    expect(formatAgo(null, now)).toBe('never');
  });
});
