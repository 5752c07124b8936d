// SPDX-License-Identifier: Apache-2.0
import { describe, expect, it } from 'vitest';
import { runsOf } from './sparkline_runs';

describe('runsOf', () => {
  it('breaks where nothing was measured', () => {
    expect(runsOf([null, 1, 2, null, NaN, 3, Infinity, 4, 5])).toEqual([
      { start: 1, values: [1, 2] },
      { start: 5, values: [3] },
      { start: 7, values: [4, 5] },
    ]);
  });

  it('finds nothing in nothing', () => {
    expect(runsOf([])).toEqual([]);
    expect(runsOf([null, NaN])).toEqual([]);
  });
});
