// SPDX-License-Identifier: Apache-2.0
import { Monitor, Moon, PanelLeft, Search, Sun } from 'lucide-react';
import { Link, useLocation } from 'wouter';
import { classNames } from '@/base/class_names';
import { IconButton } from '@/widgets/button';
import { ChoiceField } from '@/widgets/fields';
import { Hint } from '@/widgets/hint';
import { usePreferences } from '@/widgets/preferences';
import { placeGroups, type Place } from './navigation';
import styles from './shell.module.css';
import logo from './signalbox.svg';

export function Brand() {
  return (
    <Link href="/" className={styles['brand']} aria-label="Signalbox, start page">
      <img src={logo} alt="" width={26} height={26} />
      <span>Signalbox</span>
    </Link>
  );
}

interface SidebarProps {
  isNarrow: boolean;
  onPalette: () => void;
  /** After a place was chosen; closes the drawer on phones. */
  onLeave?: () => void;
}

export function Sidebar({ isNarrow, onPalette, onLeave }: SidebarProps) {
  const { setSidebarNarrow } = usePreferences();
  return (
    <div className={classNames(styles['sidebar'], isNarrow && styles['narrow'])}>
      {!onLeave && (
        <div className={styles['sideHead']}>
          <Brand />
          <IconButton
            label={isNarrow ? 'Widen the side bar' : 'Narrow the side bar'}
            onClick={() => setSidebarNarrow(!isNarrow)}
          >
            <PanelLeft />
          </IconButton>
        </div>
      )}
      <button type="button" className={styles['palette']} onClick={onPalette} aria-label="Search pages and metrics">
        <Search aria-hidden />
        <span>Search</span>
        {!onLeave && <kbd>Ctrl K</kbd>}
      </button>
      <nav aria-label="Main" className={styles['nav']}>
        {placeGroups.map((group) => (
          <div key={group.name ?? ''} role="group" aria-label={group.name ?? 'Main'}>
            {group.name && <div className={styles['groupName']}>{group.name}</div>}
            {group.places.map((place) => (
              <PlaceLink key={place.path} place={place} isNarrow={isNarrow} onLeave={onLeave} />
            ))}
          </div>
        ))}
      </nav>
      <div className={styles['sideFoot']}>
        <ThemeChoice isNarrow={isNarrow} />
      </div>
    </div>
  );
}

const aliases: Record<string, string> = { '/graph': '/explore', '/query': '/explore' };

function PlaceLink({
  place,
  isNarrow,
  onLeave,
}: {
  place: Place;
  isNarrow: boolean;
  onLeave?: (() => void) | undefined;
}) {
  const [path] = useLocation();
  const isHere =
    (aliases[path] ?? path) === place.path || (place.path === '/dashboards' && /^\/(d|dashboard)\//.test(path));
  const Icon = place.icon;
  const link = (
    <Link
      href={place.path}
      className={styles['place']}
      aria-current={isHere ? 'page' : undefined}
      onClick={() => onLeave?.()}
    >
      <Icon aria-hidden />
      <span>{place.name}</span>
    </Link>
  );
  return isNarrow ? <Hint text={place.name}>{link}</Hint> : link;
}

function ThemeChoice({ isNarrow }: { isNarrow: boolean }) {
  const { theme, setTheme, shownTheme } = usePreferences();
  if (isNarrow) {
    return (
      <IconButton label="Dark or light" onClick={() => setTheme(shownTheme === 'dark' ? 'light' : 'dark')}>
        {shownTheme === 'dark' ? <Moon /> : <Sun />}
      </IconButton>
    );
  }
  return (
    <ChoiceField
      label="Colours"
      value={theme}
      onChange={setTheme}
      choices={[
        { value: 'system', label: <Monitor />, hint: 'As the system' },
        { value: 'dark', label: <Moon />, hint: 'Dark' },
        { value: 'light', label: <Sun />, hint: 'Light' },
      ]}
    />
  );
}
