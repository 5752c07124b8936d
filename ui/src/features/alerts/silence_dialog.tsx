// SPDX-License-Identifier: Apache-2.0
// Makes or changes a silence; shows which alerts it would hit before it holds.
import { useMutation, useQuery, useQueryClient } from '@tanstack/react-query';
import { useState, type FormEvent } from 'react';
import { matchedAlertsQuery, saveSilence, type Silence } from '@/api/alertmanager_queries';
import { parseDuration } from '@/base/duration';
import { plural } from '@/base/number_format';
import { readStored, writeStored } from '@/base/storage';
import { matcherText, parseMatchers, silenceProblem } from '@/model/silences';
import { Button } from '@/widgets/button';
import { ChoiceField, TextField } from '@/widgets/fields';
import { LabelChips } from '@/widgets/label_chips';
import { Dialog } from '@/widgets/popup';
import { Notice } from '@/widgets/states';
import styles from './alerts.module.css';

interface SilenceDialogProps {
  /** Matchers to start with, or the silence to change. */
  matchers: string;
  silence?: Silence;
  onClose: () => void;
}

const lengths = ['30m', '1h', '2h', '8h', '1d', '1w'];
const isText = (value: unknown): value is string => typeof value === 'string';

export function SilenceDialog({ matchers, silence, onClose }: SilenceDialogProps) {
  const [text, setText] = useState(silence ? silence.matchers.map(matcherText).join(', ') : matchers);
  const [length, setLength] = useState('2h');
  const [comment, setComment] = useState(silence?.comment ?? '');
  const [author, setAuthor] = useState(silence?.createdBy ?? readStored('author', isText) ?? '');
  const client = useQueryClient();
  const parsed = parseMatchers(text);
  const hit = useQuery(matchedAlertsQuery((parsed ?? []).map(matcherText)));
  const duration = parseDuration(length);
  const problem = duration === null ? 'Write how long: 30m, 2h, 3d.' : silenceProblem(text, comment, author);
  const save = useMutation({
    mutationFn: () => {
      const now = Date.now();
      writeStored('author', author);
      return saveSilence({
        ...(silence && silence.status.state !== 'expired' ? { id: silence.id } : {}),
        matchers: parsed ?? [],
        startsAt: new Date(now).toISOString(),
        endsAt: new Date(now + (duration ?? 0)).toISOString(),
        createdBy: author.trim(),
        comment: comment.trim(),
      });
    },
    onSuccess: () => {
      void client.invalidateQueries({ queryKey: ['alertmanager'] });
      onClose();
    },
  });
  const submit = (event: FormEvent): void => {
    event.preventDefault();
    if (problem === null) save.mutate();
  };
  return (
    <Dialog title={silence ? 'Change the silence' : 'Silence alerts'} open onOpenChange={(open) => !open && onClose()}>
      <form className={styles['silenceForm']} onSubmit={submit}>
        <label>
          Alerts with
          <TextField
            label="Matchers"
            className="mono"
            value={text}
            onChange={setText}
            placeholder='alertname="DiskFull", instance=~"db.*"'
          />
        </label>
        <div className={styles['silenceLength']}>
          <span>For</span>
          <ChoiceField
            label="How long"
            value={length}
            onChange={setLength}
            choices={lengths.map((value) => ({ value, label: value }))}
          />
          <TextField label="Other length" value={length} onChange={setLength} isInvalid={duration === null} size={6} />
        </div>
        <label>
          Because
          <TextField
            label="Comment"
            value={comment}
            onChange={setComment}
            placeholder="Disk is being replaced, TICKET-123"
          />
        </label>
        <label>
          Your name
          <TextField label="Author" value={author} onChange={setAuthor} />
        </label>
        <section className={styles['silenceHits']} aria-live="polite">
          {parsed && hit.data && (
            <>
              <h3>
                {hit.data.length === 0
                  ? 'Hits no alert that is active now'
                  : `Hits ${plural(hit.data.length, 'alert')} now`}
              </h3>
              {hit.data.slice(0, 8).map((alert) => (
                <div key={alert.fingerprint}>
                  <b>{alert.labels['alertname']}</b> <LabelChips labels={alert.labels} without={['alertname']} />
                </div>
              ))}
              {hit.data.length > 8 && <p>and {hit.data.length - 8} more</p>}
            </>
          )}
        </section>
        {save.isError && <Notice tone="bad" title={save.error.message} />}
        <footer className={styles['silenceFoot']}>
          <span>{problem}</span>
          <Button onClick={onClose}>Cancel</Button>
          <Button type="submit" look="primary" disabled={problem !== null || save.isPending}>
            {silence ? 'Save' : 'Silence'}
          </Button>
        </footer>
      </form>
    </Dialog>
  );
}
