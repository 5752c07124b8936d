// SPDX-License-Identifier: Apache-2.0
// Conditions on the values of a row.
import { Plus, Trash2 } from 'lucide-react';
import { replaced, without } from '@/base/lists';
import { asObject, numberOr, objects, text, withValue, type Json, type JsonObject } from '@/model/dashboard/json';
import { Button, IconButton } from '@/widgets/button';
import { TextField } from '@/widgets/fields';
import { SuggestField } from '@/widgets/suggest_field';
import { NumberField, SelectField } from './small_fields';
import type { OwnOptionsProps } from './transform_options';
import styles from './editing.module.css';

const tests = [
  { value: 'greater', name: '>' },
  { value: 'greaterOrEqual', name: '≥' },
  { value: 'lower', name: '<' },
  { value: 'lowerOrEqual', name: '≤' },
  { value: 'equal', name: '=' },
  { value: 'notEqual', name: '≠' },
  { value: 'between', name: 'is between' },
  { value: 'substring', name: 'contains' },
  { value: 'regex', name: 'matches' },
  { value: 'isNull', name: 'is empty' },
  { value: 'isNotNull', name: 'is not empty' },
];
const isNumeric = (id: string): boolean => /^(greater|lower)/.test(id);
const isRange = (id: string): boolean => id === 'between' || id === 'range';

/** Numbers as numbers, so that "=" finds them. */
const read = (written: string, id: string): Json =>
  id === 'equal' && written.trim() !== '' && Number.isFinite(Number(written)) ? Number(written) : written;

export function FilterOptions({ options, names, onChange }: OwnOptionsProps) {
  const filters = objects(options['filters']);
  const write = (next: JsonObject[]): void => onChange({ ...options, filters: next });
  return (
    <div className={styles['steps']} role="group" aria-label="Conditions">
      {filters.map((filter, i) => {
        const name = `condition ${i + 1}`;
        const id = text(asObject(filter['config']), 'id');
        const value = asObject(asObject(filter['config'])['options']);
        const set = (path: string, next: Json): void => write(replaced(filters, i, withValue(filter, path, next)));
        return (
          <div key={i} className={styles['row']}>
            <SuggestField
              label={`Field of ${name}`}
              placeholder="field"
              value={text(filter, 'fieldName')}
              suggestions={names.map((one) => ({ value: one }))}
              onChange={(next) => set('fieldName', next)}
            />
            <SelectField
              label={`Test of ${name}`}
              value={id}
              options={tests}
              onChange={(next) => set('config.id', next)}
            />
            {(isRange(id) ? ['from', 'to'] : isNumeric(id) ? ['value'] : []).map((key) => (
              <span key={key} style={{ flex: '0 1 110px' }}>
                <NumberField
                  label={`${key === 'value' ? 'Value' : key === 'from' ? 'From' : 'To'}, ${name}`}
                  placeholder={key}
                  value={numberOr(value[key], null)}
                  onChange={(next) => set(`config.options.${key}`, next ?? '')}
                />
              </span>
            ))}
            {['equal', 'notEqual', 'substring', 'regex'].includes(id) && (
              <span style={{ flex: '1 1 110px' }}>
                <TextField
                  label={`Value, ${name}`}
                  placeholder="value"
                  value={text(value, 'value')}
                  onChange={(next) => set('config.options.value', read(next, id))}
                />
              </span>
            )}
            <IconButton label={`Remove ${name}`} onClick={() => write(without(filters, i))}>
              <Trash2 />
            </IconButton>
          </div>
        );
      })}
      <div className={styles['row']}>
        <Button
          icon={<Plus />}
          onClick={() => write([...filters, { fieldName: '', config: { id: 'greater', options: { value: 0 } } }])}
        >
          Add condition
        </Button>
      </div>
    </div>
  );
}
