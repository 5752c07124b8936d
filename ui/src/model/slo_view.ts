// SPDX-License-Identifier: Apache-2.0
// Objectives for reading: order, words, a period as a chart, a file to start from.
import type { Slo, SloDetail, SloGroup } from '@/api/slo_queries';
import type { Labels } from '@/api/query_types';
import type { ChartData } from './chart_data';

export const stateWords: Record<SloGroup['state'], string> = {
  ok: 'on track',
  burning: 'burning',
  exhausted: 'budget spent',
  nodata: 'no events',
};

const rank: Record<SloGroup['state'], number> = { exhausted: 0, burning: 1, nodata: 2, ok: 3 };

/** The worst of the groups speaks for the objective. */
export function worstGroup(slo: Slo): SloGroup | null {
  return [...slo.groups].sort((a, b) => rank[a.state] - rank[b.state] || a.remaining - b.remaining)[0] ?? null;
}

export function orderSlos(slos: readonly Slo[], text: string): Slo[] {
  const words = text.toLowerCase().split(/\s+/).filter(Boolean);
  const matches = (slo: Slo): boolean => {
    const all = `${slo.name} ${slo.service} ${slo.description} ${Object.values(slo.labels).join(' ')}`.toLowerCase();
    return words.every((word) => all.includes(word));
  };
  const key = (slo: Slo): number => {
    const worst = worstGroup(slo);
    return worst ? rank[worst.state] * 10 + Math.min(9, worst.remaining) : 25;
  };
  return slos.filter(matches).sort((a, b) => key(a) - key(b) || (a.name < b.name ? -1 : 1));
}

export function groupSelector(labels: Labels): string {
  const pairs = Object.entries(labels).map(([name, value]) => `${name}=${JSON.stringify(value)}`);
  return pairs.length === 0 ? '' : `{${pairs.join(',')}}`;
}

export function burnDownOf(burnDown: SloDetail['burnDown']): ChartData {
  return {
    times: burnDown.map(([ms]) => ms / 1000),
    series: [{ id: 'remaining', name: 'budget left', labels: {}, values: burnDown.map(([, remaining]) => remaining) }],
    histogramSeries: 0,
  };
}

export function sliChart(detail: SloDetail): ChartData {
  const times = detail.burnDown.map(([ms]) => ms / 1000);
  return {
    times,
    series: [
      { id: 'sli', name: 'per hour', labels: {}, values: detail.burnDown.map(([, , sli]) => sli) },
      { id: 'objective', name: 'objective', labels: {}, values: times.map(() => detail.objective / 100) },
    ],
    histogramSeries: 0,
  };
}

/** How much of an objective may fail, as time of full outage. */
export function allowedOutageMinutes(objective: number, windowMinutes: number): number {
  return (1 - objective / 100) * windowMinutes;
}
