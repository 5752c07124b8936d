// SPDX-License-Identifier: Apache-2.0
// Searches that this browser remembers: those saved under a name, and the latest ones.
import { create } from 'zustand';
import { readStored, writeStored } from '@/base/storage';

export interface SavedSearch {
  name: string;
  query: string;
}

interface SavedSearches {
  saved: SavedSearch[];
  recent: string[];
  save: (name: string, query: string) => void;
  remove: (name: string) => void;
  remember: (query: string) => void;
}

interface Stored {
  saved: SavedSearch[];
  recent: string[];
}

const isStored = (value: unknown): value is Stored =>
  typeof value === 'object' && value !== null && 'saved' in value && 'recent' in value;

export const useSavedSearches = create<SavedSearches>((set, get) => {
  const write = (next: Stored): void => {
    set(next);
    writeStored('log_searches', next);
  };
  return {
    ...(readStored('log_searches', isStored) ?? { saved: [], recent: [] }),
    save: (name, query) =>
      write({ recent: get().recent, saved: [...get().saved.filter((one) => one.name !== name), { name, query }] }),
    remove: (name) => write({ recent: get().recent, saved: get().saved.filter((one) => one.name !== name) }),
    remember: (query) =>
      write({ saved: get().saved, recent: [query, ...get().recent.filter((one) => one !== query)].slice(0, 20) }),
  };
});
