// SPDX-License-Identifier: Apache-2.0
import { mistakeAt, type Mistakes } from '@/model/slo_yaml';
import { ChoiceField, SwitchField, TextField } from '@/widgets/fields';
import { Choose, Field, QueryField } from './wizard_field';
import type { SectionProps } from './wizard_subject';
import styles from './wizard.module.css';

/** Counters, a histogram, or free queries, as the kind asks for them. */
export function OwnQueries(props: SectionProps & { mistakes: Mistakes }) {
  if (props.draft.kind === 'availability') return <Counters {...props} />;
  return props.draft.kind === 'latency' ? <Histogram {...props} /> : <FreeQueries {...props} />;
}

function Counters({ draft, set, mistakes }: SectionProps & { mistakes: Mistakes }) {
  return (
    <>
      <ChoiceField
        label="What the first counter counts"
        value={draft.isGood ? 'good' : 'errors'}
        choices={[
          { value: 'errors', label: 'Errors of all' },
          { value: 'good', label: 'Good ones of all' },
        ]}
        onChange={(value) => set({ isGood: value === 'good' })}
      />
      <QueryField
        name={draft.isGood ? 'Counter of good events' : 'Counter of errors'}
        label="First counter"
        path={draft.isGood ? 'sli.ratio.good' : 'sli.ratio.errors'}
        mistakes={mistakes}
        value={draft.part}
        placeholder={draft.isGood ? 'http_requests_total{code!~"5.."}' : 'http_requests_total{job="shop",code=~"5.."}'}
        hint="A selector without rate(): Signalbox puts the windows in."
        onChange={(part) => set({ part })}
      />
      <QueryField
        name="Counter of all events"
        label="Counter of all"
        path="sli.ratio.total"
        mistakes={mistakes}
        value={draft.total}
        placeholder={'http_requests_total{job="shop"}'}
        onChange={(total) => set({ total })}
      />
    </>
  );
}

function Histogram({ draft, set, mistakes }: SectionProps & { mistakes: Mistakes }) {
  return (
    <>
      <QueryField
        name="Histogram"
        label="Histogram"
        path="sli.latency.histogram"
        mistakes={mistakes}
        value={draft.histogram}
        placeholder={'http_request_duration_seconds{job="shop"}'}
        hint="A selector without _bucket."
        onChange={(histogram) => set({ histogram })}
      />
      <div className={styles['columns']}>
        <Field name="Quick is at most" mistake={mistakeAt(mistakes, 'sli.latency.threshold')}>
          <TextField
            label="Threshold"
            value={draft.threshold}
            placeholder="500ms"
            onChange={(threshold) => set({ threshold })}
          />
        </Field>
        <Field name="The histogram is in" mistake={mistakeAt(mistakes, 'sli.latency.unit')}>
          <Choose
            label="Unit of the histogram"
            value={draft.unit}
            choices={[
              { value: 's', label: 'seconds' },
              { value: 'ms', label: 'milliseconds' },
            ]}
            onChange={(unit) => set({ unit })}
          />
        </Field>
      </div>
      <SwitchField label="A native histogram" value={draft.isNative} onChange={(isNative) => set({ isNative })} />
    </>
  );
}

function FreeQueries({ draft, set, mistakes }: SectionProps & { mistakes: Mistakes }) {
  const window = <code>{'{{.window}}'}</code>;
  return (
    <>
      <ChoiceField
        label="Form of the queries"
        value={draft.isRatio ? 'ratio' : 'two'}
        choices={[
          { value: 'two', label: 'Errors and all' },
          { value: 'ratio', label: 'One ratio' },
        ]}
        onChange={(value) => set({ isRatio: value === 'ratio' })}
      />
      <QueryField
        name={draft.isRatio ? 'Share of errors' : 'Rate of errors'}
        label="Query of errors"
        path={draft.isRatio ? 'sli.query.error_ratio' : 'sli.query.errors'}
        mistakes={mistakes}
        value={draft.errorQuery}
        placeholder={draft.isRatio ? '1 - avg(avg_over_time(up[{{.window}}]))' : 'sum(rate(errors_total[{{.window}}]))'}
        hint={<>{window} stands for how far it looks back.</>}
        onChange={(errorQuery) => set({ errorQuery })}
      />
      {!draft.isRatio && (
        <QueryField
          name="Rate of all events"
          label="Query of all"
          path="sli.query.total"
          mistakes={mistakes}
          value={draft.totalQuery}
          placeholder="sum(rate(events_total[{{.window}}]))"
          onChange={(totalQuery) => set({ totalQuery })}
        />
      )}
    </>
  );
}
