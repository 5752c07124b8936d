// SPDX-License-Identifier: Apache-2.0
import { useQueries } from '@tanstack/react-query';
import { instantQuery } from '@/api/queries';
import { durationMs } from '@/base/brand';
import { formatDuration } from '@/base/duration';
import { inventoryRows, type Inventory, type InventoryRow } from '@/model/infrastructure';
import type { ResolvedRange } from '@/model/time_range';

const longestMs = 300_000;

interface InventoryState {
  rows: InventoryRow[];
  isPending: boolean;
  error: Error | null;
  refetch: () => void;
}

/** The things of one kind at the end of the range, rates over its last minutes. */
export function useInventory(inventory: Inventory, range: ResolvedRange): InventoryState {
  const window = formatDuration(durationMs(Math.max(60_000, Math.min(longestMs, range.to - range.from))));
  const results = useQueries({
    queries: inventory.figures.map((figure) => instantQuery(figure.query.replaceAll('%r', window), range.to / 1000)),
  });
  const vectors = results.map((one) => (one.data?.data.resultType === 'vector' ? one.data.data.result : []));
  return {
    rows: inventoryRows(inventory, vectors),
    isPending: results.some((one) => one.isPending),
    error: results.find((one) => one.error)?.error ?? null,
    refetch: () => results.forEach((one) => void one.refetch()),
  };
}
