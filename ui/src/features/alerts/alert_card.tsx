// SPDX-License-Identifier: Apache-2.0
import { ExternalLink } from 'lucide-react';
import { useState } from 'react';
import type { Alert } from '@/api/status_types';
import { classNames } from '@/base/class_names';
import { timestampMs } from '@/base/brand';
import { valueNumber } from '@/base/number_format';
import { formatAgo, formatDateTime } from '@/base/time_format';
import { alertWindow, isAlarm, serviceOf } from '@/model/alert_context';
import { matchersFor } from '@/model/silences';
import { Badge, type Tone } from '@/widgets/badge';
import { Button } from '@/widgets/button';
import { useWallClock } from '@/widgets/clock';
import { LabelChips } from '@/widgets/label_chips';
import { usePreferences } from '@/widgets/preferences';
import { WayLinks } from '@/widgets/ways';
import { SilenceDialog } from './silence_dialog';
import styles from './alerts.module.css';

export const stateTone: Record<Alert['state'], Tone> = {
  firing: 'bad',
  pending: 'warn',
  inactive: 'good',
  unknown: 'neutral',
};

/** Links only what a browser may open; annotations come from outside. */
function safeLink(text: string): string | null {
  return /^https?:\/\//i.test(text.trim()) ? text.trim() : null;
}

const summaryOf = (alert: Alert): string => alert.annotations['summary'] ?? alert.annotations['message'] ?? '';

export function AlertCard({ alert }: { alert: Alert }) {
  const now = useWallClock();
  const zone = usePreferences((p) => p.zone);
  const [isSilencing, setSilencing] = useState(false);
  const service = serviceOf(alert.labels);
  const since = timestampMs(Date.parse(alert.activeAt ?? ''));
  const isCalm = alert.state === 'firing' && !isAlarm(alert);
  const rest = Object.entries(alert.annotations).filter(
    ([name]) => name !== 'summary' && !(name === 'message' && !alert.annotations['summary']),
  );
  const hasMore = Object.keys(alert.labels).some((name) => name !== 'alertname' && name !== 'severity');
  return (
    <article className={classNames(styles['alert'], styles[isCalm ? 'inactive' : alert.state])}>
      <header className={styles['alertHead']}>
        <Badge tone={isCalm ? 'neutral' : stateTone[alert.state]}>{alert.state}</Badge>
        <h2>{alert.labels['alertname'] ?? 'unnamed alert'}</h2>
        {alert.labels['severity'] && <Badge>{alert.labels['severity']}</Badge>}
        {since > 0 && (
          <span className={styles['since']} title={formatDateTime(since, zone)}>
            since {formatAgo(since, now).replace(' ago', '')}
          </span>
        )}
        <span className={styles['value']}>value {valueNumber(Number(alert.value))}</span>
        {alert.state === 'firing' && <Button onClick={() => setSilencing(true)}>Silence</Button>}
      </header>
      {summaryOf(alert) !== '' && <p className={styles['summary']}>{summaryOf(alert)}</p>}
      {rest.map(([name, text]) => {
        const link = safeLink(text);
        return (
          <p key={name} className={styles['annotation']}>
            {link ? (
              <a href={link} target="_blank" rel="noreferrer noopener">
                {name} <ExternalLink aria-hidden />
              </a>
            ) : (
              <>
                {name !== 'description' && <span>{name} </span>}
                {text}
              </>
            )}
          </p>
        );
      })}
      {service && <WayLinks context={{ service, ...alertWindow(alert) }} />}
      {hasMore && <LabelChips labels={alert.labels} without={['alertname', 'severity']} />}
      {isSilencing && <SilenceDialog matchers={matchersFor(alert.labels)} onClose={() => setSilencing(false)} />}
    </article>
  );
}
