// SPDX-License-Identifier: Apache-2.0
// A rule while it is being written, and the rule group in YAML that it becomes.
import { parseDuration } from '@/base/duration';

export interface RuleDraft {
  kind: 'alerting' | 'recording';
  group: string;
  name: string;
  expr: string;
  interval: string;
  for: string;
  keepFiringFor: string;
  /** One `name: value` a line. */
  labels: string;
  summary: string;
  description: string;
}

export const emptyDraft: RuleDraft = {
  kind: 'alerting',
  group: '',
  name: '',
  expr: '',
  interval: '1m',
  for: '5m',
  keepFiringFor: '',
  labels: 'severity: warning',
  summary: '',
  description: '',
};

/** Pairs of `name: value` lines; null if a line is none. */
export function parseLabelLines(text: string): [string, string][] | null {
  const pairs: [string, string][] = [];
  for (const line of text.split('\n').filter((one) => one.trim() !== '')) {
    const match = /^\s*([A-Za-z_]\w*)\s*[:=]\s*(.*?)\s*$/.exec(line);
    if (!match) return null;
    pairs.push([match[1] ?? '', (match[2] ?? '').replace(/^"(.*)"$/, '$1')]);
  }
  return pairs;
}

const isDuration = (text: string): boolean =>
  /^0(ms|[smhdwy])?$/.test(text.trim()) || parseDuration(text.trim()) !== null;

/** What has to be mended before the draft can be tried, or null. */
export function draftProblem(draft: RuleDraft): string | null {
  if (draft.expr.trim() === '') return 'Write the query that the rule evaluates.';
  if (!/^[A-Za-z_:][\w:]*$/.test(draft.name) && draft.kind === 'recording')
    return 'Name the new series as a metric, such as job:requests:rate5m.';
  if (draft.name.trim() === '') return 'Name the alert.';
  if (!isDuration(draft.interval)) return 'The interval must be a duration such as 1m.';
  if (draft.kind === 'alerting' && draft.for.trim() !== '' && !isDuration(draft.for))
    return 'How long it must hold is a duration such as 5m.';
  if (draft.keepFiringFor.trim() !== '' && !isDuration(draft.keepFiringFor))
    return 'How long it keeps firing is a duration such as 10m.';
  return parseLabelLines(draft.labels) === null ? 'Labels are lines such as severity: page.' : null;
}

const quoted = (text: string): string => JSON.stringify(text);

function mapping(name: string, pairs: readonly [string, string][]): string[] {
  return pairs.length === 0 ? [] : [`    ${name}:`, ...pairs.map(([key, value]) => `      ${key}: ${quoted(value)}`)];
}

export function groupName(draft: RuleDraft): string {
  return draft.group.trim() || draft.name.trim();
}

/** The rule group; JSON strings are YAML strings, so any text survives. */
export function draftYaml(draft: RuleDraft): string {
  const isAlert = draft.kind === 'alerting';
  const annotations: [string, string][] = [
    ['summary', draft.summary],
    ['description', draft.description],
  ];
  return [
    `name: ${quoted(groupName(draft))}`,
    `interval: ${draft.interval.trim()}`,
    'rules:',
    `  - ${isAlert ? 'alert' : 'record'}: ${quoted(draft.name.trim())}`,
    `    expr: ${quoted(draft.expr)}`,
    ...(isAlert && draft.for.trim() ? [`    for: ${draft.for.trim()}`] : []),
    ...(isAlert && draft.keepFiringFor.trim() ? [`    keep_firing_for: ${draft.keepFiringFor.trim()}`] : []),
    ...mapping('labels', parseLabelLines(draft.labels) ?? []),
    ...(isAlert
      ? mapping(
          'annotations',
          annotations.filter(([, text]) => text.trim() !== ''),
        )
      : []),
    '',
  ].join('\n');
}

/** What a condition looks at, and the number it compares with: `rate(x[5m]) > 5` watches `rate(x[5m])`. */
export function watched(expr: string): { query: string; threshold: number | null } {
  const found = /^([\s\S]*\S)\s*(?:>=|<=|==|!=|>|<)\s*([-+]?\d+(?:\.\d+)?(?:[eE][-+]?\d+)?)\s*$/.exec(expr);
  return found?.[1] === undefined
    ? { query: expr.trim(), threshold: null }
    : { query: found[1].trim(), threshold: Number(found[2]) };
}
