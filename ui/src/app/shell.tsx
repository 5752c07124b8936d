// SPDX-License-Identifier: Apache-2.0
// The frame around every page: side bar, notices of the server, command palette, short cuts.
import { Menu as MenuIcon, Search } from 'lucide-react';
import { useEffect, useState } from 'react';
import { useLocation } from 'wouter';
import { IconButton } from '@/widgets/button';
import { Dialog } from '@/widgets/popup';
import { usePreferences } from '@/widgets/preferences';
import { CommandPalette } from './command_palette';
import { places } from './navigation';
import { preloadExplore, Routes } from './routes';
import { ServerNotices } from './server_notices';
import { ShortcutHelp } from './shortcut_help';
import { Brand, Sidebar } from './sidebar';
import { useShortcuts } from './use_shortcuts';
import styles from './shell.module.css';

const preloadAfterMs = 1500;

export function Shell() {
  const isNarrow = usePreferences((p) => p.isSidebarNarrow);
  const [isPaletteOpen, setPaletteOpen] = useState(false);
  const [isHelpOpen, setHelpOpen] = useState(false);
  const [isDrawerOpen, setDrawerOpen] = useState(false);
  useShortcuts({ onPalette: () => setPaletteOpen(true), onHelp: () => setHelpOpen(true) });
  usePageTitle();
  // What people open next is there before they ask.
  useEffect(() => {
    const timer = setTimeout(preloadExplore, preloadAfterMs);
    return () => clearTimeout(timer);
  }, []);
  const palette = (): void => {
    setDrawerOpen(false);
    setPaletteOpen(true);
  };
  return (
    <div className={styles['shell']} data-narrow={isNarrow || undefined}>
      <a href="#main" className={styles['skip']}>
        Skip to the content
      </a>
      <aside className={styles['side']}>
        <Sidebar isNarrow={isNarrow} onPalette={palette} />
      </aside>
      <header className={styles['phoneHead']}>
        <IconButton label="Menu" onClick={() => setDrawerOpen(true)}>
          <MenuIcon />
        </IconButton>
        <Brand />
        <IconButton label="Search" onClick={palette}>
          <Search />
        </IconButton>
      </header>
      <main id="main" tabIndex={-1} className={styles['main']}>
        <ServerNotices />
        <Routes />
      </main>
      <Dialog title="Menu" open={isDrawerOpen} onOpenChange={setDrawerOpen} placement="left">
        <Sidebar isNarrow={false} onPalette={palette} onLeave={() => setDrawerOpen(false)} />
      </Dialog>
      <ShortcutHelp open={isHelpOpen} onOpenChange={setHelpOpen} />
      {isPaletteOpen && <CommandPalette onClose={() => setPaletteOpen(false)} onHelp={() => setHelpOpen(true)} />}
    </div>
  );
}

function usePageTitle(): void {
  const [path] = useLocation();
  useEffect(() => {
    const place = places.find((one) => one.path === path);
    document.title = place && path !== '/' ? `${place.name} · Signalbox` : 'Signalbox';
  }, [path]);
}
