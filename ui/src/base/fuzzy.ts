// SPDX-License-Identifier: Apache-2.0
// Ranking of names for search boxes: exact, prefix, word start, substring, then letters in order.

/** Null when the needle does not occur; a smaller score is a better match. */
export function fuzzyScore(needle: string, name: string): number | null {
  if (needle === '') return 0;
  const n = needle.toLowerCase();
  const h = name.toLowerCase();
  if (h === n) return 0;
  const at = h.indexOf(n);
  if (at === 0) return 1 + h.length / 1000;
  if (at > 0) return (/[_:\-./ ]/.test(h[at - 1] ?? '') ? 2 : 3) + at / 1000 + h.length / 10_000;
  return inOrder(n, h);
}

function inOrder(n: string, h: string): number | null {
  let position = -1;
  let gaps = 0;
  for (const letter of n) {
    if (letter === ' ') continue;
    const next = h.indexOf(letter, position + 1);
    if (next < 0) return null;
    gaps += next - position - 1;
    position = next;
  }
  return 10 + gaps / 10;
}

/** The matching names, best first; ties keep their order. */
export function fuzzySearch<T>(items: readonly T[], needle: string, nameOf: (item: T) => string): T[] {
  if (needle.trim() === '') return [...items];
  return items
    .map((item, index) => ({ item, index, score: fuzzyScore(needle.trim(), nameOf(item)) }))
    .filter((entry): entry is typeof entry & { score: number } => entry.score !== null)
    .sort((a, b) => a.score - b.score || a.index - b.index)
    .map((entry) => entry.item);
}
