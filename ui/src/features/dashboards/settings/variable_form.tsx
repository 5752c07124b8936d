// SPDX-License-Identifier: Apache-2.0
import { variableKinds, withType } from '@/model/dashboard/edit_variable';
import { text, withMember, type JsonObject } from '@/model/dashboard/json';
import type { VariableType } from '@/model/dashboard/types';
import { usesOfVariables, usesText } from '@/model/dashboard/variable_uses';
import { Choose, TextRow } from './field';
import { FiltersVariable } from './filters_variable';
import { FixedVariable } from './fixed_variable';
import { QueryVariable } from './query_variable';
import type { TabProps } from './tab_props';
import { ValueChoices } from './value_choices';
import { Places, VariableName } from './variable_name';
import { VariablePreview } from './variable_preview';
import styles from './settings.module.css';

export interface VariablePartProps {
  raw: JsonObject;
  variable: JsonObject;
  onVariable: (variable: JsonObject) => void;
}

interface VariableFormProps extends TabProps, VariablePartProps {
  index: number;
}

const kinds = variableKinds.map((one) => ({ value: one.type as string, label: `${one.title} – ${one.what}` }));

export function VariableForm({ raw, index, variable, onVariable, onRaw, onProblem }: VariableFormProps) {
  const type = text(variable, 'type', 'query');
  const set = (key: string) => (value: string) => onVariable(withMember(variable, key, value));
  const uses = usesOfVariables(raw)[index] ?? [];
  const part = { raw, variable, onVariable };
  return (
    <>
      <div className={styles['pair']}>
        <VariableName raw={raw} index={index} uses={uses} onRaw={onRaw} onProblem={onProblem} />
        <Choose
          label="Kind"
          value={type}
          choices={kinds}
          onChange={(next) => onVariable(withType(variable, next as VariableType))}
        />
      </div>
      {type === 'query' ? (
        <QueryVariable {...part} />
      ) : type === 'adhoc' ? (
        <FiltersVariable {...part} />
      ) : (
        <FixedVariable {...part} />
      )}
      <VariablePreview {...part} index={index} />
      {['query', 'custom', 'datasource'].includes(type) && <ValueChoices {...part} />}
      <fieldset className={styles['part']}>
        <legend>In the bar</legend>
        <div className={styles['pair']}>
          <TextRow
            label="Label"
            placeholder={text(variable, 'name')}
            value={text(variable, 'label')}
            onChange={set('label')}
          />
          <Choose
            label="Shown"
            value={String(variable['hide'] ?? 0)}
            choices={[
              { value: '0', label: 'with its label' },
              { value: '1', label: 'without its label' },
              { value: '2', label: 'not at all' },
            ]}
            onChange={(value) => onVariable({ ...variable, hide: Number(value) })}
          />
        </div>
        <TextRow
          label="Description"
          placeholder="shown when the pointer is on it"
          value={text(variable, 'description')}
          onChange={set('description')}
        />
      </fieldset>
      {uses.length > 0 && (
        <details className={styles['used']}>
          <summary>Used in {usesText(uses)}</summary>
          <Places uses={uses} />
        </details>
      )}
    </>
  );
}
