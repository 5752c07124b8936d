// SPDX-License-Identifier: Apache-2.0
// One option of a transformation.
import { labelsOf, operandOf, operandText } from '@/model/dashboard/editing/transformations';
import { holds, type OptionSpec } from '@/model/dashboard/editing/transform_catalog';
import type { Frame } from '@/model/dashboard/frame';
import { numberOr, texts, type Json } from '@/model/dashboard/json';
import { regexOf } from '@/model/dashboard/variable';
import { SwitchField, TextField } from '@/widgets/fields';
import { SuggestField } from '@/widgets/suggest_field';
import { CalcField, CalcsField } from './calc_fields';
import { JsonField } from './json_field';
import { NamesField } from './names_field';
import { Named, NumberField, SelectField } from './small_fields';
import styles from './editing.module.css';

interface OptionFieldProps {
  spec: OptionSpec;
  value: Json | undefined;
  frames: readonly Frame[];
  names: readonly string[];
  refIds: readonly string[];
  onChange: (value: Json | undefined) => void;
}

export function OptionField(props: OptionFieldProps) {
  const { spec } = props;
  const isWide = spec.kind === 'fields' || spec.kind === 'calcs' || spec.kind === 'labels' || spec.kind === 'refIds';
  if (spec.kind === 'flag' && holds(spec, props.value))
    return <SwitchField label={spec.name} value={props.value === true} onChange={props.onChange} />;
  return (
    <div className={isWide ? styles['whole'] : undefined}>
      <Named name={spec.name} {...(spec.help ? { help: spec.help } : {})}>
        <OptionValue {...props} />
      </Named>
    </div>
  );
}

function OptionValue({ spec, value, frames, names, refIds, onChange }: OptionFieldProps) {
  const suggested = names.map((one) => ({ value: one }));
  if (!holds(spec, value))
    return <JsonField label={`${spec.name} as JSON`} rows={3} value={value} onChange={onChange} />;
  const given = value ?? spec.fallback;
  const written = typeof given === 'string' ? given : '';
  const more = spec.placeholder ? { placeholder: spec.placeholder } : {};
  switch (spec.kind) {
    case 'field':
      return <SuggestField label={spec.name} value={written} suggestions={suggested} onChange={onChange} {...more} />;
    case 'operand':
      return (
        <SuggestField
          label={spec.name}
          value={operandText(given)}
          suggestions={suggested}
          onChange={(text) => onChange(operandOf(text))}
          {...more}
        />
      );
    case 'fields':
      return <NamesField label={spec.name} names={texts(given)} suggestions={suggested} onChange={onChange} />;
    case 'labels':
      return (
        <NamesField
          label={spec.name}
          names={texts(given)}
          suggestions={labelsOf(frames).map((one) => ({ value: one }))}
          onChange={(next) => onChange(next.length > 0 ? next : undefined)}
        />
      );
    case 'refIds':
      return (
        <NamesField
          label={spec.name}
          names={written.split('|').filter((one) => one !== '')}
          suggestions={refIds.map((one) => ({ value: one }))}
          onChange={(next) => onChange(next.join('|'))}
        />
      );
    case 'calc':
      return <CalcField label={spec.name} value={given} onChange={onChange} />;
    case 'calcs':
      return <CalcsField label={spec.name} value={texts(given)} onChange={onChange} />;
    case 'number':
      return (
        <NumberField
          label={spec.name}
          value={numberOr(given, null)}
          {...more}
          {...(spec.min === undefined ? {} : { min: spec.min })}
          {...(spec.max === undefined ? {} : { max: spec.max })}
          onChange={(next) => onChange(next ?? undefined)}
        />
      );
    case 'choice':
      return <SelectField label={spec.name} value={given} options={spec.options} onChange={onChange} />;
    case 'pattern':
      return (
        <TextField
          label={spec.name}
          className="mono"
          value={written}
          isInvalid={written !== '' && regexOf(written) === null}
          onChange={(text) => onChange(text === '' ? undefined : text)}
          {...more}
        />
      );
    default:
      return (
        <TextField
          label={spec.name}
          value={written}
          onChange={(text) => onChange(text === '' ? undefined : text)}
          {...more}
        />
      );
  }
}
