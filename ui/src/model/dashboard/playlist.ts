// SPDX-License-Identifier: Apache-2.0
// Which dashboards a playlist shows, in its order.
import { parseDuration } from '@/base/duration';

interface Item {
  type: string;
  value: string;
}

interface Hit {
  id: number;
  uid: string;
  type: string;
  tags: readonly string[];
}

/** Items by tag become all dashboards with the tag; what no longer exists is left out. */
export function playlistUids(items: readonly Item[], hits: readonly Hit[]): string[] {
  const boards = hits.filter((hit) => hit.type === 'dash-db');
  return items.flatMap(({ type, value }) =>
    boards
      .filter((hit) =>
        type === 'dashboard_by_tag'
          ? hit.tags.includes(value)
          : type === 'dashboard_by_id'
            ? String(hit.id) === value
            : hit.uid === value,
      )
      .map((hit) => hit.uid),
  );
}

const shortestMs = 3000;

/** How long each dashboard stays; five minutes where nothing readable is said. */
export function playlistMs(interval: string): number {
  return Math.max(parseDuration(interval) ?? 300_000, shortestMs);
}
