// SPDX-License-Identifier: Apache-2.0
import { useId, useState, type ReactNode } from 'react';
import { commaList } from '@/base/lists';
import { TextField } from '@/widgets/fields';
import styles from './settings.module.css';

interface FieldProps {
  label: string;
  help?: ReactNode;
  problem?: string | null | undefined;
  className?: string | undefined;
  /** One control, which the label names. */
  children: ReactNode;
}

/** A control with its name above it, and below it what is wrong or else what helps. */
export function Field({ label, help, problem, className, children }: FieldProps) {
  return (
    <div className={className ?? styles['field']}>
      <label>
        {label}
        {children}
      </label>
      {problem ? (
        <span className={styles['problem']} role="alert">
          {problem}
        </span>
      ) : (
        help && <span className={styles['help']}>{help}</span>
      )}
    </div>
  );
}

interface TextRowProps {
  label: string;
  value: string;
  onChange: (value: string) => void;
  placeholder?: string;
  help?: ReactNode;
  problem?: string | null | undefined;
  isCode?: boolean;
  /** What can be chosen instead of typed. */
  offers?: readonly (string | { value: string; label: string })[];
}

export function TextRow({ label, value, onChange, placeholder, help, problem, isCode, offers }: TextRowProps) {
  const id = useId();
  return (
    <Field label={label} help={help} problem={problem}>
      <TextField
        label={label}
        value={value}
        onChange={onChange}
        placeholder={placeholder}
        isInvalid={Boolean(problem)}
        className={isCode ? styles['mono'] : undefined}
        {...(offers && offers.length > 0 ? { list: id } : {})}
      />
      {offers && offers.length > 0 && (
        <datalist id={id}>
          {offers.map((one) =>
            typeof one === 'string' ? (
              <option key={one} value={one} />
            ) : (
              <option key={one.value} value={one.value}>
                {one.label}
              </option>
            ),
          )}
        </datalist>
      )}
    </Field>
  );
}

interface CommaRowProps {
  label: string;
  value: readonly string[];
  onChange: (value: string[]) => void;
  placeholder?: string;
  help?: ReactNode;
}

/** Several texts with commas between them, which stay as they are typed while they say the same. */
export function CommaRow({ value, onChange, ...row }: CommaRowProps) {
  const [written, setWritten] = useState('');
  const isSame = commaList(written).join() === value.join();
  return (
    <TextRow
      {...row}
      value={isSame ? written : value.join(', ')}
      onChange={(next) => {
        setWritten(next);
        onChange(commaList(next));
      }}
    />
  );
}

interface ChooseProps {
  label: string;
  value: string;
  choices: readonly { value: string; label: string }[];
  onChange: (value: string) => void;
  help?: ReactNode;
}

/** One of a list. A value that is not in it is kept and shown as it is written. */
export function Choose({ label, value, choices, onChange, help }: ChooseProps) {
  return (
    <Field label={label} help={help}>
      <select value={value} aria-label={label} onChange={(event) => onChange(event.target.value)}>
        {!choices.some((one) => one.value === value) && <option value={value}>{value || '–'}</option>}
        {choices.map((one) => (
          <option key={one.value} value={one.value}>
            {one.label}
          </option>
        ))}
      </select>
    </Field>
  );
}
