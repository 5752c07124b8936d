// SPDX-License-Identifier: Apache-2.0
import { useQuery, useQueryClient } from '@tanstack/react-query';
import { useMemo, useState } from 'react';
import { useLocation } from 'wouter';
import { createFolder, saveDashboard, searchQuery, type DashboardMeta } from '@/api/dashboards';
import { ApiError } from '@/api/http';
import { plural } from '@/base/number_format';
import { differences } from '@/model/dashboard/export_dashboard';
import { text, type JsonObject } from '@/model/dashboard/json';
import { Button } from '@/widgets/button';
import { TextField } from '@/widgets/fields';
import { Dialog } from '@/widgets/popup';
import { Notice } from '@/widgets/states';
import { Differences } from './differences';
import styles from './dashboards.module.css';

interface SaveDialogProps {
  stored: JsonObject;
  draft: JsonObject;
  meta: DashboardMeta | null;
  onClose: () => void;
}

const newFolder = '+';

export function SaveDialog({ stored, draft, meta, onClose }: SaveDialogProps) {
  const folders = useQuery(searchQuery()).data?.filter((hit) => hit.type === 'dash-folder') ?? [];
  const [title, setTitle] = useState(text(draft, 'title'));
  const [folder, setFolder] = useState(meta?.folderUid ?? '');
  const [folderTitle, setFolderTitle] = useState('');
  const [message, setMessage] = useState('');
  const [problem, setProblem] = useState<unknown>(null);
  const [isSaving, setSaving] = useState(false);
  const [, navigate] = useLocation();
  const client = useQueryClient();
  const changed = useMemo(() => (meta ? differences(stored, { ...draft, title }) : []), [meta, stored, draft, title]);
  const isLocked = meta?.provisioned === true && !meta.canSave;
  const save = async (overwrite: boolean, asCopy: boolean): Promise<void> => {
    setSaving(true);
    setProblem(null);
    try {
      const folderUid = folder === newFolder ? (await createFolder(folderTitle)).uid : folder;
      const { id: _id, uid: _uid, ...copy } = draft;
      const saved = await saveDashboard({
        dashboard: { ...(asCopy ? copy : draft), title },
        folderUid,
        message,
        overwrite,
      });
      await client.invalidateQueries({ queryKey: ['dashboards'] });
      onClose();
      navigate(`${saved.url}${window.location.search.replace(/[?&]editPanel=[^&]*/, '')}`);
    } catch (error) {
      setProblem(error);
      setSaving(false);
    }
  };
  const isConflict = problem instanceof ApiError && problem.status === 412;
  return (
    <Dialog title="Save dashboard" open onOpenChange={(open) => !open && onClose()} placement="wide">
      <div className={styles['dialogBody']}>
        {isLocked && (
          <Notice tone="info" title={`This dashboard comes from ${meta.provisionedExternalId}.`}>
            Save a copy, or change the file.
          </Notice>
        )}
        <label className={styles['field']}>
          Title
          <TextField label="Title" value={title} onChange={setTitle} />
        </label>
        <label className={styles['field']}>
          Folder
          <select value={folder} onChange={(event) => setFolder(event.target.value)}>
            <option value="">General</option>
            {folders.map((one) => (
              <option key={one.uid} value={one.uid}>
                {one.title}
              </option>
            ))}
            <option value={newFolder}>New folder…</option>
          </select>
        </label>
        {folder === newFolder && (
          <TextField
            label="Title of the new folder"
            placeholder="Title of the new folder"
            value={folderTitle}
            onChange={setFolderTitle}
          />
        )}
        <label className={styles['field']}>
          What changed
          <TextField
            label="What changed"
            placeholder="Shown in the list of versions"
            value={message}
            onChange={setMessage}
          />
        </label>
        {meta && (
          <>
            <span>
              {changed.length === 0 ? 'Nothing differs from the saved version.' : plural(changed.length, 'difference')}
            </span>
            <Differences list={changed} />
          </>
        )}
        {problem !== null && (
          <Notice tone="bad" title={problem instanceof Error ? problem.message : String(problem)}>
            {isConflict && 'Saving over it keeps the other change as a version.'}
          </Notice>
        )}
        <div className={styles['buttons']}>
          <Button
            look="primary"
            disabled={isSaving || isLocked || title === ''}
            onClick={() => void save(isConflict, false)}
          >
            {isConflict ? 'Save over it' : 'Save'}
          </Button>
          {meta && (
            <Button disabled={isSaving || title === ''} onClick={() => void save(false, true)}>
              Save as a copy
            </Button>
          )}
        </div>
      </div>
    </Dialog>
  );
}
