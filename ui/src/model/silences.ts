// SPDX-License-Identifier: Apache-2.0
// Silences: matchers as text, what one is missing, and which come first.
import type { Silence, SilenceMatcher } from '@/api/alertmanager_queries';
import type { Labels } from '@/api/query_types';

const operatorOf = (matcher: SilenceMatcher): string =>
  matcher.isEqual ? (matcher.isRegex ? '=~' : '=') : matcher.isRegex ? '!~' : '!=';

export const matcherText = (matcher: SilenceMatcher): string =>
  `${matcher.name}${operatorOf(matcher)}${JSON.stringify(matcher.value)}`;

/** Reads `a="b", c=~d.*`; null if it is no list of matchers. */
export function parseMatchers(text: string): SilenceMatcher[] | null {
  const out: SilenceMatcher[] = [];
  const one = /\s*([A-Za-z_][\w.:-]*|"(?:[^"\\]|\\.)*")\s*(=~|!~|!=|=)\s*("(?:[^"\\]|\\.)*"|[^,\s"]+)\s*(,|$)/y;
  const trimmed = text
    .trim()
    .replace(/^\{|\}$/g, '')
    .replace(/,\s*$/, '');
  while (one.lastIndex < trimmed.length) {
    const match = one.exec(trimmed);
    if (!match) return null;
    const [, name = '', operator = '', value = ''] = match;
    out.push({
      name: unquoted(name),
      value: unquoted(value),
      isRegex: operator.endsWith('~'),
      isEqual: operator.startsWith('='),
    });
  }
  return out.length > 0 ? out : null;
}

function unquoted(text: string): string {
  if (!text.startsWith('"')) return text;
  try {
    return JSON.parse(text) as string;
  } catch {
    return text.slice(1, -1);
  }
}

export const matchersFor = (labels: Labels): string =>
  Object.entries(labels)
    .map(([name, value]) => matcherText({ name, value, isRegex: false, isEqual: true }))
    .join(', ');

/** A silence whose matchers all match the empty text would hit alerts it does not name. */
export function silenceProblem(text: string, comment: string, author: string): string | null {
  const matchers = parseMatchers(text);
  if (matchers === null) return 'Write matchers such as alertname="DiskFull", instance=~"db.*".';
  const hitsAll = matchers.every((one) => one.isEqual === matchesEmpty(one));
  if (hitsAll) return 'At least one matcher must need a value, or the silence would hit every alert.';
  if (author.trim() === '') return 'Who silences? Colleagues will want to ask.';
  return comment.trim() === '' ? 'Say why, in a few words.' : null;
}

function matchesEmpty(matcher: SilenceMatcher): boolean {
  if (!matcher.isRegex) return matcher.value === '';
  try {
    return new RegExp(`^(?:${matcher.value})$`).test('');
  } catch {
    return false;
  }
}

const rank = { active: 0, pending: 1, expired: 2 };

export function orderSilences(silences: readonly Silence[]): Silence[] {
  return [...silences].sort(
    (a, b) =>
      rank[a.status.state] - rank[b.status.state] ||
      (a.endsAt < b.endsAt ? -1 : 1) * (a.status.state === 'expired' ? -1 : 1),
  );
}
