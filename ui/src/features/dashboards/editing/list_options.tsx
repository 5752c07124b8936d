// SPDX-License-Identifier: Apache-2.0
// Options that are lists: the order of rows, conversions of types, and the figure beside a small graph.
import { Plus, Trash2 } from 'lucide-react';
import { replaced, without } from '@/base/lists';
import { fieldTypes } from '@/model/dashboard/editing/overrides';
import { asObject, flag, objects, text, withValue, type JsonObject } from '@/model/dashboard/json';
import { Button, IconButton } from '@/widgets/button';
import { SuggestField } from '@/widgets/suggest_field';
import { CalcField } from './calc_fields';
import { Named, SelectField } from './small_fields';
import type { OwnOptionsProps } from './transform_options';
import styles from './editing.module.css';

export function SortOptions({ options, names, onChange }: OwnOptionsProps) {
  const list = objects(options['sort']);
  const first = list[0] ?? {};
  const set = (next: JsonObject): void =>
    onChange({ ...options, sort: list.length > 0 ? replaced(list, 0, next) : [next] });
  return (
    <div className={styles['grid']}>
      <Named name="Field">
        <SuggestField
          label="Field"
          value={text(first, 'field')}
          suggestions={names.map((value) => ({ value }))}
          onChange={(field) => set({ ...first, field })}
        />
      </Named>
      <Named name="Order">
        <SelectField
          label="Order"
          value={flag(first, 'desc')}
          options={[
            { value: false, name: 'Smallest first' },
            { value: true, name: 'Largest first' },
          ]}
          onChange={(desc) => set({ ...first, desc })}
        />
      </Named>
    </div>
  );
}

const types = fieldTypes.filter((one) => one.value !== 'other');

export function ConversionOptions({ options, names, onChange }: OwnOptionsProps) {
  const list = objects(options['conversions']);
  const write = (next: JsonObject[]): void => onChange({ ...options, conversions: next });
  return (
    <div className={styles['steps']} role="group" aria-label="Conversions">
      {list.map((one, i) => (
        <div key={i} className={styles['row']}>
          <SuggestField
            label={`Field of conversion ${i + 1}`}
            placeholder="field"
            value={text(one, 'targetField')}
            suggestions={names.map((value) => ({ value }))}
            onChange={(targetField) => write(replaced(list, i, { ...one, targetField }))}
          />
          as
          <SelectField
            label={`Type of conversion ${i + 1}`}
            value={one['destinationType']}
            options={types}
            onChange={(destinationType) => write(replaced(list, i, { ...one, destinationType }))}
          />
          <IconButton label={`Remove conversion ${i + 1}`} onClick={() => write(without(list, i))}>
            <Trash2 />
          </IconButton>
        </div>
      ))}
      <div className={styles['row']}>
        <Button icon={<Plus />} onClick={() => write([...list, { targetField: '', destinationType: 'number' }])}>
          Add conversion
        </Button>
      </div>
    </div>
  );
}

export function TrendOptions({ options, refIds, onChange }: OwnOptionsProps) {
  return (
    <div className={styles['grid']}>
      {refIds.map((refId) => (
        <Named key={refId} name={`Figure beside the graph, query ${refId}`}>
          <CalcField
            label={`Figure, query ${refId}`}
            value={text(asObject(options[refId]), 'stat', 'lastNotNull')}
            onChange={(stat) => onChange(withValue(options, `${refId}.stat`, stat))}
          />
        </Named>
      ))}
    </div>
  );
}
