// SPDX-License-Identifier: Apache-2.0
import { describe, expect, it } from 'vitest';
import { chartOf, stackColumns, summarize, valuesAt } from './chart_data';

const metric = (job: string) => ({ __name__: 'up', job });

describe('chartOf', () => {
  it('puts all series on one axis and leaves gaps', () => {
    const chart = chartOf(
      [
        {
          metric: metric('a'),
          values: [
            [100, '1'],
            [110, '2'],
            [130, '4'],
          ],
        },
        {
          metric: metric('b'),
          values: [
            [120, 'NaN'],
            [130, '+Inf'],
          ],
        },
      ],
      100,
      130,
      10,
    );
    expect(chart.times).toEqual([100, 110, 120, 130]);
    expect(chart.series.map((series) => series.values)).toEqual([
      [1, 2, null, 4],
      [null, null, null, null],
    ]);
    expect(chart.series.map((series) => series.name)).toEqual(['{job="a"}', '{job="b"}']);
  });
  it('meets fractional steps without drifting', () => {
    const values = Array.from({ length: 1000 }, (_, i): [number, string] => [Number((i * 0.1).toFixed(3)), String(i)]);
    const chart = chartOf([{ metric: {}, values }], 0, 99.9, 0.1);
    expect(chart.times).toHaveLength(1000);
    expect(chart.series[0]?.values.every((value, i) => value === i)).toBe(true);
  });
  it('counts native histograms instead of drawing them', () => {
    const histograms: [number, { count: string; sum: string }][] = [[100, { count: '3', sum: '1' }]];
    expect(chartOf([{ metric: {}, histograms }], 100, 110, 10)).toMatchObject({ series: [], histogramSeries: 1 });
  });
  it('ignores samples outside the window', () => {
    expect(
      chartOf(
        [
          {
            metric: {},
            values: [
              [50, '1'],
              [500, '1'],
            ],
          },
        ],
        100,
        110,
        10,
      ).series[0]?.values,
    ).toEqual([null, null]);
  });
});

describe('stackColumns', () => {
  it('adds visible columns and skips hidden ones', () => {
    expect(
      stackColumns(
        [
          [1, 2],
          [10, 20],
          [100, null],
        ],
        [false, true, false],
      ),
    ).toEqual([
      [1, 2],
      [null, null],
      [101, 2],
    ]);
  });
});

describe('summarize', () => {
  it('leaves gaps out', () => {
    expect(summarize([null, 4, 2, null])).toEqual({ last: 2, min: 2, max: 4, mean: 3 });
    expect(summarize([null])).toEqual({ last: null, min: null, max: null, mean: null });
  });
});

it('orders the values under the pointer by size', () => {
  const series = [3, null, 7].map((value, i) => ({ id: `${i}`, name: '', labels: {}, values: [value] }));
  expect(valuesAt(series, 0)).toEqual([
    { index: 2, value: 7 },
    { index: 0, value: 3 },
  ]);
});
