// SPDX-License-Identifier: Apache-2.0
// The rows of the command palette.
import { Command } from 'cmdk';
import {
  Bell,
  Bookmark,
  Boxes,
  ChartLine,
  FileText,
  LayoutDashboard,
  Route,
  Search,
  Target,
  type LucideIcon,
} from 'lucide-react';
import type { ReactNode } from 'react';
import { isQueryText, type Finding } from '@/model/palette';
import { morePlaces, places } from './navigation';
import styles from './shell.module.css';

const icons: Partial<Record<Finding['kind'], LucideIcon>> = {
  trace: Route,
  service: Boxes,
  alert: Bell,
  objective: Target,
  dashboard: LayoutDashboard,
  view: Bookmark,
  metric: ChartLine,
};
const allPlaces = [...places, ...morePlaces];

export function FindingRow({ finding, onOpen }: { finding: Finding; onOpen: (path: string) => void }) {
  const place = finding.kind === 'page' ? allPlaces.find((one) => one.path === finding.path) : undefined;
  const Icon = place?.icon ?? icons[finding.kind] ?? Search;
  return (
    <Command.Item value={finding.key} onSelect={() => onOpen(finding.path ?? '/')}>
      <Icon aria-hidden data-urgent={finding.isUrgent || undefined} />
      {finding.kind === 'metric' || finding.kind === 'trace' ? (
        <code className={styles['paletteLabel']}>{finding.label}</code>
      ) : (
        <span className={styles['paletteLabel']}>{finding.label}</span>
      )}
      {finding.note && <span className={styles['paletteNote']}>{finding.note}</span>}
      {place?.key && <kbd>G {place.key.toUpperCase()}</kbd>}
    </Command.Item>
  );
}

/** What can be done with the text whatever it is: no text leads nowhere. */
export function TextRows({ text, onOpen }: { text: string; onOpen: (path: string) => void }) {
  const address = (path: string, params: Record<string, string>): string =>
    `${path}?${new URLSearchParams(params).toString()}`;
  const isQuery = isQueryText(text);
  const row = (value: string, icon: ReactNode, words: string, path: string) => (
    <Command.Item value={value} onSelect={() => onOpen(path)}>
      {icon} {words} <code className={styles['paletteLabel']}>{text}</code>
    </Command.Item>
  );
  return (
    <Command.Group heading="Search for this text">
      {isQuery &&
        row('run', <ChartLine aria-hidden />, 'Run', address('/explore', { 'g0.expr': text, 'g0.tab': 'graph' }))}
      {row('search logs', <FileText aria-hidden />, 'Logs with', address('/logs', { query: text }))}
    </Command.Group>
  );
}
