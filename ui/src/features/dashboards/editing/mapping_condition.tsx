// SPDX-License-Identifier: Apache-2.0
// For which values a mapping holds.
import { mappingKinds, specialMatches, withKind, type MappingRow } from '@/model/dashboard/editing/mappings';
import { TextField } from '@/widgets/fields';
import { NumberField, SelectField } from './small_fields';
import styles from './editing.module.css';

interface MappingPartProps {
  name: string;
  row: MappingRow;
  onChange: (row: MappingRow) => void;
}

export function MappingKindField({ name, row, onChange }: MappingPartProps) {
  return (
    <SelectField
      label={`Kind of ${name}`}
      value={row.kind}
      options={mappingKinds}
      onChange={(kind) =>
        onChange(withKind(row, (mappingKinds.find((one) => one.value === kind) ?? mappingKinds[0])!.value))
      }
    />
  );
}

export function MappingCondition({ name, row, onChange }: MappingPartProps) {
  switch (row.kind) {
    case 'range':
      return (
        <span className={styles['range']}>
          <NumberField
            label={`From, ${name}`}
            placeholder="−∞"
            value={row.from}
            onChange={(from) => onChange({ ...row, from })}
          />
          –
          <NumberField
            label={`To, ${name}`}
            placeholder="∞"
            value={row.to}
            onChange={(to) => onChange({ ...row, to })}
          />
        </span>
      );
    case 'regex':
      return (
        <TextField
          label={`Pattern of ${name}`}
          className="mono"
          placeholder="/error (.*)/"
          value={row.pattern}
          onChange={(pattern) => onChange({ ...row, pattern })}
        />
      );
    case 'special':
      return (
        <SelectField
          label={`Which values, ${name}`}
          value={row.match}
          options={specialMatches}
          onChange={(match) => onChange({ ...row, match: String(match) })}
        />
      );
    case 'value':
      return (
        <TextField
          label={`Value of ${name}`}
          placeholder="value"
          value={row.value}
          onChange={(value) => onChange({ ...row, value })}
        />
      );
    case 'other':
      return null;
  }
}
