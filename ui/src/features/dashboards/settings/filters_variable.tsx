// SPDX-License-Identifier: Apache-2.0
import { replaced } from '@/base/lists';
import { withMember } from '@/model/dashboard/json';
import { Plus, X } from 'lucide-react';
import {
  filterOperators,
  readFilters,
  withFilters,
  withoutFilter,
  type FilterForm,
} from '@/model/dashboard/variable_form';
import { Button, IconButton } from '@/widgets/button';
import { TextField } from '@/widgets/fields';
import { SourceChoice } from './source_choice';
import { useLabelNames, useSource } from './use_source';
import type { VariablePartProps } from './variable_form';
import styles from './settings.module.css';

/** Ad hoc filters: the source whose queries they reach, and those that are there at first. */
export function FiltersVariable({ raw, variable, onVariable }: VariablePartProps) {
  const filters = readFilters(variable);
  const source = useSource(variable['datasource']);
  const names = useLabelNames(source);
  const set = (next: readonly FilterForm[]): void => onVariable(withFilters(variable, next));
  const change = (index: number, form: FilterForm): void => set(replaced(filters, index, form));
  return (
    <fieldset className={styles['part']}>
      <legend>Filters</legend>
      <SourceChoice
        raw={raw}
        value={variable['datasource']}
        families={['prometheus', 'loki']}
        onChange={(ref) => onVariable(withMember(variable, 'datasource', ref))}
      />
      <span className={styles['help']}>
        Added to the selectors of every panel that asks this source. Those at first:
      </span>
      <datalist id="names-of-labels">
        {names.map((name) => (
          <option key={name} value={name} />
        ))}
      </datalist>
      {filters.map((one, i) => (
        <div key={i} className={styles['inline']} role="group" aria-label={`Filter ${i + 1}`}>
          <TextField
            label="Label"
            list="names-of-labels"
            placeholder="label"
            className={styles['mono']}
            value={one.key}
            onChange={(key) => change(i, { ...one, key: key.trim() })}
          />
          <select
            aria-label="Operator"
            value={one.operator}
            onChange={(event) => change(i, { ...one, operator: event.target.value })}
          >
            {filterOperators.map((operator) => (
              <option key={operator}>{operator}</option>
            ))}
          </select>
          <TextField
            label="Value"
            placeholder="value"
            className={styles['mono']}
            value={one.value}
            onChange={(value) => change(i, { ...one, value })}
          />
          <IconButton label="Remove the filter" onClick={() => onVariable(withoutFilter(variable, i))}>
            <X />
          </IconButton>
        </div>
      ))}
      <div>
        <Button icon={<Plus />} onClick={() => set([...filters, { key: '', operator: '=', value: '' }])}>
          Add filter
        </Button>
      </div>
    </fieldset>
  );
}
