// SPDX-License-Identifier: Apache-2.0
import { useMutation, useQueryClient } from '@tanstack/react-query';
import { Pencil, Trash2 } from 'lucide-react';
import { useState } from 'react';
import { useLocation } from 'wouter';
import { deleteSlo, type SloDetail } from '@/api/slo_queries';
import { Button } from '@/widgets/button';
import { SloDialog } from './slo_dialog';

/** Objectives of files are changed in their files. */
export function SloActions({ detail }: { detail: SloDetail }) {
  const [isEditing, setEditing] = useState(false);
  const [, navigate] = useLocation();
  const client = useQueryClient();
  const remove = useMutation({
    mutationFn: () => deleteSlo(detail.id),
    onSuccess: () => {
      void client.invalidateQueries({ queryKey: ['slos'] });
      navigate('/slos');
    },
  });
  if (detail.source === undefined) return null;
  return (
    <>
      <Button icon={<Pencil />} onClick={() => setEditing(true)}>
        Change
      </Button>
      <Button icon={<Trash2 />} onClick={() => window.confirm(`Delete ${detail.name}?`) && remove.mutate()}>
        Delete
      </Button>
      {isEditing && <SloDialog id={detail.id} source={detail.source} onClose={() => setEditing(false)} />}
    </>
  );
}
