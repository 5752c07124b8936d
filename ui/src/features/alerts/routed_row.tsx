// SPDX-License-Identifier: Apache-2.0
import type { OwnAlert } from '@/api/alerting_queries';
import type { AlertGroup, RoutedAlert } from '@/api/alertmanager_queries';
import { timestampMs } from '@/base/brand';
import { formatAgo } from '@/base/time_format';
import { matchersFor } from '@/model/silences';
import { Badge } from '@/widgets/badge';
import { Button } from '@/widgets/button';
import { useWallClock } from '@/widgets/clock';
import { LabelChips } from '@/widgets/label_chips';
import { AcknowledgeButton, AcknowledgeState } from './acknowledge';
import styles from './alerts.module.css';

interface RoutedRowProps {
  alert: RoutedAlert;
  own: OwnAlert | undefined;
  group: AlertGroup;
  onSilence: (matchers: string) => void;
}

/** One alert of a group, with what holds it back and who looks at it. */
export function RoutedRow({ alert, own, group, onSilence }: RoutedRowProps) {
  const now = useWallClock();
  const { silencedBy, inhibitedBy, mutedBy = [], state } = alert.status;
  return (
    <div className={styles['rule']}>
      <div className={styles['ruleHead']}>
        <Badge tone={state === 'suppressed' ? 'neutral' : 'bad'}>
          {state === 'suppressed' ? 'held back' : 'active'}
        </Badge>
        <b>{alert.labels['alertname']}</b>
        {silencedBy.length > 0 && <Badge tone="info">silenced</Badge>}
        {inhibitedBy.length > 0 && <Badge tone="info">inhibited by another alert</Badge>}
        {mutedBy.length > 0 && <Badge tone="info">muted at this time</Badge>}
        <span className={styles['value']}>
          since {formatAgo(timestampMs(Date.parse(alert.startsAt)), now).replace(' ago', '')}
        </span>
        {own && <AcknowledgeButton own={own} />}
        <Button onClick={() => onSilence(matchersFor(alert.labels))}>Silence</Button>
      </div>
      {(alert.annotations['summary'] ?? alert.annotations['description']) && (
        <p className={styles['summary']}>{alert.annotations['summary'] ?? alert.annotations['description']}</p>
      )}
      {own && <AcknowledgeState own={own} />}
      <LabelChips labels={alert.labels} without={['alertname', ...Object.keys(group.labels)]} />
    </div>
  );
}
