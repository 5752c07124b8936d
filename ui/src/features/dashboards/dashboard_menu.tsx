// SPDX-License-Identifier: Apache-2.0
// What can be done with a dashboard besides looking at it and changing its panels.
import { useQueryClient } from '@tanstack/react-query';
import { Download, EllipsisVertical, Flag, History, Maximize, Settings, Share2, Trash2 } from 'lucide-react';
import { useLocation } from 'wouter';
import { deleteDashboard, type DashboardMeta } from '@/api/dashboards';
import { portable, prettyJson } from '@/model/dashboard/export_dashboard';
import type { JsonObject } from '@/model/dashboard/json';
import type { Dashboard } from '@/model/dashboard/types';
import { IconButton } from '@/widgets/button';
import { Menu, type MenuItem } from '@/widgets/menu';
import { download } from './download';

export type OpenDialog = 'save' | 'versions' | 'settings' | 'share' | null;

interface DashboardMenuProps {
  dashboard: Dashboard;
  meta: DashboardMeta | null;
  /** As it is now, saved or not. */
  raw: JsonObject;
  /** Other ways to take it away. */
  more: readonly MenuItem[];
  onAnnotate: () => void;
  onOpen: (dialog: OpenDialog) => void;
}

export function DashboardMenu({ dashboard, meta, raw, more, onAnnotate, onOpen }: DashboardMenuProps) {
  const [, navigate] = useLocation();
  const client = useQueryClient();
  const items: MenuItem[] = [
    { label: 'Share', icon: <Share2 />, onSelect: () => onOpen('share') },
    { label: 'Add annotation', icon: <Flag />, onSelect: onAnnotate },
    {
      label: 'Full screen',
      icon: <Maximize />,
      onSelect: () =>
        void document.documentElement
          .requestFullscreen()
          .then(() => navigate(`${window.location.pathname}?${kiosk()}`)),
    },
    { label: 'Settings', icon: <Settings />, onSelect: () => onOpen('settings') },
    ...(meta ? [{ label: 'Versions', icon: <History />, onSelect: () => onOpen('versions') }] : []),
    {
      label: 'Download JSON',
      icon: <Download />,
      onSelect: () => download(`${dashboard.title}.json`, prettyJson(portable(raw)), 'application/json'),
    },
    ...more,
    ...(meta?.canDelete
      ? [
          {
            label: 'Delete',
            icon: <Trash2 />,
            onSelect: () => {
              if (!window.confirm(`Delete the dashboard "${dashboard.title}" with all its versions?`)) return;
              void deleteDashboard(dashboard.uid).then(() =>
                client.invalidateQueries({ queryKey: ['dashboards'] }).then(() => navigate('/dashboards')),
              );
            },
          },
        ]
      : []),
  ];
  return (
    <Menu
      items={items}
      trigger={
        <IconButton label="Menu of the dashboard" look="plain">
          <EllipsisVertical />
        </IconButton>
      }
    />
  );
}

function kiosk(): string {
  const params = new URLSearchParams(window.location.search);
  params.set('kiosk', '1');
  return params.toString();
}
