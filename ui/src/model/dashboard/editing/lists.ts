// SPDX-License-Identifier: Apache-2.0
// Changes of a list, each as a new list; a place outside of it changes nothing.

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
