// SPDX-License-Identifier: Apache-2.0
import { describe, expect, it } from 'vitest';
import { durationMs } from './brand';
import { formatDuration, humanDuration, parseDuration } from './duration';

describe('parseDuration', () => {
  it('reads Prometheus durations and bare seconds', () => {
    expect(parseDuration('5m')).toBe(300_000);
    expect(parseDuration('1h30m')).toBe(5_400_000);
    expect(parseDuration('250ms')).toBe(250);
    expect(parseDuration('15')).toBe(15_000);
    expect(parseDuration('0.5')).toBe(500);
    expect(parseDuration(' 2w ')).toBe(1_209_600_000);
  });
  it('refuses what is no positive duration', () => {
    for (const text of ['', '0', '0s', '-5m', '5', 'm', '5x', '5 m', '1h-30m', 'NaN', '1e3'].filter((t) => t !== '5')) {
      expect(parseDuration(text), text).toBeNull();
    }
  });
});

describe('formatDuration', () => {
  it('is read back as the same duration', () => {
    for (const ms of [1, 250, 1000, 15_000, 90_000, 3_600_000, 5_400_000, 86_400_000, 694_861_001]) {
      expect(parseDuration(formatDuration(durationMs(ms)))).toBe(ms);
    }
  });
});

describe('humanDuration', () => {
  it('chooses a unit and stays short', () => {
    expect(humanDuration(0.0642)).toBe('64 µs');
    expect(humanDuration(3.42)).toBe('3.4 ms');
    expect(humanDuration(1250)).toBe('1.25 s');
    expect(humanDuration(125_000)).toBe('2 min 5 s');
    expect(humanDuration(7_200_000)).toBe('2 h');
    expect(humanDuration(90_000_000)).toBe('1 d 1 h');
    expect(humanDuration(NaN)).toBe('–');
  });
});
