// SPDX-License-Identifier: Apache-2.0
// A text field that offers what is known; anything else may be written too.
import { useState, type FocusEvent } from 'react';
import { fuzzySearch } from '@/base/fuzzy';
import { TextField } from './fields';
import { useOptionKeys } from './option_keys';
import styles from './pick.module.css';

export interface Suggestion {
  value: string;
  /** Beside the value, in grey. */
  note?: string;
}

interface SuggestFieldProps {
  label: string;
  value: string;
  suggestions: readonly Suggestion[];
  onChange: (value: string) => void;
  /** Something was chosen, or Enter was pressed on what is written. */
  onCommit?: (value: string) => void;
  placeholder?: string;
  className?: string;
  isInvalid?: boolean;
  autoFocus?: boolean;
}

const shownMax = 100;

export function SuggestField(props: SuggestFieldProps) {
  const { label, value, suggestions, onChange, onCommit, placeholder, className, isInvalid = false, autoFocus } = props;
  const [isOpen, setOpen] = useState(false);
  const [isTyped, setTyped] = useState(false);
  const found = fuzzySearch(suggestions, isTyped ? value : '', (one) => `${one.value} ${one.note ?? ''}`).slice(
    0,
    shownMax,
  );
  const take = (text: string): void => {
    onChange(text);
    onCommit?.(text);
    setOpen(false);
    setTyped(false);
  };
  const keys = useOptionKeys(found.length, -1, (index) => take(found[index]?.value ?? value));
  const isShown = isOpen && found.length > 0;
  const open = (): void => {
    keys.setActive(-1);
    setOpen(true);
  };
  const close = (): void => {
    setOpen(false);
    setTyped(false);
  };
  return (
    <span
      className={styles['suggest']}
      onBlur={(event: FocusEvent) => {
        if (!event.currentTarget.contains(event.relatedTarget)) close();
      }}
    >
      <TextField
        label={label}
        role="combobox"
        aria-expanded={isShown}
        aria-controls={isShown ? keys.listId : undefined}
        aria-autocomplete="list"
        aria-activedescendant={isShown && keys.active >= 0 ? keys.optionId(keys.active) : undefined}
        value={value}
        placeholder={placeholder}
        isInvalid={isInvalid}
        className={className}
        autoFocus={autoFocus}
        onClick={open}
        onChange={(text) => {
          open();
          setTyped(true);
          onChange(text);
        }}
        onKeyDown={(event) => {
          if (event.key === 'Escape' && isShown) {
            event.stopPropagation();
            close();
          } else if (!isShown && event.key === 'ArrowDown') {
            event.preventDefault();
            open();
          } else if (!(isShown && keys.onKey(event)) && event.key === 'Enter') {
            close();
            onCommit?.(value);
          }
        }}
      />
      {isShown && (
        <span id={keys.listId} role="listbox" aria-label={label} className={styles['suggestions']}>
          {found.map((one, index) => (
            <span
              key={one.value}
              id={keys.optionId(index)}
              role="option"
              aria-selected={index === keys.active}
              className={styles['option']}
              // The field keeps the focus.
              onPointerDown={(event) => event.preventDefault()}
              onPointerMove={() => keys.setActive(index)}
              onClick={() => take(one.value)}
            >
              <span className={styles['value']}>{one.value}</span>
              {one.note && <span className={styles['help']}>{one.note}</span>}
            </span>
          ))}
        </span>
      )}
    </span>
  );
}
