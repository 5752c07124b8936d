// SPDX-License-Identifier: Apache-2.0
import { useState } from 'react';
import type { SignalboxStatus } from '@/api/status_types';
import { groupDigits, plural } from '@/base/number_format';
import { StatusDot } from '@/widgets/badge';
import { Button } from '@/widgets/button';
import { Card } from '@/widgets/card';
import { Snippet } from '@/widgets/code_view';
import { ChoiceField } from '@/widgets/fields';
import { snippets } from './snippets';
import { useStatusReadings } from './status_readings';
import styles from './home.module.css';

/** How to send data, with what has arrived. Folded away once something has. */
export function SendData({ status }: { status: SignalboxStatus | undefined }) {
  const [id, setId] = useState('scrape');
  const [choice, setChoice] = useState<boolean | null>(null);
  const isOpen = choice ?? (status !== undefined && total(status) === 0);
  const chosen = snippets.find((snippet) => snippet.id === id) ?? snippets[0];
  return (
    <Card
      title="Send your data"
      actions={
        <>
          <Arrivals status={status} />
          <Button look="quiet" aria-expanded={isOpen} onClick={() => setChoice(!isOpen)}>
            {isOpen ? 'Hide' : 'Show how'}
          </Button>
        </>
      }
      isPadded
    >
      {isOpen ? (
        <div className={styles['send']}>
          <div className={styles['sources']}>
            <ChoiceField
              label="Source"
              value={id}
              onChange={setId}
              choices={snippets.map(({ id: value, name: label }) => ({ value, label }))}
            />
          </div>
          {chosen && (
            <>
              <p className={styles['where']}>{chosen.where}</p>
              <Snippet text={chosen.text(window.location.origin)} label={chosen.name} />
            </>
          )}
        </div>
      ) : null}
    </Card>
  );
}

/** What arrived in this run of the server, or is there from an earlier one. */
function total(status: SignalboxStatus): number {
  return status.ingest.samplesTotal + status.storage.headSeries + status.storage.blocks;
}

function Arrivals({ status }: { status: SignalboxStatus | undefined }) {
  const { samples, remoteWrites } = useStatusReadings();
  const gained = (readings: typeof samples): number =>
    Math.max((readings.at(-1)?.value ?? 0) - (readings[0]?.value ?? 0), 0);
  const requests = gained(remoteWrites);
  const received = gained(samples);
  if (!status) return null;
  const isReceiving = received > 0;
  const before = status.ingest.samplesTotal;
  return (
    <span className={styles['arrivals']} role="status">
      <StatusDot tone={isReceiving || before > 0 ? 'good' : 'neutral'} label={isReceiving ? 'receiving' : 'waiting'} />
      {isReceiving ? (
        <>
          received <strong className="num">{groupDigits(String(received))}</strong> samples since you opened this page
          {requests > 0 && `, ${plural(requests, 'remote write request')}`}
        </>
      ) : before > 0 ? (
        <>
          <strong className="num">{groupDigits(String(before))}</strong> samples since start
        </>
      ) : (
        'waiting for samples'
      )}
    </span>
  );
}
