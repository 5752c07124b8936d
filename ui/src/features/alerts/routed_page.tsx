// SPDX-License-Identifier: Apache-2.0
// Alerts as they are notified: grouped as the routes say, with what holds each of them back.
import { useQuery } from '@tanstack/react-query';
import { BellOff, CircleCheck } from 'lucide-react';
import { useMemo, useState } from 'react';
import { Link } from 'wouter';
import { ownAlertsQuery, type OwnAlert } from '@/api/alerting_queries';
import { alertGroupsQuery, type AlertGroup } from '@/api/alertmanager_queries';
import { plural } from '@/base/number_format';
import { matchesLabels } from '@/model/labels_text';
import { matchersFor } from '@/model/silences';
import { Button } from '@/widgets/button';
import { Card, Page } from '@/widgets/card';
import { SearchField } from '@/widgets/fields';
import { LabelChips } from '@/widgets/label_chips';
import { Empty, Failure, Skeleton } from '@/widgets/states';
import { useUrlText } from '@/widgets/url_state';
import { RoutedRow } from './routed_row';
import { SilenceDialog } from './silence_dialog';
import styles from './alerts.module.css';

export function RoutedPage() {
  const query = useQuery(alertGroupsQuery());
  const own = useQuery(ownAlertsQuery());
  const known = useMemo(() => new Map((own.data?.alerts ?? []).map((one) => [one.alert.fingerprint, one])), [own.data]);
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
        <>
          <span className={styles['ways']}>
            <Link href="/notification-history">History</Link>
            <Link href="/routes">Who would be told?</Link>
          </span>
          <div className={styles['search']}>
            <SearchField label="Filter alerts" placeholder="Labels or annotations" value={text} onChange={setText} />
          </div>
        </>
      }
    >
      {/* Both, or what is known of an alert would push the next ones down. */}
      {query.isPending || own.isPending ? (
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
            known={known}
            onSilence={setSilenced}
          />
        ))
      )}
      {silenced !== null && <SilenceDialog matchers={silenced} onClose={() => setSilenced(null)} />}
    </Page>
  );
}

interface GroupCardProps {
  group: AlertGroup;
  known: ReadonlyMap<string, OwnAlert>;
  onSilence: (matchers: string) => void;
}

function GroupCard({ group, known, onSilence }: GroupCardProps) {
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
        <RoutedRow
          key={alert.fingerprint}
          alert={alert}
          own={known.get(alert.fingerprint)}
          group={group}
          onSilence={onSilence}
        />
      ))}
    </Card>
  );
}
