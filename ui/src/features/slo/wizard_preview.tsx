// SPDX-License-Identifier: Apache-2.0
// What the objective would have given: budgets, burn-down, and how often each alert would have fired.
import { FlaskConical } from 'lucide-react';
import { useMemo } from 'react';
import type { SloTrial, TrialGroup, TrialPeriod } from '@/api/slo_queries';
import { percent, shortNumber } from '@/base/number_format';
import { burnDownOf, groupSelector } from '@/model/slo_view';
import { Card } from '@/widgets/card';
import { TimeSeriesChart } from '@/widgets/chart/time_series_chart';
import { ChoiceField } from '@/widgets/fields';
import { LabelChips } from '@/widgets/label_chips';
import { Empty, Notice, Skeleton } from '@/widgets/states';
import { TrialAlerts } from './trial_alerts';
import styles from './wizard.module.css';

interface PreviewProps {
  /** Why the server is not asked yet. */
  missing: string | null;
  trial: SloTrial | undefined;
  warnings: readonly string[];
  isPending: boolean;
  /** An older answer is shown while a new one comes. */
  isStale: boolean;
  /** What belongs to no field. */
  problem: string | null;
  hasMistakes: boolean;
  days: string;
  onDays: (days: string) => void;
  group: TrialGroup | null;
  onGroup: (group: string) => void;
}

const spans = [7, 28, 90].map((days) => ({ value: String(days), label: `${days} days` }));

export function Preview(props: PreviewProps) {
  const { missing, trial, warnings, isPending, problem, hasMistakes, group } = props;
  const empty = missing ?? (hasMistakes ? 'Mend what is marked, and history is asked again.' : null);
  return (
    <Card
      title="What history says"
      actions={<ChoiceField label="History" value={props.days} choices={spans} onChange={props.onDays} />}
    >
      <div className={styles['preview']} data-stale={props.isStale || undefined} aria-busy={props.isStale}>
        {problem && (
          <Notice tone="bad" title="History could not be asked">
            {problem}
          </Notice>
        )}
        {empty !== null ? (
          <Empty icon={<FlaskConical />} title={empty}>
            Nothing is kept before you create it.
          </Empty>
        ) : isPending && !trial ? (
          <Skeleton lines={9} />
        ) : trial ? (
          <>
            {warnings.map((text) => (
              <Notice key={text} tone="warn" title={text} />
            ))}
            {trial.groups.length > 1 && <Groups trial={trial} group={group} onGroup={props.onGroup} />}
            {group && <GroupPreview group={group} days={trial.days} />}
          </>
        ) : null}
      </div>
    </Card>
  );
}

function Groups({
  trial,
  group,
  onGroup,
}: {
  trial: SloTrial;
  group: TrialGroup | null;
  onGroup: (group: string) => void;
}) {
  return (
    <div className={styles['trialGroups']} role="group" aria-label="Groups">
      {trial.groups.map((one) => {
        const key = groupSelector(one.labels);
        return (
          <button key={key} type="button" aria-pressed={one === group} onClick={() => onGroup(key)}>
            <LabelChips labels={one.labels} /> {one.whole.remaining < 0 ? 'missed' : percent(one.whole.remaining)}
          </button>
        );
      })}
    </div>
  );
}

function GroupPreview({ group, days }: { group: TrialGroup; days: number }) {
  const chart = useMemo(() => burnDownOf(group.burnDown), [group]);
  return (
    <>
      <div className={styles['periods']}>
        {days > 7 && <Period name="Last 7 days" period={group.week} />}
        <Period name={`Last ${days} days`} period={group.whole} />
      </div>
      <TimeSeriesChart data={chart} label="Error budget left" height={170} formatValue={percent} yMax={1} />
      <h3 className={styles['subtitle']}>Alerts it would have given</h3>
      {group.alerts.length === 0 ? (
        <p className={styles['said']}>None: all alerts are off.</p>
      ) : (
        <TrialAlerts alerts={group.alerts} days={days} />
      )}
    </>
  );
}

function Period({ name, period }: { name: string; period: TrialPeriod }) {
  const state = period.total === 0 ? 'none' : period.met ? 'good' : 'bad';
  return (
    <div className={styles['period']} data-state={state}>
      <span>{name}</span>
      <b>{period.total === 0 ? 'no events' : period.met ? `${percent(period.remaining)} left` : 'missed'}</b>
      {period.total > 0 && (
        <span>
          {(period.sli * 100).toFixed(3)} % good, {shortNumber(period.errors)} errors of {shortNumber(period.total)}
        </span>
      )}
      {period.total > 0 && !period.met && <span>budget spent {shortNumber(1 - period.remaining)} times</span>}
    </div>
  );
}
