// SPDX-License-Identifier: Apache-2.0
// Ctrl-K: one field that finds services, traces by their id, alerts, objectives, dashboards, saved views,
// pages and metrics, runs a query, searches the logs, changes a setting. All of it by keyboard.
import { Command } from 'cmdk';
import { Clock, Keyboard, Moon, Search, Sun, type LucideIcon } from 'lucide-react';
import { useMemo, useRef, useState, type KeyboardEvent } from 'react';
import { useLocation } from 'wouter';
import { fuzzySearch } from '@/base/fuzzy';
import { rankedGroups, withTimeOf } from '@/model/palette';
import { usePreferences } from '@/widgets/preferences';
import { FindingRow, TextRows } from './palette_rows';
import { useFindingGroups, useTraceFinding } from './use_findings';
import styles from './shell.module.css';

interface CommandPaletteProps {
  onClose: () => void;
  onHelp: () => void;
}

interface Action {
  name: string;
  icon: LucideIcon;
  run: () => void;
}

function useActions(onHelp: () => void): Action[] {
  const { shownTheme, setTheme, zone, setZone } = usePreferences();
  return [
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
  ];
}

export function CommandPalette({ onClose, onHelp }: CommandPaletteProps) {
  const [text, setText] = useState('');
  // Null until the keyboard or the pointer chooses: the best match, also when better ones arrive late.
  const [chosen, setChosen] = useState<string | null>(null);
  const isChoosing = useRef(false);
  const [, navigate] = useLocation();
  const all = useFindingGroups(text);
  const groups = useMemo(() => rankedGroups(all, text), [all, text]);
  const trace = useTraceFinding(text);
  const actions = fuzzySearch(useActions(onHelp), text, (action) => action.name);
  const choose = (run: () => void): void => {
    onClose();
    run();
  };
  const first = trace?.key ?? groups[0]?.findings[0]?.key ?? (actions[0] ? `do ${actions[0].name}` : '');
  const type = (next: string): void => {
    isChoosing.current = false;
    setChosen(null);
    setText(next);
  };
  const noteKey = ({ key }: KeyboardEvent): void => {
    if (/^(Arrow(Up|Down)|Home|End|[nNpPjJkK])$/.test(key)) isChoosing.current = true;
  };
  const open = (path: string): void => choose(() => navigate(withTimeOf(path, window.location.search)));

  return (
    <Command.Dialog
      open
      onOpenChange={(isOpen) => !isOpen && onClose()}
      label="Search for anything"
      value={chosen ?? first}
      onValueChange={(value) => isChoosing.current && setChosen(value)}
      onKeyDownCapture={noteKey}
      shouldFilter={false}
      loop
      overlayClassName={styles['paletteOverlay'] ?? ''}
      contentClassName={styles['paletteBox'] ?? ''}
    >
      <div className={styles['paletteInput']}>
        <Search aria-hidden />
        <Command.Input
          value={text}
          onValueChange={type}
          placeholder="A service, trace id, alert, dashboard, metric, page, or a query"
        />
        <kbd>Esc</kbd>
      </div>
      <Command.List
        className={styles['paletteList']}
        label="Found"
        onPointerMoveCapture={() => void (isChoosing.current = true)}
      >
        {trace && (
          <Command.Group heading="Trace">
            <FindingRow finding={trace} onOpen={open} />
          </Command.Group>
        )}
        {groups.map((group) => (
          <Command.Group key={group.name} heading={group.name}>
            {group.findings.map((finding) => (
              <FindingRow key={finding.key} finding={finding} onOpen={open} />
            ))}
          </Command.Group>
        ))}
        {actions.length > 0 && (
          <Command.Group heading="Settings">
            {actions.map((action) => (
              <Command.Item key={action.name} value={`do ${action.name}`} onSelect={() => choose(action.run)}>
                <action.icon aria-hidden /> {action.name}
              </Command.Item>
            ))}
          </Command.Group>
        )}
        {text.trim() !== '' && !trace && <TextRows text={text.trim()} onOpen={open} />}
      </Command.List>
      <footer className={styles['paletteFoot']} aria-hidden>
        <kbd>↑</kbd> <kbd>↓</kbd> choose <kbd>Enter</kbd> open
      </footer>
    </Command.Dialog>
  );
}
