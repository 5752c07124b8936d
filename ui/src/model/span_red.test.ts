// SPDX-License-Identifier: Apache-2.0
import { describe, expect, it } from 'vitest';
import { spanRedQueries, spanRedRows } from './span_red';

const series = (query: string, values: number[], p?: number) => ({
  labels: [
    { key: 'span.db.query.text', value: { stringValue: query } },
    { key: 'span.db.system', value: { stringValue: 'nil' } },
    ...(p === undefined ? [] : [{ key: 'p', value: { doubleValue: p } }]),
  ],
  samples: values.map((value, i) => ({ timestampMs: String(i), value })),
});

describe('spans by attribute', () => {
  it('are asked for in three questions', () => {
    expect(spanRedQueries('kind = client', ['name', 'span.a']).failed).toBe(
      '{ kind = client && status = error } | count_over_time() by (name, span.a)',
    );
  });

  it('become rows of rate, errors and duration', () => {
    const rows = spanRedRows(
      {
        count: { series: [series('SELECT 1', [10, 30]), series('SELECT 2', [0, 80])] },
        failed: { series: [series('SELECT 1', [1, 3])] },
        quantiles: { series: [series('SELECT 1', [0.1, 0.02], 0.5), series('SELECT 1', [0.4, 0.2], 0.95)] },
      },
      40,
    );
    expect(rows.map((row) => row.labels)).toEqual([
      { 'span.db.query.text': 'SELECT 2' },
      { 'span.db.query.text': 'SELECT 1' },
    ]);
    expect(rows[1]).toMatchObject({ rate: 1, errors: 0.1 });
    expect(rows[1]?.p50Ms).toBeCloseTo(40);
    expect(rows[1]?.p95Ms).toBeCloseTo(250);
  });
});
