// SPDX-License-Identifier: Apache-2.0
import { describe, expect, it } from 'vitest';
import { bytes, percent, plural, shortNumber, valueNumber } from './number_format';

const thin = '\u202f';

describe('shortNumber', () => {
  it('keeps three digits and adds a suffix', () => {
    expect(shortNumber(1_234_567)).toBe('1.23M');
    expect(shortNumber(-2500)).toBe('-2.5k');
    expect(shortNumber(999_999)).toBe('1M');
    expect(shortNumber(0.1234)).toBe('0.123');
    expect(shortNumber(0)).toBe('0');
    expect(shortNumber(1.5e-9)).toBe('1.5e-9');
  });
  it('names what is no finite number', () => {
    expect([shortNumber(NaN), shortNumber(Infinity), shortNumber(-Infinity)]).toEqual(['NaN', '+Inf', '-Inf']);
  });
});

describe('valueNumber', () => {
  it('groups the digits of whole numbers and keeps six of the others', () => {
    expect(valueNumber(82_805_121_024)).toBe(`82${thin}805${thin}121${thin}024`);
    expect(valueNumber(0.12345678)).toBe('0.123457');
    expect(valueNumber(1e-9)).toBe('1e-9');
  });
});

describe('bytes, percent, plural', () => {
  it('read well', () => {
    expect(bytes(0)).toBe('0 B');
    expect(bytes(1536)).toBe('1.5 KiB');
    expect(bytes(1024 * 1024 - 1)).toBe('1 MiB');
    expect(percent(0.0905)).toBe('9.05 %');
    expect(percent(0.5)).toBe('50 %');
    expect(plural(1, 'target')).toBe('1 target');
    expect(plural(1200, 'series', 'series')).toBe(`1${thin}200 series`);
  });
});
