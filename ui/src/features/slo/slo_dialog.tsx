// SPDX-License-Identifier: Apache-2.0
// Changes an objective as text, with the rules that it would make.
import { useMutation, useQueryClient } from '@tanstack/react-query';
import { useState } from 'react';
import { previewSlo, saveSlo } from '@/api/slo_queries';
import { Button } from '@/widgets/button';
import { Dialog } from '@/widgets/popup';
import { Notice } from '@/widgets/states';
import styles from './slo.module.css';

interface SloDialogProps {
  id: string;
  source: string;
  onClose: () => void;
}

export function SloDialog({ id, source, onClose }: SloDialogProps) {
  const [yaml, setYaml] = useState(source);
  const client = useQueryClient();
  const preview = useMutation({ mutationFn: () => previewSlo(yaml) });
  const save = useMutation({
    mutationFn: () => saveSlo(yaml, id),
    onSuccess: () => {
      void client.invalidateQueries({ queryKey: ['slos'] });
      void client.invalidateQueries({ queryKey: ['slo'] });
      onClose();
    },
  });
  const failed = save.error ?? preview.error;
  return (
    <Dialog title="Change the objective" placement="wide" open onOpenChange={(open) => !open && onClose()}>
      <div className={styles['dialog']}>
        <textarea
          aria-label="Objective as YAML"
          className={styles['yaml']}
          rows={16}
          spellCheck={false}
          value={yaml}
          onChange={(event) => setYaml(event.target.value)}
        />
        {failed && <Notice tone="bad" title={failed.message} />}
        {preview.data && <pre className={styles['rules']}>{preview.data.data.groups.join('\n')}</pre>}
        <footer className={styles['dialogFoot']}>
          <Button onClick={() => preview.mutate()}>Show the rules it makes</Button>
          <span className={styles['spacer']} />
          <Button onClick={onClose}>Cancel</Button>
          <Button look="primary" onClick={() => save.mutate()} disabled={save.isPending}>
            Save
          </Button>
        </footer>
      </div>
    </Dialog>
  );
}
