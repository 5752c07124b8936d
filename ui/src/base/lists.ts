// SPDX-License-Identifier: Apache-2.0
// Changes of a list, each as a new list; a place outside of it changes nothing. And lists as people type them.

export const replaced = <T>(list: readonly T[], at: number, item: T): T[] =>
  list.map((one, i) => (i === at ? item : one));

export const without = <T>(list: readonly T[], at: number): T[] => list.filter((_, i) => i !== at);

export const inserted = <T>(list: readonly T[], at: number, item: T): T[] => [
  ...list.slice(0, at),
  item,
  ...list.slice(at),
];

export function moved<T>(list: readonly T[], from: number, to: number): T[] {
  const item = list[from];
  if (item === undefined || to < 0 || to >= list.length || from === to) return [...list];
  return inserted(without(list, from), to, item);
}

/** Where an item is after `moved(list, from, to)`. */
export function placeAfterMove(index: number, from: number, to: number): number {
  if (index === from) return to;
  if (from < index && to >= index) return index - 1;
  return from > index && to <= index ? index + 1 : index;
}

/** "a, b" as its parts; empty ones are none. */
export const commaList = (written: string): string[] =>
  written
    .split(',')
    .map((part) => part.trim())
    .filter((part) => part !== '');
