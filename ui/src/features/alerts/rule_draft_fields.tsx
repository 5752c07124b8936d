// SPDX-License-Identifier: Apache-2.0
import type { ReactNode } from 'react';
import type { RuleDraft } from '@/model/rule_draft';
import { ChoiceField, TextField } from '@/widgets/fields';
import { PromqlText } from '@/widgets/promql_text';
import styles from './alerts.module.css';

function Field({ name, children }: { name: string; children: ReactNode }) {
  return (
    <label>
      {name}
      {children}
    </label>
  );
}

/** The fields of a rule that is being written. */
export function DraftFields({ draft, set }: { draft: RuleDraft; set: (change: Partial<RuleDraft>) => void }) {
  const isAlert = draft.kind === 'alerting';
  return (
    <>
      <div className={styles['silenceLength']}>
        <ChoiceField
          label="Kind of rule"
          value={draft.kind}
          onChange={(kind) => set({ kind })}
          choices={[
            { value: 'alerting', label: 'Alert' },
            { value: 'recording', label: 'Recorded series' },
          ]}
        />
      </div>
      <div className={styles['ruleColumns']}>
        <Field name={isAlert ? 'Alert name' : 'Name of the new series'}>
          <TextField
            label="Name"
            value={draft.name}
            onChange={(name) => set({ name })}
            placeholder={isAlert ? 'CheckoutIsSlow' : 'job:requests:rate5m'}
          />
        </Field>
        <Field name="Group">
          <TextField
            label="Group"
            value={draft.group}
            onChange={(group) => set({ group })}
            placeholder={draft.name || 'as the rule'}
          />
        </Field>
        <Field name="Evaluated every">
          <TextField label="Interval" value={draft.interval} onChange={(interval) => set({ interval })} />
        </Field>
        {isAlert && (
          <>
            <Field name="Fires after it held for">
              <TextField label="For" value={draft.for} onChange={(value) => set({ for: value })} placeholder="0s" />
            </Field>
            <Field name="Keeps firing for">
              <TextField
                label="Keep firing for"
                value={draft.keepFiringFor}
                onChange={(keepFiringFor) => set({ keepFiringFor })}
                placeholder="0s"
              />
            </Field>
          </>
        )}
      </div>
      <Field name={isAlert ? 'Fires while this PromQL query has a result' : 'PromQL query whose result is recorded'}>
        <textarea
          className="mono"
          aria-label="Query"
          rows={3}
          spellCheck={false}
          value={draft.expr}
          onChange={(event) => set({ expr: event.target.value })}
          placeholder="sum by (service) (rate(http_errors_total[5m])) > 1"
        />
      </Field>
      {draft.expr.trim() !== '' && (
        <div className={styles['draftQuery']}>
          <PromqlText query={draft.expr} />
        </div>
      )}
      <Field name="Labels, one a line">
        <textarea
          className="mono"
          aria-label="Labels"
          rows={2}
          spellCheck={false}
          value={draft.labels}
          onChange={(event) => set({ labels: event.target.value })}
        />
      </Field>
      {isAlert && (
        <>
          <Field name="Summary">
            <TextField
              label="Summary"
              value={draft.summary}
              onChange={(summary) => set({ summary })}
              placeholder="Checkout takes {{ $value | humanizeDuration }}"
            />
          </Field>
          <Field name="Description">
            <TextField label="Description" value={draft.description} onChange={(description) => set({ description })} />
          </Field>
        </>
      )}
    </>
  );
}
