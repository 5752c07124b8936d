// SPDX-License-Identifier: Apache-2.0
import { plural } from '@/base/number_format';
import { fieldsOf, type LogLine } from '@/model/log_lines';
import { isLogql } from '@/model/log_query';

export function resultTitle(tab: string, isPending: boolean, count: number, hasMore: boolean): string {
  if (tab === 'patterns') return 'Patterns';
  if (tab === 'live') return 'Live';
  return isPending ? 'Lines' : `${plural(count, 'line')}${hasMore ? ' so far' : ''}`;
}

/** Names of stream labels, of the first lines. */
export function labelNames(lines: readonly LogLine[]): string[] {
  const names = new Set<string>();
  for (const line of lines.slice(0, 500))
    for (const field of fieldsOf({ ...line, line: '' })) if (field.from === 'label') names.add(field.name);
  names.delete('detected_level');
  return [...names].sort();
}

/** What to mark in the lines. */
export function wordsOf(text: string): string[] {
  if (!isLogql(text))
    return (text.match(/"[^"]*"|\S+/g) ?? [])
      .filter((w) => !w.startsWith('-'))
      .map((w) => w.replaceAll('"', '').toLowerCase());
  return [...text.matchAll(/\|[=~]\s*"((?:[^"\\]|\\.)*)"/g)].map((match) =>
    (match[1] ?? '').replace(/^\(\?i\)/, '').toLowerCase(),
  );
}

export function tailNote(state: string, waiting: number, dropped: number): string {
  const parts = [
    state === 'open' ? '' : state,
    waiting > 0 ? `${waiting} waiting` : '',
    dropped > 0 ? `${dropped} dropped by the server` : '',
  ];
  return parts.filter(Boolean).join(', ');
}
