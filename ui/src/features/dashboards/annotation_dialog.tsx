// SPDX-License-Identifier: Apache-2.0
// Notes an event over the graphs: a deploy, an incident. A moment, or the range that the page shows.
import { useMutation, useQueryClient } from '@tanstack/react-query';
import { useState } from 'react';
import { saveAnnotation } from '@/api/dashboards';
import { timestampMs } from '@/base/brand';
import { formatDateTime } from '@/base/time_format';
import { Button } from '@/widgets/button';
import { SwitchField, TextField } from '@/widgets/fields';
import { Dialog } from '@/widgets/popup';
import { usePreferences } from '@/widgets/preferences';
import { Notice } from '@/widgets/states';
import styles from './dashboards.module.css';

interface AnnotationDialogProps {
  dashboardUid: string;
  /** null: of the whole dashboard. */
  panelId: number | null;
  fromMs: number;
  toMs: number;
  onClose: () => void;
}

export function AnnotationDialog({ dashboardUid, panelId, fromMs, toMs, onClose }: AnnotationDialogProps) {
  const [text, setText] = useState('');
  const [tags, setTags] = useState('');
  const [isRange, setRange] = useState(false);
  const zone = usePreferences((p) => p.zone);
  const client = useQueryClient();
  const save = useMutation({
    mutationFn: () =>
      saveAnnotation({
        ...(dashboardUid ? { dashboardUID: dashboardUid } : {}),
        ...(panelId === null ? {} : { panelId }),
        time: Math.round(isRange ? fromMs : toMs),
        timeEnd: Math.round(toMs),
        text: text.trim(),
        tags: tags.split(/[\s,]+/).filter(Boolean),
      }),
    onSuccess: () => {
      void client.invalidateQueries({ queryKey: ['annotations'] });
      onClose();
    },
  });
  const at = (ms: number): string => formatDateTime(timestampMs(ms), zone);
  return (
    <Dialog
      title="Annotation"
      description={isRange ? `From ${at(fromMs)} to ${at(toMs)}` : `At ${at(toMs)}`}
      open
      onOpenChange={(open) => !open && onClose()}
    >
      <form
        className={styles['dialogBody']}
        onSubmit={(event) => {
          event.preventDefault();
          if (text.trim() !== '') save.mutate();
        }}
      >
        <label className={styles['field']}>
          What happened
          <TextField label="What happened" value={text} onChange={setText} autoFocus />
        </label>
        <label className={styles['field']}>
          Tags
          <TextField label="Tags" placeholder="deploy, checkout" value={tags} onChange={setTags} />
        </label>
        <SwitchField label="The whole range that is shown" value={isRange} onChange={setRange} />
        {save.error && <Notice tone="bad" title={save.error.message} />}
        <div className={styles['buttons']}>
          <Button type="submit" look="primary" disabled={text.trim() === '' || save.isPending}>
            Save
          </Button>
          <Button onClick={onClose}>Cancel</Button>
        </div>
      </form>
    </Dialog>
  );
}
