// SPDX-License-Identifier: Apache-2.0
// Says that somebody looks at an alert: who, why, and who would be told next otherwise.
import { useMutation, useQueryClient } from '@tanstack/react-query';
import { useState } from 'react';
import { acknowledge, takeBackAcknowledgement, type OwnAlert } from '@/api/alerting_queries';
import { timestampMs } from '@/base/brand';
import { formatAgo } from '@/base/time_format';
import { readStored, writeStored } from '@/base/storage';
import { Button } from '@/widgets/button';
import { useWallClock } from '@/widgets/clock';
import { TextField } from '@/widgets/fields';
import { Dialog } from '@/widgets/popup';
import { Notice } from '@/widgets/states';
import styles from './alerts.module.css';

const isText = (value: unknown): value is string => typeof value === 'string';

export function AcknowledgeButton({ own }: { own: OwnAlert }) {
  const [isOpen, setOpen] = useState(false);
  const client = useQueryClient();
  const back = useMutation({
    mutationFn: () => takeBackAcknowledgement(own.alert.fingerprint),
    onSuccess: () => client.invalidateQueries({ queryKey: ['alertmanager'] }),
  });
  return (
    <>
      {own.acknowledgement ? (
        <Button onClick={() => back.mutate()} disabled={back.isPending}>
          Take back
        </Button>
      ) : (
        <Button onClick={() => setOpen(true)}>Acknowledge</Button>
      )}
      {isOpen && <AcknowledgeDialog own={own} onClose={() => setOpen(false)} />}
    </>
  );
}

function AcknowledgeDialog({ own, onClose }: { own: OwnAlert; onClose: () => void }) {
  const [by, setBy] = useState(readStored('author', isText) ?? '');
  const [comment, setComment] = useState('');
  const client = useQueryClient();
  const save = useMutation({
    mutationFn: () => {
      writeStored('author', by);
      return acknowledge(own.alert.fingerprint, by.trim(), comment.trim());
    },
    onSuccess: () => {
      void client.invalidateQueries({ queryKey: ['alertmanager'] });
      onClose();
    },
  });
  return (
    <Dialog
      title={`Acknowledge ${own.alert.labels['alertname'] ?? ''}`}
      open
      onOpenChange={(open) => !open && onClose()}
    >
      <form
        className={styles['silenceForm']}
        onSubmit={(event) => {
          event.preventDefault();
          if (by.trim() !== '') save.mutate();
        }}
      >
        <p>Colleagues see that you look at it, and escalation stops until it fires anew.</p>
        <label>
          Your name
          <TextField label="Name" value={by} onChange={setBy} autoFocus />
        </label>
        <label>
          What you are doing
          <TextField label="Comment" value={comment} onChange={setComment} placeholder="Restarting the worker" />
        </label>
        {save.isError && <Notice tone="bad" title={save.error.message} />}
        <footer className={styles['silenceFoot']}>
          <span>{by.trim() === '' && 'Who acknowledges?'}</span>
          <Button onClick={onClose}>Cancel</Button>
          <Button type="submit" look="primary" disabled={by.trim() === '' || save.isPending}>
            Acknowledge
          </Button>
        </footer>
      </form>
    </Dialog>
  );
}

/** Who took it, or who is told next and when. */
export function AcknowledgeState({ own }: { own: OwnAlert }) {
  const now = useWallClock();
  if (own.acknowledgement) {
    const { by, comment, at } = own.acknowledgement;
    return (
      <p className={styles['annotation']}>
        Acknowledged by <b>{by}</b> {formatAgo(timestampMs(Date.parse(at)), now)}
        {comment && `: ${comment}`}
      </p>
    );
  }
  const next = own.escalation.find((step) => step.toldAt === null);
  const told = own.escalation.filter((step) => step.toldAt !== null);
  if (!next && told.length === 0) return null;
  return (
    <p className={styles['annotation']}>
      {told.length > 0 && `Escalated to ${told.map((step) => step.receiver).join(', ')}. `}
      {next && `Nobody acknowledged: ${next.receiver} is told ${formatAgo(timestampMs(Date.parse(next.dueAt)), now)}.`}
    </p>
  );
}
