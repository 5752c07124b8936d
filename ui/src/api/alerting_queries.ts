// SPDX-License-Identifier: Apache-2.0
// Signalbox's own view of alerting: acknowledgements, escalation, routes, history and backtests.
import { queryOptions } from '@tanstack/react-query';
import type { RoutedAlert } from './alertmanager_queries';
import { product, sendJson, sendText } from './http';
import type { Labels } from './query_types';

const root = '/api/signalbox/v1';

export interface EscalationStep {
  policy: string;
  receiver: string;
  after: string;
  dueAt: string;
  toldAt: string | null;
}

export interface OwnAlert {
  alert: RoutedAlert;
  acknowledgement: { by: string; comment: string; at: string } | null;
  escalation: EscalationStep[];
}

export interface RouteNode {
  index: number;
  receiver: string;
  matchers: string[];
  continue: boolean;
  groupBy: string[];
  groupWait: string;
  groupInterval: string;
  repeatInterval: string;
  muteTimeIntervals: string[];
  activeTimeIntervals: string[];
  routes: RouteNode[];
}

export interface RoutesAnswer {
  route: RouteNode;
  receivers: { name: string; integrations: string[] }[];
  timeIntervals: { name: string; activeNow: boolean }[];
  escalations: { name: string; matchers: string[]; steps: { after: string; receiver: string }[] }[];
}

export interface TakenRoute {
  receiver: string;
  integrations: string[];
  path: number[];
  groupLabels: Labels;
  groupWait: string;
  groupInterval: string;
  repeatInterval: string;
  mutedBy: string;
}

export interface RouteTest {
  routes: TakenRoute[];
  silencedBy: string[];
  inhibitedBy: string[];
  escalation: EscalationStep[];
}

export type Outcome = 'sent' | 'failed' | 'silenced' | 'inhibited' | 'muted' | 'escalated';

export interface HistoryEntry {
  at: string;
  outcome: Outcome;
  receiver: string;
  integration: string;
  reason: string;
  error: string;
  groupKey: string;
  firing: string[];
  resolved: string[];
  attempts: number;
  durationMs: number;
}

export interface History {
  notifications: HistoryEntry[];
  labels: Record<string, Labels>;
}

export interface Backtest {
  evaluations: number;
  series: number;
  samples: number;
  alerts: { labels: Labels; pendingAt: string | null; firingAt: string | null; endedAt: string | null }[];
  errors: string[];
}

export const ownAlertsQuery = () =>
  queryOptions({
    queryKey: ['alertmanager', 'own'],
    queryFn: ({ signal }) => product<{ alerts: OwnAlert[] }>(`${root}/alerts`, {}, signal),
    refetchInterval: 10_000,
    retry: 1,
  });

export const routesQuery = () =>
  queryOptions({
    queryKey: ['alertmanager', 'routes'],
    queryFn: ({ signal }) => product<RoutesAnswer>(`${root}/routes`, {}, signal),
    retry: 1,
  });

/** Who would be told of an alert with these labels now; null labels ask nothing. */
export const routeTestQuery = (labels: Labels | null) =>
  queryOptions({
    queryKey: ['alertmanager', 'route-test', labels],
    queryFn: () => sendJson<RouteTest>('POST', `${root}/routes/test`, { labels }),
    enabled: labels !== null,
    retry: false,
  });

export const historyQuery = (outcome: string, limit: number) =>
  queryOptions({
    queryKey: ['alertmanager', 'history', outcome, limit],
    queryFn: ({ signal }) =>
      product<History>(`${root}/notifications`, { limit, ...(outcome === '' ? {} : { outcome }) }, signal),
    refetchInterval: 10_000,
    retry: 1,
  });

export const acknowledge = (fingerprint: string, by: string, comment: string): Promise<void> =>
  sendJson('PUT', `${root}/alerts/${fingerprint}/acknowledgement`, { by, comment });

export const takeBackAcknowledgement = (fingerprint: string): Promise<void> =>
  sendJson('DELETE', `${root}/alerts/${fingerprint}/acknowledgement`);

export const backtest = async (group: string, start: number, end: number): Promise<Backtest> =>
  (await sendText<{ data: Backtest }>('POST', `${root}/rules/backtest?start=${start}&end=${end}`, group)).data;

/** Creates or replaces a rule group in a namespace of the ruler. */
export const saveRuleGroup = (namespace: string, group: string): Promise<void> =>
  sendText('POST', `/prometheus/config/v1/rules/${encodeURIComponent(namespace)}`, group);
