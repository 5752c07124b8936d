// SPDX-License-Identifier: Apache-2.0
import { useQuery } from '@tanstack/react-query';
import { documentQuery, statusQuery } from '@/api/queries';
import type { Document, SignalboxStatus } from '@/api/status_types';
import { timestampMs } from '@/base/brand';
import { humanDuration } from '@/base/duration';
import { bytes, groupDigits } from '@/base/number_format';
import { formatDateTime, type Zone } from '@/base/time_format';
import { Badge } from '@/widgets/badge';
import { Card, Facts, Page } from '@/widgets/card';
import { CopyButton } from '@/widgets/copy_button';
import { usePreferences } from '@/widgets/preferences';
import { Failure, Skeleton } from '@/widgets/states';
import styles from './status.module.css';

const time = (text: string, zone: Zone): string => {
  const ms = Date.parse(text);
  return ms > 0 ? formatDateTime(timestampMs(ms), zone) : '–';
};

function serverFacts(status: SignalboxStatus, zone: Zone): [string, React.ReactNode][] {
  const { storage, configReload: reload } = status;
  const data = storage.maxTime > 0 && storage.minTime < storage.maxTime && storage.minTime > -1e15;
  return [
    ['Version', status.version],
    ['Revision', status.revision || '–'],
    ['Started', `${time(status.startTime, zone)}, ${humanDuration(status.uptimeSeconds * 1000)} ago`],
    [
      'Configuration',
      <span key="c">
        <Badge tone={reload.ok ? 'good' : 'bad'}>{reload.ok ? 'loaded' : 'reload failed'}</Badge>{' '}
        {time(reload.time, zone)}
        {!reload.ok && <div className={styles['error']}>{reload.error}</div>}
      </span>,
    ],
    ['Retention', storage.retention || '–'],
    ['Active series', groupDigits(String(storage.headSeries))],
    ['Blocks', groupDigits(String(storage.blocks))],
    ['On disk', `${bytes(storage.diskBytes)}, of which ${bytes(storage.walBytes)} write-ahead log`],
    [
      'Samples from',
      data
        ? `${formatDateTime(timestampMs(storage.minTime), zone)} to ${formatDateTime(timestampMs(storage.maxTime), zone)}`
        : 'no samples yet',
    ],
  ];
}

export function RuntimePage() {
  const zone = usePreferences((p) => p.zone);
  const status = useQuery(statusQuery());
  return (
    <Page title="Runtime and build" actions={<a href="/licences.txt">Licences of bundled software</a>}>
      <div className={styles['pair']}>
        <Card title="Signalbox">
          {status.isPending ? (
            <Skeleton lines={13} />
          ) : status.data ? (
            <Facts facts={serverFacts(status.data, zone)} />
          ) : (
            <Failure what="The status" error={status.error} onRetry={() => void status.refetch()} />
          )}
        </Card>
        <div className={styles['stack']}>
          <DocumentCard title="Runtime" name="runtimeinfo" />
          <DocumentCard title="Build" name="buildinfo" />
        </div>
      </div>
    </Page>
  );
}

const spelled = (name: string): string =>
  name.replace(/([a-z])([A-Z])/g, '$1 $2').replace(/^./, (c) => c.toUpperCase());

function shown(value: Document[string], zone: Zone): string {
  if (typeof value === 'number') return groupDigits(String(value));
  if (typeof value === 'boolean') return value ? 'yes' : 'no';
  return /^\d{4}-\d\d-\d\dT/.test(value) ? time(value, zone) : value || '–';
}

/** A document of the Prometheus API as it is: whatever fields the server sends. */
function DocumentCard({ title, name }: { title: string; name: 'runtimeinfo' | 'buildinfo' }) {
  const zone = usePreferences((p) => p.zone);
  const query = useQuery(documentQuery(name));
  return (
    <Card
      title={title}
      actions={query.data && <CopyButton label="Copy as JSON" text={() => JSON.stringify(query.data.data, null, 2)} />}
    >
      {query.isPending ? (
        <Skeleton lines={name === 'runtimeinfo' ? 17 : 6} />
      ) : query.isError ? (
        <Failure what={title} error={query.error} onRetry={() => void query.refetch()} />
      ) : (
        <Facts facts={Object.entries(query.data.data).map(([key, value]) => [spelled(key), shown(value, zone)])} />
      )}
    </Card>
  );
}
