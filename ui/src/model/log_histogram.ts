// SPDX-License-Identifier: Apache-2.0
// Lines per step by level, in the order of their weight.
import type { RangeSeries } from '@/api/query_types';
import { chartOf, type ChartData } from './chart_data';
import { levelOf, levels, type Level } from './log_lines';

export interface LevelChart extends ChartData {
  levels: Level[];
  total: number;
}

export function levelChart(result: readonly RangeSeries[], start: number, end: number, step: number): LevelChart {
  const chart = chartOf(result, start, end, step);
  const byLevel = new Map<Level, (number | null)[]>();
  for (const series of chart.series) {
    const level = levelOf(series.labels['detected_level']);
    const sum = byLevel.get(level);
    byLevel.set(level, sum ? sum.map((value, i) => addUp(value, series.values[i] ?? null)) : [...series.values]);
  }
  const order = [...levels].reverse().filter((level) => byLevel.has(level));
  const series = order.map((level) => ({
    id: level,
    name: level,
    labels: { level },
    values: byLevel.get(level) ?? [],
  }));
  const total = series.reduce((sum, one) => sum + one.values.reduce<number>((a, value) => a + (value ?? 0), 0), 0);
  return { times: chart.times, series, histogramSeries: 0, levels: order, total };
}

const addUp = (a: number | null, b: number | null): number | null =>
  a === null && b === null ? null : (a ?? 0) + (b ?? 0);
