// SPDX-License-Identifier: Apache-2.0
// What a person chose for this browser: colours, time zone, the state of the side bar.
import { create } from 'zustand';
import { readStored, writeStored } from '@/base/storage';
import type { Zone } from '@/base/time_format';

export type ThemeChoice = 'system' | 'dark' | 'light';
export type Theme = 'dark' | 'light';

interface Stored {
  theme: ThemeChoice;
  zone: Zone;
  isSidebarNarrow: boolean;
}

interface Preferences extends Stored {
  /** The colours in effect now. */
  shownTheme: Theme;
  setTheme: (theme: ThemeChoice) => void;
  setZone: (zone: Zone) => void;
  setSidebarNarrow: (narrow: boolean) => void;
}

const lightSystem = window.matchMedia('(prefers-color-scheme: light)');

function isStored(value: unknown): value is Partial<Stored> {
  return typeof value === 'object' && value !== null;
}

function resolve(theme: ThemeChoice): Theme {
  if (theme !== 'system') return theme;
  return lightSystem.matches ? 'light' : 'dark';
}

const stored: Stored = {
  theme: 'system',
  zone: 'local',
  isSidebarNarrow: false,
  ...readStored('preferences', isStored),
};

export const usePreferences = create<Preferences>((set, get) => {
  const change = (next: Partial<Stored>): void => {
    set({ ...next, shownTheme: resolve(next.theme ?? get().theme) });
    const { theme, zone, isSidebarNarrow } = get();
    writeStored('preferences', { theme, zone, isSidebarNarrow });
  };
  return {
    ...stored,
    shownTheme: resolve(stored.theme),
    setTheme: (theme) => change({ theme }),
    setZone: (zone) => change({ zone }),
    setSidebarNarrow: (isSidebarNarrow) => change({ isSidebarNarrow }),
  };
});

/** Puts the theme on the document, now and whenever it changes. Called once at start. */
export function applyTheme(): void {
  const apply = (theme: Theme): void => void (document.documentElement.dataset['theme'] = theme);
  apply(usePreferences.getState().shownTheme);
  usePreferences.subscribe((state) => apply(state.shownTheme));
  lightSystem.addEventListener('change', () => usePreferences.setState((s) => ({ shownTheme: resolve(s.theme) })));
}
