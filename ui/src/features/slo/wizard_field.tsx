// SPDX-License-Identifier: Apache-2.0
import { useId, type ReactNode } from 'react';
import { mistakeAt, type Mistakes } from '@/model/slo_yaml';
import { PromqlText } from '@/widgets/promql_text';
import styles from './wizard.module.css';

interface FieldProps {
  name: string;
  /** What the server said about it; shown below. */
  mistake?: string | null;
  hint?: ReactNode;
  children: ReactNode;
}

/** A named control with what is wrong about it beside it. */
export function Field({ name, mistake, hint, children }: FieldProps) {
  return (
    <div className={styles['field']} data-wrong={mistake ? true : undefined}>
      <span className={styles['fieldName']}>{name}</span>
      {children}
      {hint && <span className={styles['hint']}>{hint}</span>}
      {mistake && (
        <span className={styles['mistake']} role="alert">
          {mistake}
        </span>
      )}
    </div>
  );
}

interface AreaProps {
  label: string;
  value: string;
  rows?: number;
  placeholder?: string;
  mistake?: string | null;
  onChange: (value: string) => void;
}

export function Area({ label, value, rows = 2, placeholder, mistake, onChange }: AreaProps) {
  return (
    <textarea
      className="mono"
      aria-label={label}
      aria-invalid={mistake ? true : undefined}
      rows={rows}
      spellCheck={false}
      placeholder={placeholder}
      value={value}
      onChange={(event) => onChange(event.target.value)}
    />
  );
}

interface QueryFieldProps extends AreaProps {
  name: string;
  mistakes: Mistakes;
  path: string;
  hint?: ReactNode;
}

/** PromQL, in colours below as soon as there is some. */
export function QueryField({ name, mistakes, path, hint, ...area }: QueryFieldProps) {
  const mistake = mistakeAt(mistakes, path);
  return (
    <Field name={name} mistake={mistake} hint={hint}>
      <Area {...area} mistake={mistake} />
      {area.value.trim() !== '' && (
        <span className={styles['coloured']}>
          <PromqlText query={area.value} />
        </span>
      )}
    </Field>
  );
}

export function Choose({
  label,
  value,
  choices,
  onChange,
}: {
  label: string;
  value: string;
  choices: readonly { value: string; label: string }[];
  onChange: (value: string) => void;
}) {
  const id = useId();
  return (
    <select id={id} aria-label={label} value={value} onChange={(event) => onChange(event.target.value)}>
      {choices.map((one) => (
        <option key={one.value} value={one.value}>
          {one.label}
        </option>
      ))}
    </select>
  );
}
