// SPDX-License-Identifier: Apache-2.0
import type { KnownSource } from '@/model/dashboard/datasource_ref';
import { readLabelForm, writeLabelForm, type VariableForm } from '@/model/dashboard/variable_form';
import { Choose, TextRow } from './field';
import { useLabelNames } from './use_source';
import type { VariablePartProps } from './variable_form';
import styles from './settings.module.css';

interface LabelQueryProps extends VariablePartProps {
  source: KnownSource | null;
  family: 'loki' | 'tempo';
}

const words = {
  loki: { values: 'Values of a label', names: 'Names of labels', label: 'Name of the label', example: 'app' },
  tempo: {
    values: 'Values of a tag',
    names: 'Names of tags',
    label: 'Name of the tag',
    example: 'resource.service.name',
  },
};

/** Loki's labels and Tempo's tags. */
export function LabelQuery({ variable, onVariable, source, family }: LabelQueryProps) {
  const form = readLabelForm(variable);
  const names = useLabelNames(source);
  const set = (change: Partial<VariableForm>): void => onVariable(writeLabelForm(variable, { ...form, ...change }));
  const word = words[family];
  return (
    <div className={family === 'loki' && form.kind === 'label_values' ? styles['third'] : styles['pair']}>
      <Choose
        label="Asks for"
        value={form.kind}
        choices={[
          { value: 'label_values', label: word.values },
          { value: 'label_names', label: word.names },
        ]}
        onChange={(kind) => set({ kind: kind === 'label_names' ? 'label_names' : 'label_values' })}
      />
      {form.kind === 'label_values' && (
        <TextRow
          label={word.label}
          placeholder={word.example}
          value={form.label}
          isCode
          offers={names}
          onChange={(label) => set({ label: label.trim() })}
        />
      )}
      {form.kind === 'label_values' && family === 'loki' && (
        <TextRow
          label="Of streams that match"
          placeholder='{env="prod"}'
          value={form.match}
          isCode
          onChange={(match) => set({ match })}
        />
      )}
    </div>
  );
}
