// SPDX-License-Identifier: Apache-2.0
// Queries that were run in this browser, newest first; starred ones stay.
import { create } from 'zustand';
import { readStored, writeStored } from '@/base/storage';

export interface HistoryEntry {
  query: string;
  /** Milliseconds since the epoch of the last run. */
  ranAt: number;
  isStarred: boolean;
}

const maxEntries = 200;

function isHistory(value: unknown): value is HistoryEntry[] {
  return (
    Array.isArray(value) &&
    value.every((one: Partial<HistoryEntry>) => typeof one?.query === 'string' && typeof one.ranAt === 'number')
  );
}

/** The list with the query at its top; the oldest that are not starred fall out. */
export function withQuery(entries: readonly HistoryEntry[], query: string, ranAt: number): HistoryEntry[] {
  const known = entries.find((entry) => entry.query === query);
  const rest = entries.filter((entry) => entry !== known);
  const next = [{ query, ranAt, isStarred: known?.isStarred ?? false }, ...rest];
  return next.filter((entry, index) => index < maxEntries || entry.isStarred);
}

interface QueryHistory {
  entries: HistoryEntry[];
  remember: (query: string) => void;
  star: (query: string) => void;
  forget: (query: string) => void;
}

export const useQueryHistory = create<QueryHistory>((set, get) => {
  const replace = (entries: HistoryEntry[]): void => {
    set({ entries });
    writeStored('query_history', entries);
  };
  return {
    entries: readStored('query_history', isHistory) ?? [],
    remember: (query) => replace(withQuery(get().entries, query, Date.now())),
    star: (query) => replace(get().entries.map((e) => (e.query === query ? { ...e, isStarred: !e.isStarred } : e))),
    forget: (query) => replace(get().entries.filter((e) => e.query !== query)),
  };
});
