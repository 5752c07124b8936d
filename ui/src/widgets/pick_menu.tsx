// SPDX-License-Identifier: Apache-2.0
// A button that opens a list to search in; each entry may say what it is for.
import { useRef, useState, type ReactElement, type ReactNode } from 'react';
import { fuzzySearch } from '@/base/fuzzy';
import { TextField } from './fields';
import { useOptionKeys } from './option_keys';
import { Popup } from './popup';
import styles from './pick.module.css';

export interface PickItem {
  value: string;
  name: string;
  help?: string;
  group?: string;
  /** Found by these too. */
  words?: string;
}

interface PickMenuProps {
  label: string;
  items: readonly PickItem[];
  trigger: ReactElement;
  onPick: (value: string) => void;
  align?: 'start' | 'end';
  empty?: ReactNode;
}

const textOf = (item: PickItem): string => `${item.name} ${item.words ?? ''}`;

export function PickMenu({ label, items, trigger, onPick, align = 'start', empty }: PickMenuProps) {
  const [isOpen, setOpen] = useState(false);
  const isPicked = useRef(false);
  return (
    <Popup
      label={label}
      align={align}
      open={isOpen}
      onOpenChange={(open) => {
        isPicked.current = false;
        setOpen(open);
      }}
      trigger={trigger}
      // What was picked takes the focus itself.
      onCloseAutoFocus={(event) => isPicked.current && event.preventDefault()}
    >
      <PickList
        label={label}
        items={items}
        empty={empty}
        onPick={(value) => {
          isPicked.current = true;
          setOpen(false);
          onPick(value);
        }}
      />
    </Popup>
  );
}

function PickList({ label, items, onPick, empty }: Pick<PickMenuProps, 'label' | 'items' | 'onPick' | 'empty'>) {
  const [search, setSearch] = useState('');
  const byName = fuzzySearch(items, search, textOf);
  const words = search.toLowerCase().split(/\s+/).filter(Boolean);
  const byHelp = items.filter(
    (item) => !byName.includes(item) && words.every((word) => item.help?.toLowerCase().includes(word)),
  );
  const found = search ? [...byName, ...byHelp] : items;
  const keys = useOptionKeys(found.length, 0, (index) => {
    const item = found[index];
    if (item) onPick(item.value);
  });
  return (
    <div className={styles['picker']}>
      <TextField
        label={label}
        placeholder={label}
        role="combobox"
        aria-expanded
        aria-controls={keys.listId}
        aria-autocomplete="list"
        aria-activedescendant={found.length > 0 ? keys.optionId(keys.active) : undefined}
        value={search}
        onChange={(text) => {
          setSearch(text);
          keys.setActive(0);
        }}
        onKeyDown={keys.onKey}
        autoFocus
      />
      {found.length === 0 ? (
        <div id={keys.listId} role="status" className={styles['none']}>
          {empty ?? 'Nothing of that name.'}
        </div>
      ) : (
        <div id={keys.listId} role="listbox" aria-label={label} className={styles['list']}>
          {found.map((item, index) => (
            <div key={item.value} role="presentation">
              {!search && item.group && item.group !== found[index - 1]?.group && (
                <div className={styles['group']} role="presentation">
                  {item.group}
                </div>
              )}
              <div
                id={keys.optionId(index)}
                role="option"
                aria-selected={index === keys.active}
                className={styles['option']}
                onPointerMove={() => keys.setActive(index)}
                onClick={() => onPick(item.value)}
              >
                <span className={styles['name']}>{item.name}</span>
                {item.help && <span className={styles['help']}>{item.help}</span>}
              </div>
            </div>
          ))}
        </div>
      )}
    </div>
  );
}
