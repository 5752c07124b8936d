// SPDX-License-Identifier: Apache-2.0
// What counts as good: without error, quick enough, or what free queries say.
import type { SloSubject } from '@/api/slo_queries';
import { humanDuration, parseDuration } from '@/base/duration';
import { percent } from '@/base/number_format';
import { chooseSubject, type SliKind } from '@/model/slo_draft';
import { mistakeAt, type Mistakes } from '@/model/slo_yaml';
import { Card } from '@/widgets/card';
import { ChoiceField } from '@/widgets/fields';
import { Choose, Field } from './wizard_field';
import { OwnQueries } from './wizard_own_queries';
import type { SectionProps } from './wizard_subject';
import styles from './wizard.module.css';

interface MeasureProps extends SectionProps {
  mistakes: Mistakes;
  chosen: SloSubject | null;
}

export function MeasureSection({ draft, set, mistakes, chosen }: MeasureProps) {
  const isOwn = draft.subject === 'own';
  const kinds: { value: SliKind; label: string }[] = [
    { value: 'availability', label: 'Without error' },
    { value: 'latency', label: 'Quick enough' },
    ...(isOwn ? [{ value: 'freeform' as const, label: 'Free queries' }] : []),
  ];
  const setKind = (kind: SliKind): void => set(chosen && !isOwn ? chooseSubject(draft, chosen, kind) : { kind });
  return (
    <Card
      title="2. What is good"
      actions={<ChoiceField label="What is good" value={draft.kind} choices={kinds} onChange={setKind} />}
      isPadded
    >
      <div className={styles['fields']}>
        {isOwn ? (
          <OwnQueries draft={draft} set={set} mistakes={mistakes} />
        ) : !chosen ? (
          <p className={styles['quiet']}>Choose what to protect first.</p>
        ) : draft.kind === 'latency' ? (
          <Field name="Quick is at most" mistake={mistakeAt(mistakes, 'sli')}>
            <Choose
              label="Threshold"
              value={thresholdChoice(chosen, draft.threshold)}
              choices={chosen.bounds.map((bound) => ({
                value: `${bound.thresholdMs}ms`,
                label: `${humanDuration(bound.thresholdMs)}: ${percent(bound.share)} were`,
              }))}
              onChange={(threshold) => set({ threshold })}
            />
          </Field>
        ) : (
          <p className={styles['quiet']}>
            Every call counts; those whose span ends with the status <code>Error</code> are errors.
            {chosen.latency === null && ' There is no histogram of its duration, so speed cannot be promised.'}
            {mistakeAt(mistakes, 'sli')}
          </p>
        )}
      </div>
    </Card>
  );
}

/** The server writes "1s024ms" where the list has "1024ms". */
function thresholdChoice(chosen: SloSubject, threshold: string): string {
  const ms = parseDuration(threshold);
  return `${chosen.bounds.find((bound) => bound.thresholdMs === ms)?.thresholdMs ?? ms ?? 0}ms`;
}
