// SPDX-License-Identifier: Apache-2.0
// One value out of a column: the calculations that legends, stats and transformations name.
import type { Value } from './frame';

type Numbers = readonly number[];
const sum = (values: Numbers): number => values.reduce((a, b) => a + b, 0);
const mean = (values: Numbers): number | null => (values.length === 0 ? null : sum(values) / values.length);

function percentile(values: Numbers, p: number): number | null {
  if (values.length === 0) return null;
  const sorted = [...values].sort((a, b) => a - b);
  return sorted[Math.min(Math.max(Math.ceil((p / 100) * sorted.length) - 1, 0), sorted.length - 1)] ?? null;
}

function variance(values: Numbers): number | null {
  const middle = mean(values);
  return middle === null ? null : sum(values.map((value) => (value - middle) ** 2)) / values.length;
}

function increase(values: Numbers): number {
  let total = 0;
  for (let i = 1; i < values.length; i++) {
    const step = (values[i] ?? 0) - (values[i - 1] ?? 0);
    total += step >= 0 ? step : (values[i] ?? 0);
  }
  return total;
}

const extreme = (values: Numbers, pick: (...n: number[]) => number): number | null =>
  values.length === 0 ? null : values.reduce((a, b) => pick(a, b));

export const calculationNames: Readonly<Record<string, string>> = {
  lastNotNull: 'Last *',
  last: 'Last',
  firstNotNull: 'First *',
  first: 'First',
  min: 'Min',
  max: 'Max',
  mean: 'Mean',
  median: 'Median',
  sum: 'Total',
  count: 'Count',
  range: 'Range',
  delta: 'Delta',
  step: 'Step',
  diff: 'Difference',
  diffperc: 'Difference percent',
  logmin: 'Min (above zero)',
  allIsZero: 'All zeros',
  allIsNull: 'All nulls',
  changeCount: 'Change count',
  distinctCount: 'Distinct count',
  variance: 'Variance',
  stdDev: 'StdDev',
  allValues: 'All values',
  uniqueValues: 'All unique values',
};

const aliases: Record<string, string> = { avg: 'mean', current: 'lastNotNull', total: 'sum' };

export function calculationName(id: string): string {
  const p = /^p(\d+)$/.exec(id);
  return p ? `${p[1]}th %` : (calculationNames[aliases[id] ?? id] ?? id);
}

export function reduceValues(values: readonly Value[], given: string): Value {
  const id = aliases[given] ?? given;
  const numbers = values.filter((value): value is number => typeof value === 'number' && Number.isFinite(value));
  const first = numbers[0] ?? null;
  const last = numbers.at(-1) ?? null;
  switch (id) {
    case 'lastNotNull':
      return values.findLast((value) => value !== null && !Number.isNaN(value)) ?? null;
    case 'last':
      return values.at(-1) ?? null;
    case 'firstNotNull':
      return values.find((value) => value !== null && !Number.isNaN(value)) ?? null;
    case 'first':
      return values[0] ?? null;
    case 'min':
      return extreme(numbers, Math.min);
    case 'max':
      return extreme(numbers, Math.max);
    case 'mean':
      return mean(numbers);
    case 'median':
      return percentile(numbers, 50);
    case 'sum':
      return numbers.length === 0 ? null : sum(numbers);
    case 'count':
      return values.length;
    case 'range':
      return numbers.length === 0 ? null : (extreme(numbers, Math.max) ?? 0) - (extreme(numbers, Math.min) ?? 0);
    case 'delta':
      return increase(numbers);
    case 'step':
      return numbers.length < 2
        ? null
        : Math.min(...numbers.slice(1).map((value, i) => Math.abs(value - (numbers[i] ?? 0))));
    case 'diff':
      return first === null || last === null ? null : last - first;
    case 'diffperc':
      return first === null || last === null || first === 0 ? null : (last - first) / first;
    case 'logmin':
      return extreme(
        numbers.filter((value) => value > 0),
        Math.min,
      );
    case 'allIsZero':
      return values.every((value) => value === 0);
    case 'allIsNull':
      return values.every((value) => value === null);
    case 'changeCount':
      return values.filter((value, i) => i > 0 && value !== values[i - 1]).length;
    case 'distinctCount':
      return new Set(values).size;
    case 'variance':
      return variance(numbers);
    case 'stdDev': {
      const v = variance(numbers);
      return v === null ? null : Math.sqrt(v);
    }
    case 'allValues':
      return values.map(String).join(', ');
    case 'uniqueValues':
      return [...new Set(values)].map(String).join(', ');
  }
  const p = /^p(\d{1,2})$/.exec(id);
  return p ? percentile(numbers, Number(p[1])) : null;
}
