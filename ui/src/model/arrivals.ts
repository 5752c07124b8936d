// SPDX-License-Identifier: Apache-2.0
// What arrived from whom, in words, and the page that shows it.
import type { Arrival } from '@/api/arrivals_queries';
import { groupDigits } from '@/base/number_format';

const units = {
  metrics: ['sample', 'samples'],
  traces: ['span', 'spans'],
  logs: ['log line', 'log lines'],
} as const;

/** "312 samples". */
export function itemsText(arrival: Arrival): string {
  const [one, many] = units[arrival.signal];
  return `${groupDigits(String(arrival.items))} ${arrival.items === 1 ? one : many}`;
}

/** "checkout", "the scrape job node", "Prometheus/3.5.0". */
export function sourceText(arrival: Arrival): string {
  if (arrival.source === '') return 'a sender without a name';
  return arrival.way === 'scrape' ? `the scrape job ${arrival.source}` : arrival.source;
}

/** Where to look at it; null where nothing tells its series from others. */
export function arrivalLink(arrival: Arrival): string | null {
  const quoted = JSON.stringify(arrival.source);
  if (arrival.source === '' || arrival.source === '(others)') return null;
  switch (arrival.signal) {
    case 'traces':
      return `/services/${encodeURIComponent(arrival.source)}`;
    case 'logs':
      return `/logs?${new URLSearchParams({ query: `{service_name=${quoted}}` }).toString()}`;
    case 'metrics': {
      if (arrival.way === 'remote write') return null;
      // The job of an OTLP resource is its namespace and its name.
      const escaped = arrival.source.replace(/[.*+?^${}()|[\]\\/]/g, '\\$&');
      const job = arrival.way === 'scrape' ? `job=${quoted}` : `job=~${JSON.stringify(`(.+/)?${escaped}`)}`;
      const expr = `count by (__name__) ({${job}})`;
      return `/explore?${new URLSearchParams({ 'g0.expr': expr, 'g0.tab': 'table' }).toString()}`;
    }
  }
}

export const arrivalKey = (one: Arrival): string => `${one.signal}\n${one.way}\n${one.source}`;

/**
 * What came since the page was opened: the sources that gained anything, each with what it gained. A
 * server that started anew counts from zero.
 */
export function gainedSince(before: readonly Arrival[], now: readonly Arrival[]): Arrival[] {
  const known = new Map(before.map((one) => [arrivalKey(one), one.items]));
  return now
    .map((one) => {
      const old = known.get(arrivalKey(one)) ?? 0;
      return { ...one, items: one.items >= old ? one.items - old : one.items };
    })
    .filter((one) => one.items > 0);
}
