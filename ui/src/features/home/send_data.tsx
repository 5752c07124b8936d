// SPDX-License-Identifier: Apache-2.0
import { useState } from 'react';
import type { SignalboxStatus } from '@/api/status_types';
import { groupDigits, plural } from '@/base/number_format';
import { StatusDot } from '@/widgets/badge';
import { Card } from '@/widgets/card';
import { Snippet } from '@/widgets/code_view';
import { ChoiceField } from '@/widgets/fields';
import { snippets } from './snippets';
import { useStatusReadings } from './status_readings';
import styles from './home.module.css';

/** How to send data, with what has arrived since the page was opened. */
export function SendData({ status }: { status: SignalboxStatus | undefined }) {
  const [id, setId] = useState('scrape');
  const chosen = snippets.find((snippet) => snippet.id === id) ?? snippets[0];
  return (
    <Card title="Send your data" actions={<Arrivals status={status} />} isPadded>
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
    </Card>
  );
}

function Arrivals({ status }: { status: SignalboxStatus | undefined }) {
  const { samples, remoteWrites } = useStatusReadings();
  const gained = (readings: typeof samples): number =>
    Math.max((readings.at(-1)?.value ?? 0) - (readings[0]?.value ?? 0), 0);
  const requests = gained(remoteWrites);
  const received = gained(samples);
  const isReceiving = received > 0;
  if (!status) return null;
  return (
    <span className={styles['arrivals']} role="status">
      <StatusDot tone={isReceiving ? 'good' : 'neutral'} label={isReceiving ? 'receiving' : 'waiting'} />
      {isReceiving ? (
        <>
          received <strong className="num">{groupDigits(String(received))}</strong> samples since you opened this page
          {requests > 0 && `, ${plural(requests, 'remote write request')}`}
        </>
      ) : (
        'waiting for samples'
      )}
    </span>
  );
}
