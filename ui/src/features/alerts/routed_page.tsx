// SPDX-License-Identifier: Apache-2.0
// Alerts as they are notified: grouped as the routes say, with what holds each of them back.
import { useQuery } from '@tanstack/react-query';
import { BellOff, CircleCheck } from 'lucide-react';
import { useState } from 'react';
import { alertGroupsQuery, type AlertGroup, type RoutedAlert } from '@/api/alertmanager_queries';
import { timestampMs } from '@/base/brand';
import { plural } from '@/base/number_format';
import { formatAgo } from '@/base/time_format';
import { matchesLabels } from '@/model/labels_text';
import { matchersFor } from '@/model/silences';
import { Badge } from '@/widgets/badge';
import { Button } from '@/widgets/button';
import { Card, Page } from '@/widgets/card';
import { useWallClock } from '@/widgets/clock';
import { SearchField } from '@/widgets/fields';
import { LabelChips } from '@/widgets/label_chips';
import { Empty, Failure, Skeleton } from '@/widgets/states';
import { useUrlText } from '@/widgets/url_state';
import { SilenceDialog } from './silence_dialog';
import styles from './alerts.module.css';

export function RoutedPage() {
  const query = useQuery(alertGroupsQuery());
  const [text, setText] = useUrlText('search');
  const [silenced, setSilenced] = useState<string | null>(null);
  const groups = query.data ?? [];
  const shown = groups
    .map((group) => ({
      ...group,
      alerts: group.alerts.filter((alert) =>
        matchesLabels(alert.labels, text, Object.values(alert.annotations).join(' ')),
      ),
    }))
    .filter((group) => group.alerts.length > 0);
  const total = new Set(groups.flatMap((group) => group.alerts.map((alert) => alert.fingerprint))).size;
  return (
    <Page
      title="Notifications"
      summary={query.data && `${plural(total, 'alert')} in ${plural(groups.length, 'group')}`}
      actions={
        <div className={styles['search']}>
          <SearchField label="Filter alerts" placeholder="Labels or annotations" value={text} onChange={setText} />
        </div>
      }
    >
      {query.isPending ? (
        <Card>
          <Skeleton lines={6} />
        </Card>
      ) : query.isError && groups.length === 0 ? (
        <Card>
          <Failure what="The notifications" error={query.error} onRetry={() => void query.refetch()} />
        </Card>
      ) : groups.length === 0 ? (
        <Card>
          <Empty icon={<CircleCheck />} title="Nobody is being told anything">
            No alert has reached the alert manager: none from the rules here, none from other Prometheus servers.
          </Empty>
        </Card>
      ) : shown.length === 0 ? (
        <Card>
          <Empty icon={<BellOff />} title="No alert matches" />
        </Card>
      ) : (
        shown.map((group) => (
          <GroupCard
            key={`${group.receiver.name}${JSON.stringify(group.labels)}`}
            group={group}
            onSilence={setSilenced}
          />
        ))
      )}
      {silenced !== null && <SilenceDialog matchers={silenced} onClose={() => setSilenced(null)} />}
    </Page>
  );
}

function GroupCard({ group, onSilence }: { group: AlertGroup; onSilence: (matchers: string) => void }) {
  return (
    <Card
      title={<LabelChips labels={group.labels} />}
      note={`to ${group.receiver.name}`}
      actions={
        Object.keys(group.labels).length > 0 && (
          <Button onClick={() => onSilence(matchersFor(group.labels))}>Silence the group</Button>
        )
      }
    >
      {group.alerts.map((alert) => (
        <RoutedRow key={alert.fingerprint} alert={alert} group={group} onSilence={onSilence} />
      ))}
    </Card>
  );
}

interface RoutedRowProps {
  alert: RoutedAlert;
  group: AlertGroup;
  onSilence: (matchers: string) => void;
}

function RoutedRow({ alert, group, onSilence }: RoutedRowProps) {
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
        <Button onClick={() => onSilence(matchersFor(alert.labels))}>Silence</Button>
      </div>
      {(alert.annotations['summary'] ?? alert.annotations['description']) && (
        <p className={styles['summary']}>{alert.annotations['summary'] ?? alert.annotations['description']}</p>
      )}
      <LabelChips labels={alert.labels} without={['alertname', ...Object.keys(group.labels)]} />
    </div>
  );
}
