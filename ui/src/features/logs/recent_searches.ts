// SPDX-License-Identifier: Apache-2.0
// The latest searches of this browser. Those that shall stay are saved views (widgets/query/views_menu).
import { create } from 'zustand';
import { readStored, writeStored } from '@/base/storage';

interface RecentSearches {
  recent: string[];
  remember: (query: string) => void;
}

const most = 20;

const isStored = (value: unknown): value is { recent: string[] } =>
  typeof value === 'object' && value !== null && 'recent' in value && Array.isArray(value.recent);

export const useRecentSearches = create<RecentSearches>((set, get) => ({
  recent: readStored('log_searches', isStored)?.recent ?? [],
  remember: (query) => {
    const recent = [query, ...get().recent.filter((one) => one !== query)].slice(0, most);
    set({ recent });
    writeStored('log_searches', { recent });
  },
}));
