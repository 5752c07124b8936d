// SPDX-License-Identifier: Apache-2.0
// Who was told what, when, and why not.
import { useQuery } from '@tanstack/react-query';
import { History as HistoryIcon } from 'lucide-react';
import { historyQuery, type History, type HistoryEntry, type Outcome } from '@/api/alerting_queries';
import type { Labels } from '@/api/query_types';
import { timestampMs } from '@/base/brand';
import { humanDuration } from '@/base/duration';
import { plural } from '@/base/number_format';
import { formatDateTime } from '@/base/time_format';
import { matchesLabels } from '@/model/labels_text';
import { Badge, type Tone } from '@/widgets/badge';
import { Card, Page } from '@/widgets/card';
import { ChoiceField, SearchField } from '@/widgets/fields';
import { LabelChips } from '@/widgets/label_chips';
import { usePreferences } from '@/widgets/preferences';
import { Empty, Failure, Skeleton } from '@/widgets/states';
import { useUrlText } from '@/widgets/url_state';
import styles from './alerts.module.css';

const tones: Record<Outcome, Tone> = {
  sent: 'good',
  failed: 'bad',
  silenced: 'info',
  inhibited: 'info',
  muted: 'info',
  escalated: 'warn',
};
const limit = 500;

/** Words look into the receiver, the reason and the labels of the alerts. */
function isShown(entry: HistoryEntry, known: History['labels'], text: string): boolean {
  const labels = [...entry.firing, ...entry.resolved].map((id) => known[id] ?? {});
  const extra = `${entry.receiver} ${entry.integration} ${entry.reason} ${entry.error}`;
  return labels.length === 0 ? matchesLabels({}, text, extra) : labels.some((one) => matchesLabels(one, text, extra));
}

export function HistoryPage() {
  const [outcome, setOutcome] = useUrlText('outcome');
  const [text, setText] = useUrlText('search');
  const query = useQuery(historyQuery(outcome, limit));
  const labels = query.data?.labels ?? {};
  const entries = query.data?.notifications ?? [];
  const shown = entries.filter((entry) => isShown(entry, labels, text));
  return (
    <Page
      title="Notification history"
      summary="Who was told what, when, and why not."
      actions={
        <>
          <ChoiceField
            label="Outcome"
            value={outcome === '' ? 'all' : outcome}
            onChange={(next) => setOutcome(next === 'all' ? '' : next)}
            choices={['all', ...Object.keys(tones)].map((value) => ({
              value,
              label: value === 'all' ? 'All' : value,
            }))}
          />
          <div className={styles['search']}>
            <SearchField label="Filter" placeholder="Receiver, reason or label" value={text} onChange={setText} />
          </div>
        </>
      }
    >
      <Card note={entries.length === limit ? `the newest ${limit}` : undefined}>
        {query.isPending ? (
          <Skeleton lines={8} />
        ) : query.isError && entries.length === 0 ? (
          <Failure what="The history" error={query.error} onRetry={() => void query.refetch()} />
        ) : shown.length === 0 ? (
          <Empty
            icon={<HistoryIcon />}
            title={entries.length === 0 ? 'Nobody was told anything yet' : 'Nothing matches'}
          >
            {entries.length === 0 &&
              'Each message, each failed attempt and each alert held back is kept here, also over restarts.'}
          </Empty>
        ) : (
          shown.map((entry, index) => <Entry key={`${entry.at}${index}`} entry={entry} labels={labels} />)
        )}
      </Card>
    </Page>
  );
}

function Entry({ entry, labels }: { entry: HistoryEntry; labels: History['labels'] }) {
  const zone = usePreferences((p) => p.zone);
  const counts = [
    ...(entry.firing.length > 0 ? [`${entry.firing.length} firing`] : []),
    ...(entry.resolved.length > 0 ? [`${entry.resolved.length} resolved`] : []),
  ];
  const known = [...entry.firing, ...entry.resolved].flatMap((id): Labels[] => (labels[id] ? [labels[id]] : []));
  return (
    <div className={styles['rule']}>
      <div className={styles['ruleHead']}>
        <Badge tone={tones[entry.outcome]}>{entry.outcome}</Badge>
        <b>{entry.receiver || 'nobody'}</b>
        {entry.integration && <span className={styles['since']}>{entry.integration}</span>}
        <span className={styles['since']}>{counts.join(', ')}</span>
        <span className={styles['value']}>
          {entry.attempts > 1 && `${plural(entry.attempts, 'attempt')}, `}
          {entry.durationMs > 0 && `took ${humanDuration(entry.durationMs)}, `}
          {formatDateTime(timestampMs(Date.parse(entry.at)), zone)}
        </span>
      </div>
      {entry.reason && <p className={styles['annotation']}>{entry.reason}</p>}
      {entry.error && <p className={styles['ruleError']}>{entry.error}</p>}
      {known.slice(0, 4).map((one, index) => (
        <LabelChips key={index} labels={one} />
      ))}
      {known.length > 4 && <p className={styles['since']}>and {known.length - 4} more</p>}
    </div>
  );
}
