// SPDX-License-Identifier: Apache-2.0
// Rules and alerts, counted, filtered and ordered by what needs attention.
import type { Alert, AlertState, Rule, RuleGroup } from '@/api/status_types';
import { matchesLabels } from './labels_text';

export type RuleFilter = 'all' | 'firing' | 'pending' | 'inactive' | 'recording' | 'broken';

export interface RuleCounts {
  all: number;
  firing: number;
  pending: number;
  inactive: number;
  recording: number;
  broken: number;
}

function isIn(rule: Rule, filter: RuleFilter): boolean {
  if (filter === 'all') return true;
  if (filter === 'broken') return rule.health === 'err';
  if (filter === 'recording') return rule.type === 'recording';
  return rule.type === 'alerting' && rule.state === filter;
}

export function countRules(groups: readonly RuleGroup[]): RuleCounts {
  const rules = groups.flatMap((group) => group.rules);
  const count = (filter: RuleFilter): number => rules.filter((rule) => isIn(rule, filter)).length;
  return {
    all: rules.length,
    firing: count('firing'),
    pending: count('pending'),
    inactive: count('inactive'),
    recording: count('recording'),
    broken: count('broken'),
  };
}

export function filterRules(groups: readonly RuleGroup[], filter: RuleFilter, text: string): RuleGroup[] {
  return groups
    .map((group) => ({
      ...group,
      rules: group.rules.filter(
        (rule) =>
          isIn(rule, filter) && matchesLabels(rule.labels ?? {}, text, `${rule.name} ${rule.query} ${group.name}`),
      ),
    }))
    .filter((group) => group.rules.length > 0);
}

const severityRank: Record<string, number> = { critical: 0, page: 0, error: 1, warning: 2, warn: 2, info: 3, none: 4 };
const stateRank: Record<AlertState, number> = { firing: 0, pending: 1, unknown: 2, inactive: 3 };

/** Firing before pending, severe before mild, then the newest. */
export function orderAlerts(alerts: readonly Alert[]): Alert[] {
  const severity = (alert: Alert): number => severityRank[alert.labels['severity'] ?? ''] ?? 2.5;
  return [...alerts].sort(
    (a, b) =>
      stateRank[a.state] - stateRank[b.state] ||
      severity(a) - severity(b) ||
      ((b.activeAt ?? '') < (a.activeAt ?? '') ? -1 : 1),
  );
}

export function filterAlerts(alerts: readonly Alert[], state: 'all' | 'firing' | 'pending', text: string): Alert[] {
  return alerts.filter(
    (alert) =>
      (state === 'all' || alert.state === state) &&
      matchesLabels(alert.labels, text, Object.values(alert.annotations).join(' ')),
  );
}
