// SPDX-License-Identifier: Apache-2.0
import { useMutation, useQuery, useQueryClient } from '@tanstack/react-query';
import { BellOff, Plus } from 'lucide-react';
import { useState } from 'react';
import { endSilence, silencesQuery, type Silence } from '@/api/alertmanager_queries';
import { timestampMs } from '@/base/brand';
import { plural } from '@/base/number_format';
import { formatAgo, formatDateTime } from '@/base/time_format';
import { matcherText, orderSilences } from '@/model/silences';
import { Badge } from '@/widgets/badge';
import { Button } from '@/widgets/button';
import { Card, Page } from '@/widgets/card';
import { useWallClock } from '@/widgets/clock';
import { ChoiceField } from '@/widgets/fields';
import { usePreferences } from '@/widgets/preferences';
import { Empty, Failure, Notice, Skeleton } from '@/widgets/states';
import { useUrlText } from '@/widgets/url_state';
import { SilenceDialog } from './silence_dialog';
import styles from './alerts.module.css';

const tones = { active: 'good', pending: 'warn', expired: 'neutral' } as const;

export function SilencesPage() {
  const query = useQuery(silencesQuery());
  const [state, setState] = useUrlText('state', 'current');
  const [edited, setEdited] = useState<Silence | 'new' | null>(null);
  const all = orderSilences(query.data ?? []);
  const shown = all.filter((one) => state === 'all' || one.status.state !== 'expired');
  const current = all.filter((one) => one.status.state !== 'expired').length;
  return (
    <Page
      title="Silences"
      summary={query.data && `${plural(current, 'silence')} in force or to come`}
      actions={
        <>
          <ChoiceField
            label="Which"
            value={state}
            onChange={setState}
            choices={[
              { value: 'current', label: 'Current' },
              { value: 'all', label: 'With ended ones' },
            ]}
          />
          <Button look="primary" icon={<Plus />} onClick={() => setEdited('new')}>
            New silence
          </Button>
        </>
      }
    >
      <Card>
        {query.isPending ? (
          <Skeleton lines={6} />
        ) : query.isError && all.length === 0 ? (
          <Failure what="The silences" error={query.error} onRetry={() => void query.refetch()} />
        ) : shown.length === 0 ? (
          <Empty icon={<BellOff />} title="Nothing is silenced">
            Every alert reaches its receiver. Silence one from its card, or make a silence here.
          </Empty>
        ) : (
          shown.map((one) => <SilenceRow key={one.id} silence={one} onEdit={() => setEdited(one)} />)
        )}
      </Card>
      {edited !== null && (
        <SilenceDialog matchers="" {...(edited === 'new' ? {} : { silence: edited })} onClose={() => setEdited(null)} />
      )}
    </Page>
  );
}

function SilenceRow({ silence, onEdit }: { silence: Silence; onEdit: () => void }) {
  const now = useWallClock();
  const zone = usePreferences((p) => p.zone);
  const client = useQueryClient();
  const end = useMutation({
    mutationFn: () => endSilence(silence.id),
    onSuccess: () => client.invalidateQueries({ queryKey: ['alertmanager'] }),
  });
  const ends = timestampMs(Date.parse(silence.endsAt));
  const isOver = silence.status.state === 'expired';
  return (
    <div className={styles['rule']}>
      <div className={styles['ruleHead']}>
        <Badge tone={tones[silence.status.state]}>{isOver ? 'ended' : silence.status.state}</Badge>
        <code>{silence.matchers.map(matcherText).join(', ')}</code>
        <span className={styles['value']} title={formatDateTime(ends, zone)}>
          {isOver ? 'ended' : 'ends'} {formatAgo(ends, now)}
        </span>
        <Button onClick={onEdit}>{isOver ? 'Again' : 'Change'}</Button>
        {!isOver && (
          <Button onClick={() => end.mutate()} disabled={end.isPending}>
            End now
          </Button>
        )}
      </div>
      <p className={styles['annotation']}>
        {silence.comment} <span>by {silence.createdBy}</span>
      </p>
      {end.isError && <Notice tone="bad" title={end.error.message} />}
    </div>
  );
}
