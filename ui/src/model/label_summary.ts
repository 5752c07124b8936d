// SPDX-License-Identifier: Apache-2.0
// The labels of a set of series: which names, how many values each, how many series per value.
import type { Labels } from '@/api/query_types';

export interface LabelSummary {
  name: string;
  values: { value: string; series: number }[];
}

/** Labels with few values first: these are the ones to group and filter by. */
export function summarizeLabels(series: readonly Labels[]): LabelSummary[] {
  const byName = new Map<string, Map<string, number>>();
  for (const labels of series) {
    for (const [name, value] of Object.entries(labels)) {
      if (name === '__name__') continue;
      const values = byName.get(name) ?? new Map<string, number>();
      values.set(value, (values.get(value) ?? 0) + 1);
      byName.set(name, values);
    }
  }
  return [...byName]
    .map(([name, values]) => ({
      name,
      values: [...values]
        .map(([value, count]) => ({ value, series: count }))
        .sort((a, b) => b.series - a.series || (a.value < b.value ? -1 : 1)),
    }))
    .sort((a, b) => a.values.length - b.values.length || (a.name < b.name ? -1 : 1));
}
