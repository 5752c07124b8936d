// SPDX-License-Identifier: Apache-2.0
import { ArrowLeft, EllipsisVertical, Maximize, Pencil, Plus, Save } from 'lucide-react';
import { useState } from 'react';
import { Link, useLocation } from 'wouter';
import { createSnapshot, deleteDashboard, type DashboardMeta } from '@/api/dashboards';
import { copyText } from '@/base/clipboard';
import { portable, prettyJson } from '@/model/dashboard/export_dashboard';
import type { JsonObject } from '@/model/dashboard/json';
import type { Dashboard } from '@/model/dashboard/types';
import { encodeEnd } from '@/model/time_range';
import { Badge } from '@/widgets/badge';
import { Button, IconButton } from '@/widgets/button';
import { Menu, type MenuItem } from '@/widgets/menu';
import { TimeControls } from '@/widgets/time_controls';
import type { PageTime } from '@/widgets/url_state';
import { useQueryClient } from '@tanstack/react-query';
import { download } from './download';
import { addRow } from './edit_dashboard';
import { SaveDialog } from './save_dialog';
import { SettingsDialog } from './settings_dialog';
import { VersionsDialog } from './versions_dialog';
import styles from './dashboards.module.css';

interface DashboardHeadProps {
  dashboard: Dashboard;
  stored: JsonObject;
  meta: DashboardMeta | null;
  draft: JsonObject | null;
  time: PageTime;
  isViewing: boolean;
  onDraft: (draft: JsonObject | null) => void;
  onAdd: (type: string) => void;
  onAnnotate: () => void;
  onBack: () => void;
}

type Open = 'save' | 'versions' | 'settings' | null;

export function DashboardHead(props: DashboardHeadProps) {
  const { dashboard, stored, meta, draft, time, isViewing, onDraft, onAdd, onAnnotate, onBack } = props;
  const [open, setOpen] = useState<Open>(null);
  const [, navigate] = useLocation();
  const client = useQueryClient();
  const raw = draft ?? dashboard.raw;
  const share = (): void => {
    const url = new URL(window.location.href);
    url.searchParams.set('from', encodeEnd(time.range.from));
    url.searchParams.set('to', encodeEnd(time.range.to));
    void copyText(url.toString());
  };
  const items: MenuItem[] = [
    { label: 'Copy link', onSelect: share },
    { label: 'Add annotation', onSelect: onAnnotate },
    {
      label: 'Full screen',
      icon: <Maximize />,
      onSelect: () =>
        void document.documentElement
          .requestFullscreen()
          .then(() => navigate(`${window.location.pathname}?${kiosk()}`)),
    },
    { label: 'Settings', onSelect: () => setOpen('settings') },
    ...(meta ? [{ label: 'Versions', onSelect: () => setOpen('versions') }] : []),
    {
      label: 'Download JSON',
      onSelect: () => download(`${dashboard.title}.json`, prettyJson(portable(raw)), 'application/json'),
    },
    {
      label: 'Snapshot',
      onSelect: () => void createSnapshot(raw, dashboard.title).then((made) => navigate(made.url)),
    },
    ...(meta?.canDelete
      ? [
          {
            label: 'Delete',
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
    <header className={styles['head']}>
      {isViewing && (
        <IconButton label="Back to the dashboard" onClick={onBack}>
          <ArrowLeft />
        </IconButton>
      )}
      <div className={styles['title']}>
        <h1>{dashboard.title}</h1>
        <Link href="/dashboards">{meta ? meta.folderTitle : 'Dashboards'}</Link>
        {draft && <Badge tone="warn">not saved</Badge>}
        {!draft && meta?.provisioned && <Badge>from a file</Badge>}
      </div>
      {draft ? (
        <div className={styles['buttons']}>
          <Menu
            trigger={<Button icon={<Plus />}>Add</Button>}
            items={[
              { label: 'Panel', onSelect: () => onAdd('timeseries') },
              { label: 'Text', onSelect: () => onAdd('text') },
              { label: 'Row', onSelect: () => onDraft(addRow(dashboard)) },
            ]}
          />
          <Button look="primary" icon={<Save />} onClick={() => setOpen('save')}>
            Save
          </Button>
          <Button
            onClick={() => {
              onBack();
              if (meta) onDraft(null);
              else navigate('/dashboards');
            }}
          >
            Discard
          </Button>
        </div>
      ) : (
        <IconButton label="Edit" look="plain" onClick={() => onDraft(dashboard.raw)}>
          <Pencil />
        </IconButton>
      )}
      <TimeControls time={time} />
      <Menu
        items={items}
        trigger={
          <IconButton label="Menu of the dashboard" look="plain">
            <EllipsisVertical />
          </IconButton>
        }
      />
      {open === 'save' && <SaveDialog stored={stored} draft={raw} meta={meta} onClose={() => setOpen(null)} />}
      {open === 'versions' && <VersionsDialog uid={dashboard.uid} onClose={() => setOpen(null)} />}
      {open === 'settings' && <SettingsDialog raw={raw} onChange={onDraft} onClose={() => setOpen(null)} />}
    </header>
  );
}

function kiosk(): string {
  const params = new URLSearchParams(window.location.search);
  params.set('kiosk', '1');
  return params.toString();
}
