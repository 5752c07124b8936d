// SPDX-License-Identifier: Apache-2.0
// Ctrl-K: go to a page, open a metric, run an earlier query, change a setting.
import { useQuery } from '@tanstack/react-query';
import { Command } from 'cmdk';
import { ChartLine, Clock, Keyboard, LayoutDashboard, Moon, Search, Sun } from 'lucide-react';
import { useMemo, useState } from 'react';
import { useLocation } from 'wouter';
import { searchQuery } from '@/api/dashboards';
import { metricNamesQuery } from '@/api/queries';
import { fuzzySearch } from '@/base/fuzzy';
import { usePreferences } from '@/widgets/preferences';
import { places } from './navigation';
import styles from './shell.module.css';

interface CommandPaletteProps {
  onClose: () => void;
  onHelp: () => void;
}

const shownMetrics = 8;

export function CommandPalette({ onClose, onHelp }: CommandPaletteProps) {
  const [text, setText] = useState('');
  const [, navigate] = useLocation();
  const names = useQuery(metricNamesQuery());
  const { shownTheme, setTheme, zone, setZone } = usePreferences();
  const metrics = useMemo(
    () =>
      text.trim().length < 2 ? [] : fuzzySearch(names.data?.data ?? [], text, (name) => name).slice(0, shownMetrics),
    [names.data, text],
  );
  const boards = useQuery(searchQuery()).data?.filter((hit) => hit.type === 'dash-db') ?? [];
  const dashboards = fuzzySearch(boards, text, (hit) => `${hit.title} ${hit.folderTitle ?? ''}`).slice(
    0,
    text.trim() === '' ? 4 : shownMetrics,
  );
  const found = fuzzySearch(places, text, (place) => `${place.name} ${place.words}`);
  const actions = fuzzySearch(
    [
      {
        name: shownTheme === 'dark' ? 'Light colours' : 'Dark colours',
        icon: shownTheme === 'dark' ? Sun : Moon,
        run: () => setTheme(shownTheme === 'dark' ? 'light' : 'dark'),
      },
      {
        name: zone === 'utc' ? 'Times in the local zone' : 'Times in UTC',
        icon: Clock,
        run: () => setZone(zone === 'utc' ? 'local' : 'utc'),
      },
      { name: 'Keys', icon: Keyboard, run: onHelp },
    ],
    text,
    (action) => action.name,
  );
  const isQuery = text.trim() !== '' && metrics.length === 0 && /[({[]/.test(text);
  const choose = (run: () => void): void => {
    onClose();
    run();
  };
  const explore = (expr: string): void =>
    choose(() => navigate(`/explore?${new URLSearchParams({ 'g0.expr': expr, 'g0.tab': 'graph' }).toString()}`));

  return (
    <Command.Dialog
      open
      onOpenChange={(open) => !open && onClose()}
      label="Search"
      shouldFilter={false}
      loop
      overlayClassName={styles['paletteOverlay'] ?? ''}
      contentClassName={styles['paletteBox'] ?? ''}
    >
      <div className={styles['paletteInput']}>
        <Search aria-hidden />
        <Command.Input value={text} onValueChange={setText} placeholder="A page, a dashboard, a metric, or a query" />
        <kbd>Esc</kbd>
      </div>
      <Command.List className={styles['paletteList']}>
        <Command.Empty className={styles['paletteEmpty']}>Nothing is called that.</Command.Empty>
        {isQuery && (
          <Command.Item value="run" onSelect={() => explore(text)}>
            <ChartLine aria-hidden /> Run <code>{text}</code>
          </Command.Item>
        )}
        {found.length > 0 && (
          <Command.Group heading="Pages">
            {found.map((place) => (
              <Command.Item key={place.path} value={place.path} onSelect={() => choose(() => navigate(place.path))}>
                <place.icon aria-hidden /> {place.name}
                {place.key && <kbd>G {place.key.toUpperCase()}</kbd>}
              </Command.Item>
            ))}
          </Command.Group>
        )}
        {dashboards.length > 0 && (
          <Command.Group heading="Dashboards">
            {dashboards.map((hit) => (
              <Command.Item
                key={hit.uid}
                value={`dashboard ${hit.uid}`}
                onSelect={() => choose(() => navigate(hit.url))}
              >
                <LayoutDashboard aria-hidden /> {hit.title}
              </Command.Item>
            ))}
          </Command.Group>
        )}
        {metrics.length > 0 && (
          <Command.Group heading="Metrics">
            {metrics.map((name) => (
              <Command.Item key={name} value={`metric ${name}`} onSelect={() => explore(name)}>
                <ChartLine aria-hidden /> <code>{name}</code>
              </Command.Item>
            ))}
          </Command.Group>
        )}
        {actions.length > 0 && (
          <Command.Group heading="Settings">
            {actions.map((action) => (
              <Command.Item key={action.name} value={`do ${action.name}`} onSelect={() => choose(action.run)}>
                <action.icon aria-hidden /> {action.name}
              </Command.Item>
            ))}
          </Command.Group>
        )}
      </Command.List>
    </Command.Dialog>
  );
}
