// SPDX-License-Identifier: Apache-2.0
// What service discovery found: every target, scraped or dropped by relabelling, by pool.
import type { Labels } from '@/api/query_types';
import type { Targets } from '@/api/status_types';

export interface DiscoveredTarget {
  key: string;
  pool: string;
  discovered: Labels;
  /** Null when relabelling dropped the target. */
  labels: Labels | null;
}

export interface DiscoveryPool {
  name: string;
  targets: DiscoveredTarget[];
  active: number;
}

export function discoveryPools(targets: Targets): DiscoveryPool[] {
  const all: DiscoveredTarget[] = [
    ...targets.activeTargets.map((target, i) => ({
      key: `a${i}`,
      pool: target.scrapePool,
      discovered: target.discoveredLabels,
      labels: target.labels,
    })),
    ...targets.droppedTargets.map((target, i) => ({
      key: `d${i}`,
      pool: target.scrapePool ?? target.discoveredLabels['job'] ?? '',
      discovered: target.discoveredLabels,
      labels: null,
    })),
  ];
  const byPool = new Map<string, DiscoveredTarget[]>();
  for (const target of all) {
    const pool = byPool.get(target.pool);
    if (pool) pool.push(target);
    else byPool.set(target.pool, [target]);
  }
  return [...byPool]
    .map(([name, pool]) => ({ name, targets: pool, active: pool.filter((target) => target.labels !== null).length }))
    .sort((a, b) => (a.name < b.name ? -1 : 1));
}
