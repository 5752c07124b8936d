// SPDX-License-Identifier: Apache-2.0
import { describe, expect, it } from 'vitest';
import { chartBands, withBands } from './chart_bands';
import { chartOf } from './chart_data';

describe('bands of a chart', () => {
  const chart = chartOf([{ metric: { __name__: 'load', host: 'a' }, values: [[0, '1']] }], 0, 60, 60);
  it('belong to the line with the same labels, whatever its name', () => {
    const points: [number, number, number, number][] = [[0, 1, 2, 3]];
    const bands = chartBands(chart, [
      { metric: { host: 'b' }, hours: 5, points: [] },
      { metric: { host: 'a' }, hours: 5, points },
    ]);
    expect(bands).toEqual([{ seriesId: 'load{host="a"}', points }]);
  });
  it('widen the range of values', () => {
    const bands = [{ seriesId: 'x', points: [[0, -1, 2, 9]] as [number, number, number, number][] }];
    expect(withBands(bands, 0, 5)).toEqual([-1, 9]);
    expect(withBands([], 0, 5)).toEqual([0, 5]);
    expect(withBands([], null, null)).toEqual([null, null]);
  });
});
