// SPDX-License-Identifier: Apache-2.0
// What the global search finds, and in which order. Pure: the answers of the server are given.
import { fuzzyScore } from '@/base/fuzzy';

export type FindingKind =
  'trace' | 'page' | 'service' | 'alert' | 'objective' | 'dashboard' | 'view' | 'host' | 'metric' | 'action';

export interface Finding {
  key: string;
  kind: FindingKind;
  label: string;
  /** Beside the label: where it belongs, or how it stands. */
  note?: string | undefined;
  /** More words to find it by; a match of the label counts more. */
  words?: string | undefined;
  path?: string | undefined;
  isUrgent?: boolean | undefined;
}

export interface FindingGroup<T extends Finding = Finding> {
  name: string;
  findings: readonly T[];
  /** How many are shown, and how many before anything is typed. */
  most: number;
  mostAtFirst: number;
}

const otherWordsPenalty = 1.5;

function scoreOf(finding: Finding, text: string): number | null {
  const byLabel = fuzzyScore(text, finding.label);
  if (byLabel !== null) return byLabel;
  const byAll = fuzzyScore(text, `${finding.label} ${finding.note ?? ''} ${finding.words ?? ''}`);
  return byAll === null ? null : byAll + otherWordsPenalty;
}

/** The groups with what matches, the group with the best match first; ties keep their order. */
export function rankedGroups<T extends Finding>(groups: readonly FindingGroup<T>[], text: string): FindingGroup<T>[] {
  if (text.trim() === '')
    return groups
      .map((group) => ({ ...group, findings: group.findings.slice(0, group.mostAtFirst) }))
      .filter((group) => group.findings.length > 0);
  const ranked = groups.map((group, index) => {
    const scored = group.findings
      .map((finding, at) => ({ finding, at, score: scoreOf(finding, text) }))
      .filter((one): one is typeof one & { score: number } => one.score !== null)
      .sort((a, b) => a.score - b.score || a.at - b.at);
    // Whole steps: a group should not jump over another for a letter more.
    const rank = Math.floor(scored[0]?.score ?? Infinity);
    return { group: { ...group, findings: scored.slice(0, group.most).map((one) => one.finding) }, rank, index };
  });
  return ranked
    .filter(({ group }) => group.findings.length > 0)
    .sort((a, b) => a.rank - b.rank || a.index - b.index)
    .map(({ group }) => group);
}

/** The id in a pasted text: alone, with dashes, in a traceparent header, in a link, `trace_id=…` of a log line. */
export function traceIdIn(text: string): string | null {
  const given = text.trim();
  const parent = /^[0-9a-f]{2}-([0-9a-f]{32})-[0-9a-f]{16}-[0-9a-f]{2}$/i.exec(given);
  if (parent) return parent[1]!.toLowerCase();
  const bare = given.replaceAll('-', '');
  if (/^([0-9a-f]{32}|[0-9a-f]{16})$/i.test(bare)) return bare.toLowerCase();
  const inside = /(?:^|[^0-9a-z])([0-9a-f]{32})(?:$|[^0-9a-z])/i.exec(given);
  return inside ? inside[1]!.toLowerCase() : null;
}

/** Looks like PromQL rather than like a name. */
export const isQueryText = (text: string): boolean => /[({[]/.test(text);

const timedPages = /^\/(services\/|explore|logs|traces|errors|infrastructure|difference)/;

/** The address with the time range of the page that is left, unless it has its own. */
export function withTimeOf(path: string, left: string): string {
  const [place = '', query = ''] = path.split('?');
  const params = new URLSearchParams(query);
  const from = new URLSearchParams(left).get('from');
  if (from === null || params.has('from') || !timedPages.test(path)) return path;
  params.set('from', from);
  params.set('to', new URLSearchParams(left).get('to') ?? 'now');
  return `${place}?${params.toString()}`;
}
