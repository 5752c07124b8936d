// SPDX-License-Identifier: Apache-2.0
// Value mappings: the first that holds gives the text and the colour.
import { ArrowUp, Plus, Trash2 } from 'lucide-react';
import { classNames } from '@/base/class_names';
import { moved, replaced, without } from '@/base/lists';
import { newRow, readMappings, writeMappings, type MappingRow } from '@/model/dashboard/editing/mappings';
import { text, withMember, type Json } from '@/model/dashboard/json';
import { Button, IconButton } from '@/widgets/button';
import { TextField } from '@/widgets/fields';
import { ColorField } from './color_field';
import { MappingCondition, MappingKindField } from './mapping_condition';
import styles from './editing.module.css';

interface MappingsFieldProps {
  value: Json | undefined;
  onChange: (value: Json) => void;
}

export function MappingsField({ value, onChange }: MappingsFieldProps) {
  const rows = readMappings(value);
  const write = (next: readonly MappingRow[]): void => onChange(writeMappings(next));
  return (
    <div className={classNames(styles['steps'], styles['rows'])} role="group" aria-label="Value mappings">
      {rows.map((row, i) => {
        const set = (next: MappingRow): void => write(replaced(rows, i, next));
        const name = `mapping ${i + 1}`;
        return (
          <div key={i} className={styles['mapping']} role="group" aria-label={name}>
            {row.kind === 'other' ? (
              <code style={{ gridColumn: '1 / 4', overflowWrap: 'anywhere' }}>{JSON.stringify(row.raw)}</code>
            ) : (
              <>
                <MappingKindField name={name} row={row} onChange={set} />
                <MappingCondition name={name} row={row} onChange={set} />
                <TextField
                  label={`Text of ${name}`}
                  placeholder="text shown"
                  value={text(row.result, 'text')}
                  onChange={(written) => set({ ...row, result: withMember(row.result, 'text', written || undefined) })}
                />
                <ColorField
                  label={`Colour of ${name}`}
                  isSmall
                  isOptional
                  value={text(row.result, 'color')}
                  onChange={(color) => set({ ...row, result: withMember(row.result, 'color', color || undefined) })}
                />
              </>
            )}
            <span className={styles['itemActions']} style={{ flexWrap: 'nowrap' }}>
              <IconButton label={`Move ${name} up`} disabled={i === 0} onClick={() => write(moved(rows, i, i - 1))}>
                <ArrowUp />
              </IconButton>
              <IconButton label={`Remove ${name}`} onClick={() => write(without(rows, i))}>
                <Trash2 />
              </IconButton>
            </span>
          </div>
        );
      })}
      <div className={styles['row']}>
        <Button icon={<Plus />} onClick={() => write([...rows, newRow()])}>
          Add mapping
        </Button>
      </div>
    </div>
  );
}
