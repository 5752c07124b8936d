// SPDX-License-Identifier: Apache-2.0
import type { KnownSource } from '@/model/dashboard/datasource_ref';
import {
  askedFor,
  readPrometheusForm,
  withPrometheusForm,
  writePrometheusForm,
  writtenOf,
  type AskedFor,
  type VariableForm,
} from '@/model/dashboard/variable_form';
import { PromqlEditor } from '@/widgets/editor/promql_editor';
import { Choose, TextRow } from './field';
import { useLabelNames } from './use_source';
import type { VariablePartProps } from './variable_form';
import styles from './settings.module.css';

const editorLabel: Record<AskedFor, string> = {
  label_values: 'Of series that match (empty: of all)',
  label_names: 'Of series that match (empty: of all)',
  metrics: 'Names that match',
  query_result: 'PromQL',
  series: 'Series that match',
};

const help: Partial<Record<AskedFor, string>> = {
  query_result: 'Each row of the result is a text like up{job="api"} 1: take the part that you need with a pattern.',
  series: 'Each series is a text like up{job="api"}: take the part that you need with a pattern.',
};

export function PrometheusQuery(props: VariablePartProps & { source: KnownSource | null }) {
  const { variable, onVariable, source } = props;
  const written = writtenOf(variable) || (typeof variable['definition'] === 'string' ? variable['definition'] : '');
  const form = readPrometheusForm(written);
  const names = useLabelNames(source);
  const set = (change: Partial<VariableForm>): void => onVariable(withPrometheusForm(variable, { ...form, ...change }));
  // Parts that another kind of question has no place for are not carried along.
  const ask = (kind: AskedFor): void =>
    set({ kind, label: kind === 'label_values' ? form.label : '', match: kind === 'metrics' ? '' : form.match });
  return (
    <>
      <div className={styles['pair']}>
        <Choose
          label="Asks for"
          value={form.kind}
          choices={askedFor.map((one) => ({ value: one.kind, label: one.title }))}
          onChange={(kind) => ask(kind as AskedFor)}
        />
        {form.kind === 'label_values' && (
          <TextRow
            label="Name of the label"
            placeholder="job"
            value={form.label}
            isCode
            offers={names}
            onChange={(label) => set({ label: label.trim() })}
          />
        )}
        {form.kind === 'metrics' && (
          <TextRow
            label={editorLabel.metrics}
            placeholder="node_.*"
            value={form.match}
            isCode
            onChange={(match) => set({ match })}
          />
        )}
      </div>
      {form.kind !== 'metrics' && (
        <div className={styles['field']}>
          <span className={styles['legend']}>{editorLabel[form.kind]}</span>
          <PromqlEditor
            label={editorLabel[form.kind]}
            value={form.match}
            onChange={(match) => match !== form.match && set({ match })}
            onRun={() => undefined}
          />
          {help[form.kind] && <span className={styles['help']}>{help[form.kind]}</span>}
        </div>
      )}
      <span className={styles['help']}>
        Written as <code>{writePrometheusForm(form) || '–'}</code>
      </span>
    </>
  );
}
