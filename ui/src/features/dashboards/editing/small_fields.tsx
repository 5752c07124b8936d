// SPDX-License-Identifier: Apache-2.0
// Fields of the editors: a choice, a number.
import { useEffect, useState, type ReactNode } from 'react';
import type { Json } from '@/model/dashboard/json';
import { same, type Option } from '@/model/dashboard/editing/override_properties';
import { TextField } from '@/widgets/fields';
import dashboard from '../dashboards.module.css';
import styles from './editing.module.css';

/** A name above a field; the field carries it for screen readers too. */
export function Named({ name, help, children }: { name: string; help?: string; children: ReactNode }) {
  return (
    <div className={dashboard['field']}>
      <span aria-hidden>{name}</span>
      {children}
      {help && <span className={styles['help']}>{help}</span>}
    </div>
  );
}

interface SelectFieldProps {
  label: string;
  value: Json | undefined;
  options: readonly Option[];
  onChange: (value: Json) => void;
}

/** One of many; a value that is none of them is kept and shown as it is. */
export function SelectField({ label, value, options, onChange }: SelectFieldProps) {
  const at = options.findIndex((one) => same(one.value, value));
  const written =
    value === undefined || value === null ? '–' : typeof value === 'string' ? value : JSON.stringify(value);
  return (
    <select
      aria-label={label}
      className={dashboard['select']}
      value={String(at)}
      onChange={(event) => {
        const chosen = options[Number(event.target.value)];
        if (chosen) onChange(chosen.value);
      }}
    >
      {at < 0 && <option value="-1">{written}</option>}
      {options.map((one, i) => (
        <option key={i} value={String(i)}>
          {one.name}
        </option>
      ))}
    </select>
  );
}

interface NumberFieldProps {
  label: string;
  value: number | null;
  min?: number;
  max?: number;
  after?: string;
  placeholder?: string;
  isRequired?: boolean;
  /** Applied when the field is left: for lists that sort themselves. */
  isLate?: boolean;
  onChange: (value: number | null) => void;
}

const textOf = (value: number | null): string => (value === null ? '' : String(value));

export function NumberField(props: NumberFieldProps) {
  const { label, value, min = -Infinity, max = Infinity, after, isRequired = false, isLate = false } = props;
  const [written, setWritten] = useState(textOf(value));
  const read = (text: string): number | null | undefined => {
    if (text.trim() === '') return isRequired ? undefined : null;
    const number = Number(text.replace(',', '.'));
    return Number.isFinite(number) && number >= min && number <= max ? number : undefined;
  };
  useEffect(() => {
    if (read(written) !== value) setWritten(textOf(value));
  }, [value]);
  const apply = (text: string): void => {
    const number = read(text);
    if (number !== undefined && number !== value) props.onChange(number);
  };
  return (
    <span className={styles['number']}>
      <TextField
        label={label}
        inputMode="decimal"
        placeholder={props.placeholder}
        isInvalid={read(written) === undefined}
        value={written}
        onChange={(text) => {
          setWritten(text);
          if (!isLate) apply(text);
        }}
        onBlur={() => (read(written) === undefined ? setWritten(textOf(value)) : apply(written))}
        onKeyDown={(event) => event.key === 'Enter' && apply(written)}
      />
      {after && <span aria-hidden>{after}</span>}
    </span>
  );
}
