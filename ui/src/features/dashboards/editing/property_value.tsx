// SPDX-License-Identifier: Apache-2.0
// What edits the value of a property, by its kind.
import { fits, shownParts, type Part, type PropertySpec } from '@/model/dashboard/editing/override_properties';
import { asObject, numberOr, type Json } from '@/model/dashboard/json';
import { SwitchField, TextField } from '@/widgets/fields';
import { SuggestField, type Suggestion } from '@/widgets/suggest_field';
import { ColorModeField } from './color_mode_field';
import { JsonField } from './json_field';
import { LinksField } from './links_field';
import { MappingsField } from './mappings_field';
import { NumberField, SelectField } from './small_fields';
import { ThresholdsField } from './thresholds_field';
import { UnitField } from './unit_field';
import styles from './editing.module.css';

interface PropertyValueProps {
  spec: PropertySpec | Part | undefined;
  /** For screen readers, and for a property without an editor. */
  name: string;
  value: Json | undefined;
  fieldNames: readonly Suggestion[];
  onChange: (value: Json) => void;
}

export function PropertyValue({ spec, name, value, fieldNames, onChange }: PropertyValueProps) {
  if (!spec || !fits(spec, value))
    return <JsonField label={`${name} as JSON`} rows={4} value={value} onChange={onChange} />;
  const written = typeof value === 'string' ? value : '';
  switch (spec.kind) {
    case 'unit':
      return <UnitField label={name} value={written} onChange={onChange} />;
    case 'field':
      return <SuggestField label={name} value={written} suggestions={fieldNames} onChange={onChange} />;
    case 'text':
      return <TextField label={name} value={written} onChange={onChange} />;
    case 'number':
      return (
        <NumberField
          label={name}
          value={numberOr(value, null)}
          {...(spec.min === undefined ? {} : { min: spec.min })}
          {...(spec.max === undefined ? {} : { max: spec.max })}
          {...(spec.after ? { after: spec.after } : {})}
          onChange={onChange}
        />
      );
    case 'flag':
      return <SwitchField label={spec.name} value={value === true} onChange={onChange} />;
    case 'choice':
      return <SelectField label={name} value={value} options={spec.options} onChange={onChange} />;
    case 'color':
      return <ColorModeField label={name} value={value} onChange={onChange} />;
    case 'thresholds':
      return <ThresholdsField value={value} onChange={onChange} />;
    case 'mappings':
      return <MappingsField value={value} onChange={onChange} />;
    case 'links':
      return <LinksField value={value} onChange={onChange} />;
    case 'parts': {
      const object = asObject(value);
      return (
        <div className={styles['parts']}>
          {shownParts(spec.parts, object).map((part) => (
            <PropertyValue
              key={part.key}
              spec={part}
              name={`${name}: ${part.name}`}
              value={object[part.key] ?? part.initial}
              fieldNames={fieldNames}
              onChange={(next) => onChange({ ...object, [part.key]: next })}
            />
          ))}
        </div>
      );
    }
  }
}
