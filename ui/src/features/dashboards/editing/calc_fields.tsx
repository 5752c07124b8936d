// SPDX-License-Identifier: Apache-2.0
// Calculations that make one value of many, by their names.
import { calculations } from '@/model/dashboard/editing/transformations';
import { calculationName } from '@/model/dashboard/reduce';
import type { Json } from '@/model/dashboard/json';
import { NamesField } from './names_field';
import { SelectField } from './small_fields';

interface CalcFieldProps {
  label: string;
  value: Json | undefined;
  onChange: (value: Json) => void;
}

export const CalcField = (props: CalcFieldProps) => <SelectField options={calculations} {...props} />;

interface CalcsFieldProps {
  label: string;
  value: readonly string[];
  onChange: (value: string[]) => void;
}

export function CalcsField({ label, value, onChange }: CalcsFieldProps) {
  const idOf = (name: string): string | undefined =>
    value.find((id) => calculationName(id) === name) ?? calculations.find((one) => one.name === name)?.value;
  return (
    <NamesField
      label={label}
      names={value.map(calculationName)}
      suggestions={calculations.map((one) => ({ value: one.name }))}
      onChange={(names) => onChange(names.map((name) => idOf(name) ?? name))}
    />
  );
}
