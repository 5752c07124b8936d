// SPDX-License-Identifier: Apache-2.0
import { describe, expect, it } from 'vitest';
import { isCountable, latencyCells } from './latency_cells';

describe('latencyCells', () => {
  it('makes a cell of each sample that counts something', () => {
    const cells = latencyCells(
      {
        series: [
          {
            labels: [{ key: '__bucket', value: { doubleValue: 0.064 } }],
            samples: [{ timestampMs: '60000', value: 3 }, { timestampMs: '120000' }],
          },
          { labels: [{ key: 'other', value: { stringValue: 'x' } }], samples: [{ timestampMs: '60000', value: 1 }] },
        ],
      },
      60_000,
    );
    expect(cells).toEqual([{ fromMs: 0, toMs: 60_000, minMs: 32, maxMs: 64, count: 3 }]);
  });

  it('counts only what names spans', () => {
    expect(isCountable('{ name = "rate" }')).toBe(true);
    expect(isCountable('{ } | count() > 2')).toBe(true);
    expect(isCountable('{ } | rate() by (name)')).toBe(false);
    expect(isCountable('{ } |quantile_over_time(duration, .9)')).toBe(false);
  });
});
