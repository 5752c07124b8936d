// SPDX-License-Identifier: Apache-2.0
import type { ReactNode } from 'react';

const longestMarked = 20_000;

/** The text with the words marked, whatever their case. */
export function highlighted(text: string, words: readonly string[]): ReactNode {
  const wanted = words.filter((word) => word !== '');
  if (wanted.length === 0 || text.length > longestMarked) return text;
  const lower = text.toLowerCase();
  const out: ReactNode[] = [];
  let at = 0;
  while (at < text.length) {
    let best = -1;
    let length = 0;
    for (const word of wanted) {
      const found = lower.indexOf(word, at);
      if (found >= 0 && (best < 0 || found < best)) [best, length] = [found, word.length];
    }
    if (best < 0) break;
    if (best > at) out.push(text.slice(at, best));
    out.push(<mark key={best}>{text.slice(best, best + length)}</mark>);
    at = best + length;
  }
  out.push(text.slice(at));
  return out;
}
