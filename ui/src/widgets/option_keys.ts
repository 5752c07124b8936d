// SPDX-License-Identifier: Apache-2.0
// A list that is moved through from its text field: the field keeps the focus, the option that Enter takes
// is named by aria-activedescendant.
import { useEffect, useId, useRef, useState, type KeyboardEvent } from 'react';

interface OptionKeys {
  listId: string;
  active: number;
  setActive: (index: number) => void;
  optionId: (index: number) => string;
  /** True when the key was one of the list's. */
  onKey: (event: KeyboardEvent) => boolean;
}

/** `first` is the option that Enter takes before any arrow: -1 for none. */
export function useOptionKeys(count: number, first: number, onPick: (index: number) => void): OptionKeys {
  const listId = useId();
  const [at, setActive] = useState(first);
  const active = Math.min(at, count - 1);
  const optionId = (index: number): string => `${listId}-${index}`;
  const isByKey = useRef(false);
  useEffect(() => {
    if (isByKey.current) document.getElementById(optionId(active))?.scrollIntoView({ block: 'nearest' });
  }, [active]);
  const go = (index: number): void => {
    isByKey.current = true;
    setActive(count === 0 ? -1 : (index + count) % count);
  };
  const onKey = (event: KeyboardEvent): boolean => {
    if (event.key === 'ArrowDown') go(active + 1);
    else if (event.key === 'ArrowUp') go(active <= 0 ? count - 1 : active - 1);
    else if (event.key === 'Enter' && active >= 0) onPick(active);
    else return false;
    event.preventDefault();
    return true;
  };
  return {
    listId,
    active,
    setActive: (index) => {
      isByKey.current = false;
      setActive(index);
    },
    optionId,
    onKey,
  };
}
