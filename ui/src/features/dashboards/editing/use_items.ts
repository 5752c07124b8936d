// SPDX-License-Identifier: Apache-2.0
// A list that is edited in place: a key for each item that stays with it while it moves, what changes the
// list, and where the focus goes afterwards.
import { useRef, useState } from 'react';
import { clone, type Json } from '@/model/dashboard/json';
import { inserted, moved, replaced, without } from '@/base/lists';

let lastKey = 0;
const newKey = (): string => `item ${++lastKey}`;

export interface Items<T> {
  keys: readonly string[];
  /** The item that was added last: it is open, and takes the focus. */
  newest: string | null;
  /** For screen readers: what happened. */
  said: string;
  add: (item: T) => void;
  set: (at: number, item: T) => void;
  remove: (at: number) => void;
  duplicate: (at: number) => void;
  move: (from: number, to: number) => void;
}

export function useItems<T extends Json>(
  list: readonly T[],
  write: (list: T[]) => void,
  what: string,
): Items<T> & { root: React.RefObject<HTMLDivElement | null> } {
  const keys = useRef<string[]>([]);
  const root = useRef<HTMLDivElement>(null);
  const [newest, setNewest] = useState<string | null>(null);
  const [said, setSaid] = useState('');
  // Changed elsewhere, as JSON: the first ones are taken for the same.
  if (keys.current.length !== list.length) keys.current = list.map((_, i) => keys.current[i] ?? newKey());
  const put = (next: string[], items: T[], words: string): void => {
    keys.current = next;
    setSaid(words);
    write(items);
  };
  const open = (at: number, items: T[], words: string): void => {
    const key = newKey();
    setNewest(key);
    put(inserted(keys.current, at, key), items, words);
  };
  return {
    root,
    keys: keys.current,
    newest,
    said,
    add: (item) => open(list.length, [...list, item], `Added: ${what} ${list.length + 1}`),
    set: (at, item) => write(replaced(list, at, item)),
    remove: (at) => {
      put(without(keys.current, at), without(list, at), `Removed: ${what} ${at + 1}`);
      // What had the focus is gone.
      requestAnimationFrame(() => {
        const heads = root.current?.querySelectorAll<HTMLElement>('[data-item-head]') ?? [];
        const next = heads[Math.min(at, heads.length - 1)] ?? root.current?.querySelector<HTMLElement>('[data-add]');
        next?.focus();
      });
    },
    duplicate: (at) => {
      const item = list[at];
      if (item !== undefined) open(at + 1, inserted(list, at + 1, clone(item)), `Duplicated: ${what} ${at + 1}`);
    },
    move: (from, to) => {
      if (to < 0 || to >= list.length || from === to) return;
      const hadFocus = document.activeElement;
      put(moved(keys.current, from, to), moved(list, from, to), `Moved to place ${to + 1} of ${list.length}`);
      // A moved element loses the focus.
      requestAnimationFrame(() => {
        if (hadFocus instanceof HTMLElement && hadFocus.isConnected) hadFocus.focus();
      });
    },
  };
}
