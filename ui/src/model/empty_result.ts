// SPDX-License-Identifier: Apache-2.0
// Why a query has no result: it names a metric that does not exist, or nothing matches its labels.
import { fuzzyScore } from '@/base/fuzzy';

const words = new Set([
  'and',
  'or',
  'unless',
  'by',
  'without',
  'on',
  'ignoring',
  'group_left',
  'group_right',
  'offset',
  'bool',
  'atan2',
  'start',
  'end',
  'inf',
  'nan',
  'anchored',
  'smoothed',
  'fill',
  'fill_left',
  'fill_right',
]);

/** Metric names in a query, by a scan that knows strings, braces, brackets and grouping lists. */
export function metricsIn(query: string): string[] {
  const bare = query
    .replace(/#[^\n]*/g, ' ')
    .replace(/"(?:[^"\\]|\\.)*"|'(?:[^'\\]|\\.)*'|`[^`]*`/g, '""')
    .replace(/\{[^}]*\}/g, ' ')
    .replace(/\[[^\]]*\]/g, ' ')
    .replace(/\b(by|without|on|ignoring|group_left|group_right)\s*\([^)]*\)/gi, ' ')
    .replace(/\boffset\s+-?[\w.]+/gi, ' ');
  const found = [...bare.matchAll(/(?<![\w:.])[a-zA-Z_:][\w:]*(?!\s*\()(?![\w:])/g)].map(([name]) => name);
  return [...new Set(found.filter((name) => !words.has(name.toLowerCase())))];
}

export interface EmptyReason {
  missing: { name: string; similar: string[] }[];
}

export function explainEmpty(query: string, known: readonly string[]): EmptyReason {
  const names = new Set(known);
  const missing = metricsIn(query).filter((name) => !names.has(name));
  return { missing: missing.map((name) => ({ name, similar: similarNames(name, known) })) };
}

/** Names with the most parts in common, then those that contain the typed letters in order. */
export function similarNames(name: string, known: readonly string[], count = 4): string[] {
  const parts = new Set(name.split(/[_:]/));
  return known
    .map((candidate) => {
      const shared = candidate.split(/[_:]/).filter((part) => parts.has(part)).length;
      const fuzzy = fuzzyScore(name, candidate) ?? fuzzyScore(candidate, name);
      return { candidate, score: shared / Math.max(parts.size, 2) + (fuzzy === null ? 0 : 1 / (1 + fuzzy)) };
    })
    .filter((entry) => entry.score > 0.45)
    .sort((a, b) => b.score - a.score || a.candidate.length - b.candidate.length)
    .slice(0, count)
    .map((entry) => entry.candidate);
}
