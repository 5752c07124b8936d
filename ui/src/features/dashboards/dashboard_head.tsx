// SPDX-License-Identifier: Apache-2.0
import { ArrowLeft, Pencil, Plus, Save } from 'lucide-react';
import { useState } from 'react';
import { Link, useLocation } from 'wouter';
import type { DashboardMeta } from '@/api/dashboards';
import type { JsonObject } from '@/model/dashboard/json';
import type { Dashboard } from '@/model/dashboard/types';
import { Badge } from '@/widgets/badge';
import { Button, IconButton } from '@/widgets/button';
import { late } from '@/widgets/late';
import { Menu } from '@/widgets/menu';
import { TimeControls } from '@/widgets/time_controls';
import type { PageTime } from '@/widgets/url_state';
import { DashboardMenu, type OpenDialog } from './dashboard_menu';
import { addRow } from './edit_dashboard';
import { SaveDialog } from './save_dialog';
import { ShareDialog } from './share_dialog';
import { usePdf } from './use_pdf';
import { VersionsDialog } from './versions_dialog';
import styles from './dashboards.module.css';

const SettingsDialog = late(() => import('./settings/settings_dialog').then((m) => m.SettingsDialog), {
  waiting: null,
});

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

export function DashboardHead(props: DashboardHeadProps) {
  const { dashboard, stored, meta, draft, time, isViewing, onDraft, onAdd, onAnnotate, onBack } = props;
  const [open, setOpen] = useState<OpenDialog>(null);
  const [, navigate] = useLocation();
  const raw = draft ?? dashboard.raw;
  const pdf = usePdf(dashboard, time.range);
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
      <DashboardMenu
        dashboard={dashboard}
        meta={meta}
        raw={raw}
        more={meta && !draft ? [pdf.item] : []}
        onAnnotate={onAnnotate}
        onOpen={setOpen}
      />
      {pdf.notice}
      {open === 'save' && <SaveDialog stored={stored} draft={raw} meta={meta} onClose={() => setOpen(null)} />}
      {open === 'versions' && <VersionsDialog uid={dashboard.uid} onClose={() => setOpen(null)} />}
      {open === 'share' && <ShareDialog dashboard={dashboard} raw={raw} time={time} onClose={() => setOpen(null)} />}
      {open === 'settings' && <SettingsDialog raw={raw} onChange={onDraft} onClose={() => setOpen(null)} />}
    </header>
  );
}
