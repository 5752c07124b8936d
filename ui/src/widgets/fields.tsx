// SPDX-License-Identifier: Apache-2.0
// Inputs: text with a label for screen readers, search, a choice of few, on or off.
import { Search, X } from 'lucide-react';
import { Switch, ToggleGroup } from 'radix-ui';
import type { ComponentProps, ReactNode } from 'react';
import { classNames } from '@/base/class_names';
import { Hint } from './hint';
import styles from './fields.module.css';

interface TextFieldProps extends Omit<ComponentProps<'input'>, 'onChange'> {
  label: string;
  isInvalid?: boolean;
  onChange: (value: string) => void;
}

export function TextField({ label, isInvalid, onChange, className, ...rest }: TextFieldProps) {
  return (
    <input
      type="text"
      aria-label={label}
      aria-invalid={isInvalid || undefined}
      className={classNames(styles['input'], className)}
      onChange={(event) => onChange(event.target.value)}
      spellCheck={false}
      autoComplete="off"
      {...rest}
    />
  );
}

interface SearchFieldProps {
  label: string;
  value: string;
  onChange: (value: string) => void;
  placeholder?: string;
  autoFocus?: boolean;
}

export function SearchField({ label, value, onChange, placeholder, autoFocus }: SearchFieldProps) {
  return (
    <span className={styles['search']}>
      <Search aria-hidden />
      <TextField
        label={label}
        value={value}
        onChange={onChange}
        placeholder={placeholder ?? label}
        autoFocus={autoFocus}
      />
      {value !== '' && (
        <button type="button" className={styles['clear']} aria-label="Clear" onClick={() => onChange('')}>
          <X />
        </button>
      )}
    </span>
  );
}

interface Choice<T extends string> {
  value: T;
  label: ReactNode;
  /** What an icon means. */
  hint?: string;
}

interface ChoiceFieldProps<T extends string> {
  label: string;
  value: T;
  choices: readonly Choice<T>[];
  onChange: (value: T) => void;
}

/** One of a few values, all visible. */
export function ChoiceField<T extends string>({ label, value, choices, onChange }: ChoiceFieldProps<T>) {
  return (
    <ToggleGroup.Root
      type="single"
      className={styles['choices']}
      aria-label={label}
      value={value}
      onValueChange={(next) => next !== '' && onChange(next as T)}
    >
      {choices.map((choice) => {
        const item = (
          <ToggleGroup.Item
            key={choice.value}
            value={choice.value}
            className={styles['choice']}
            aria-label={choice.hint}
          >
            {choice.label}
          </ToggleGroup.Item>
        );
        return choice.hint ? (
          <Hint key={choice.value} text={choice.hint}>
            {item}
          </Hint>
        ) : (
          item
        );
      })}
    </ToggleGroup.Root>
  );
}

export function SwitchField({
  label,
  value,
  onChange,
}: {
  label: string;
  value: boolean;
  onChange: (value: boolean) => void;
}) {
  return (
    <label className={styles['switchLabel']}>
      <Switch.Root className={styles['switch']} checked={value} onCheckedChange={onChange}>
        <Switch.Thumb className={styles['thumb']} />
      </Switch.Root>
      {label}
    </label>
  );
}
