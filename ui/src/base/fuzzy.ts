// SPDX-License-Identifier: Apache-2.0
// Ranking of names for search boxes: exact, prefix, word start, substring, then letters in order.
// Words separated by spaces must all occur.

/** Null when the needle does not occur; a smaller score is a better match. */
export function fuzzyScore(needle: string, name: string): number | null {
  const words = needle.toLowerCase().split(/\s+/).filter(Boolean);
  const haystack = name.toLowerCase();
  let total = 0;
  for (const word of words) {
    const score = wordScore(word, haystack, words.length === 1);
    if (score === null) return null;
    total += score;
  }
  return total;
}

function wordScore(word: string, haystack: string, isAlone: boolean): number | null {
  if (haystack === word) return 0;
  const at = haystack.indexOf(word);
  if (at === 0) return 1 + haystack.length / 1000;
  if (at > 0) {
    const isWordStart = /[_:\-./ ]/.test(haystack[at - 1] ?? '');
    return (isWordStart ? 2 : 3) + at / 1000 + haystack.length / 10_000;
  }
  return isAlone ? inOrder(word, haystack) : null;
}

/** Letters far apart are an accident, not a match. */
function inOrder(word: string, haystack: string): number | null {
  let position = -1;
  let gaps = 0;
  for (const letter of word) {
    const next = haystack.indexOf(letter, position + 1);
    if (next < 0) return null;
    if (position >= 0) gaps += next - position - 1;
    position = next;
  }
  return gaps <= word.length * 2 ? 10 + gaps / 10 : null;
}

/** The matching names, best first; ties keep their order. */
export function fuzzySearch<T>(items: readonly T[], needle: string, nameOf: (item: T) => string): T[] {
  if (needle.trim() === '') return [...items];
  return items
    .map((item, index) => ({ item, index, score: fuzzyScore(needle, nameOf(item)) }))
    .filter((entry): entry is typeof entry & { score: number } => entry.score !== null)
    .sort((a, b) => a.score - b.score || a.index - b.index)
    .map((entry) => entry.item);
}
