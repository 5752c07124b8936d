// SPDX-License-Identifier: Apache-2.0
// How much is promised, over which time; what each usual target would have left stands with it.
import type { TrialGroup } from '@/api/slo_queries';
import { humanDuration, parseDuration } from '@/base/duration';
import { percent } from '@/base/number_format';
import { budgetLeft, periods, usualTargets } from '@/model/slo_draft';
import { allowedOutageMinutes } from '@/model/slo_view';
import { mistakeAt, type Mistakes } from '@/model/slo_yaml';
import { Card } from '@/widgets/card';
import { TextField } from '@/widgets/fields';
import { Choose, Field } from './wizard_field';
import type { SectionProps } from './wizard_subject';
import styles from './wizard.module.css';

interface PromiseProps extends SectionProps {
  mistakes: Mistakes;
  /** Of the trial, the worst; null while there is none. */
  group: TrialGroup | null;
}

const calendarDays: Record<string, number> = { day: 1, week: 7, month: 30, quarter: 91, year: 365 };

function outage(objective: string, period: string): string | null {
  const target = Number(objective);
  const days = calendarDays[period] ?? (parseDuration(period) ?? 0) / 86_400_000;
  if (!(target > 0 && target < 100) || days <= 0) return null;
  return humanDuration(allowedOutageMinutes(target, days * 24 * 60) * 60_000);
}

export function PromiseSection({ draft, set, mistakes, group }: PromiseProps) {
  const allowed = outage(draft.objective, draft.period);
  const known = periods.some((one) => one.value === draft.period)
    ? periods
    : [{ value: draft.period, label: draft.period }, ...periods];
  return (
    <Card title="3. What is promised" isPadded>
      <div className={styles['fields']}>
        <div className={styles['columns']}>
          <Field
            name="Target in percent"
            mistake={mistakeAt(mistakes, 'objective')}
            hint={allowed && `As much as ${allowed} of full outage.`}
          >
            <TextField
              label="Target in percent"
              inputMode="decimal"
              value={draft.objective}
              onChange={(objective) => set({ objective })}
              isInvalid={mistakeAt(mistakes, 'objective') !== null}
            />
          </Field>
          <Field name="Over" mistake={mistakeAt(mistakes, 'window', 'calendar')}>
            <Choose label="Period" value={draft.period} choices={known} onChange={(period) => set({ period })} />
          </Field>
        </div>
        <div className={styles['targets']} role="group" aria-label="Usual targets">
          {usualTargets.map((target) => {
            const left = group && group.whole.total > 0 ? budgetLeft(group.whole, target) : null;
            return (
              <button
                key={target}
                type="button"
                aria-pressed={Number(draft.objective) === target}
                onClick={() => set({ objective: String(target) })}
              >
                <b>{target} %</b>
                <span data-state={left === null ? undefined : left < 0 ? 'bad' : left < 0.25 ? 'warn' : 'good'}>
                  {left === null ? '–' : left < 0 ? 'missed' : `${percent(left)} left`}
                </span>
              </button>
            );
          })}
        </div>
      </div>
    </Card>
  );
}
