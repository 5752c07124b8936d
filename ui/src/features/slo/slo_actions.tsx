// SPDX-License-Identifier: Apache-2.0
import { useMutation, useQueryClient } from '@tanstack/react-query';
import { FileCode, Pencil, Trash2 } from 'lucide-react';
import { useState } from 'react';
import { Link, useLocation } from 'wouter';
import { deleteSlo, type SloDetail } from '@/api/slo_queries';
import { Button } from '@/widgets/button';
import { SloDialog } from './slo_dialog';
import styles from './slo.module.css';

/** Objectives of files are changed in their files. */
export function SloActions({ detail }: { detail: SloDetail }) {
  const [isEditing, setEditing] = useState(false);
  const [, navigate] = useLocation();
  const client = useQueryClient();
  const remove = useMutation({
    mutationFn: () => deleteSlo(detail.id),
    onSuccess: () => {
      void client.invalidateQueries({ queryKey: ['slos'] });
      void client.invalidateQueries({ queryKey: ['slo_suggestions'] });
      navigate('/slos');
    },
  });
  if (detail.source === undefined) return null;
  return (
    <>
      {detail.spec && (
        <Link href={`/slos/${encodeURIComponent(detail.id)}/edit`} className={styles['action']}>
          <Pencil aria-hidden /> Change
        </Link>
      )}
      <Button icon={<FileCode />} onClick={() => setEditing(true)}>
        As text
      </Button>
      <Button icon={<Trash2 />} onClick={() => window.confirm(`Delete ${detail.name}?`) && remove.mutate()}>
        Delete
      </Button>
      {isEditing && <SloDialog id={detail.id} source={detail.source} onClose={() => setEditing(false)} />}
    </>
  );
}
