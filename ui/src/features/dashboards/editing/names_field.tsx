// SPDX-License-Identifier: Apache-2.0
import { X } from 'lucide-react';
import { useState } from 'react';
import { SuggestField, type Suggestion } from '@/widgets/suggest_field';
import styles from './editing.module.css';

interface NamesFieldProps {
  label: string;
  names: readonly string[];
  suggestions: readonly Suggestion[];
  /** How a name is shown. */
  nameOf?: (name: string) => string;
  placeholder?: string;
  onChange: (names: string[]) => void;
}

/** Several names, each taken away by its button. */
export function NamesField({
  label,
  names,
  suggestions,
  nameOf = (one) => one,
  placeholder,
  onChange,
}: NamesFieldProps) {
  const [text, setText] = useState('');
  const add = (written: string): void => {
    const name = suggestions.find((one) => nameOf(one.value) === written)?.value ?? written;
    setText('');
    if (name !== '' && !names.includes(name)) onChange([...names, name]);
  };
  return (
    <div className={styles['names']}>
      {names.map((name) => (
        <button
          key={name}
          type="button"
          className={styles['chip']}
          aria-label={`Remove ${nameOf(name)}`}
          onClick={() => onChange(names.filter((other) => other !== name))}
        >
          {nameOf(name)}
          <X aria-hidden />
        </button>
      ))}
      <SuggestField
        label={label}
        placeholder={placeholder ?? 'Add…'}
        value={text}
        suggestions={suggestions.filter((one) => !names.includes(one.value))}
        onChange={setText}
        onCommit={add}
      />
    </div>
  );
}
