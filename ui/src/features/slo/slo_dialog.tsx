// SPDX-License-Identifier: Apache-2.0
// Makes or changes an objective: from a journey that was seen, or as text, with the rules it would make.
import { useMutation, useQuery, useQueryClient } from '@tanstack/react-query';
import { useState } from 'react';
import { previewSlo, saveSlo, sloSuggestionsQuery } from '@/api/slo_queries';
import { starterYaml } from '@/model/slo_view';
import { Button } from '@/widgets/button';
import { Dialog } from '@/widgets/popup';
import { Notice } from '@/widgets/states';
import styles from './slo.module.css';

interface SloDialogProps {
  id?: string;
  source?: string;
  onClose: () => void;
}

export function SloDialog({ id, source, onClose }: SloDialogProps) {
  const [yaml, setYaml] = useState(source ?? starterYaml);
  const client = useQueryClient();
  const suggestions = useQuery({ ...sloSuggestionsQuery(), enabled: id === undefined });
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
    <Dialog
      title={id ? 'Change the objective' : 'New objective'}
      placement="wide"
      open
      onOpenChange={(open) => !open && onClose()}
    >
      <div className={styles['dialog']}>
        {(suggestions.data?.suggestions ?? []).length > 0 && (
          <div className={styles['suggestions']}>
            <span>Seen in traces:</span>
            {suggestions.data?.suggestions.map((one) => (
              <Button key={`${one.kind}${one.service}${one.journey}`} onClick={() => setYaml(one.availability.source)}>
                {one.journey || one.service} {(one.availability.sli * 100).toFixed(2)} %
              </Button>
            ))}
          </div>
        )}
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
