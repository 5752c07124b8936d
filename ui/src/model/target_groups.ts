// SPDX-License-Identifier: Apache-2.0
// Scrape targets by pool, counted and filtered. Pools with failing targets come first.
import type { ActiveTarget, Targets } from '@/api/status_types';
import { matchesLabels } from './labels_text';

export type HealthFilter = 'all' | 'down' | 'up' | 'unknown';

export interface TargetPool {
  name: string;
  targets: ActiveTarget[];
  up: number;
  down: number;
  /** Not scraped yet. */
  unknown: number;
  dropped: number;
}

function countOf(targets: readonly ActiveTarget[], health: ActiveTarget['health']): number {
  return targets.filter((target) => target.health === health).length;
}

export function targetPools(targets: Targets): TargetPool[] {
  const byPool = new Map<string, ActiveTarget[]>();
  for (const target of targets.activeTargets) {
    const pool = byPool.get(target.scrapePool);
    if (pool) pool.push(target);
    else byPool.set(target.scrapePool, [target]);
  }
  const droppedOf = droppedCounts(targets);
  for (const name of droppedOf.keys()) if (!byPool.has(name)) byPool.set(name, []);
  return [...byPool]
    .map(([name, pool]) => ({
      name,
      targets: pool,
      up: countOf(pool, 'up'),
      down: countOf(pool, 'down'),
      unknown: countOf(pool, 'unknown'),
      dropped: droppedOf.get(name) ?? 0,
    }))
    .sort((a, b) => Number(b.down > 0) - Number(a.down > 0) || (a.name < b.name ? -1 : 1));
}

function droppedCounts(targets: Targets): Map<string, number> {
  if (targets.droppedTargetCounts) {
    return new Map(Object.entries(targets.droppedTargetCounts).filter(([, count]) => count > 0));
  }
  const counts = new Map<string, number>();
  for (const target of targets.droppedTargets) {
    const pool = target.scrapePool ?? target.discoveredLabels['job'] ?? '';
    counts.set(pool, (counts.get(pool) ?? 0) + 1);
  }
  return counts;
}

/** The pools with the targets that match; pools without any are left out while a filter is set. */
export function filterPools(pools: readonly TargetPool[], health: HealthFilter, text: string): TargetPool[] {
  if (health === 'all' && text.trim() === '') return [...pools];
  return pools
    .map((pool) => ({
      ...pool,
      targets: pool.targets.filter(
        (target) =>
          (health === 'all' || target.health === health) &&
          matchesLabels(target.labels, text, `${target.scrapeUrl} ${target.lastError} ${pool.name}`),
      ),
    }))
    .filter((pool) => pool.targets.length > 0);
}

export function intervalMs(text: string): number {
  const units: Record<string, number> = {
    ms: 1,
    s: 1000,
    m: 60_000,
    h: 3_600_000,
    d: 86_400_000,
    w: 604_800_000,
    y: 31_536_000_000,
  };
  return [...text.matchAll(/(\d+)(ms|[smhdwy])/g)].reduce(
    (sum, [, n, unit]) => sum + Number(n) * (units[unit ?? ''] ?? 0),
    0,
  );
}
