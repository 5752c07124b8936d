// SPDX-License-Identifier: Apache-2.0
// Alerts as they are routed, and silences: Alertmanager's API v2.
import { queryOptions } from '@tanstack/react-query';
import { product, sendJson } from './http';
import type { Labels } from './query_types';

const root = '/alertmanager/api/v2';

export interface RoutedAlert {
  fingerprint: string;
  labels: Labels;
  annotations: Labels;
  startsAt: string;
  endsAt: string;
  generatorURL?: string;
  receivers: { name: string }[];
  status: {
    state: 'active' | 'suppressed' | 'unprocessed';
    silencedBy: string[];
    inhibitedBy: string[];
    mutedBy?: string[];
  };
}

export interface AlertGroup {
  labels: Labels;
  receiver: { name: string };
  alerts: RoutedAlert[];
}

export interface SilenceMatcher {
  name: string;
  value: string;
  isRegex: boolean;
  isEqual: boolean;
}

export interface NewSilence {
  id?: string;
  matchers: SilenceMatcher[];
  startsAt: string;
  endsAt: string;
  createdBy: string;
  comment: string;
}

export interface Silence extends NewSilence {
  id: string;
  updatedAt: string;
  status: { state: 'active' | 'pending' | 'expired' };
}

export const alertGroupsQuery = () =>
  queryOptions({
    queryKey: ['alertmanager', 'groups'],
    queryFn: ({ signal }) => product<AlertGroup[]>(`${root}/alerts/groups`, {}, signal),
    refetchInterval: 10_000,
    retry: 1,
  });

export const silencesQuery = () =>
  queryOptions({
    queryKey: ['alertmanager', 'silences'],
    queryFn: ({ signal }) => product<Silence[]>(`${root}/silences`, {}, signal),
    refetchInterval: 10_000,
    retry: 1,
  });

/** `filters` as Alertmanager writes matchers: name="value". */
export const matchedAlertsQuery = (filters: readonly string[]) =>
  queryOptions({
    queryKey: ['alertmanager', 'matched', ...filters],
    queryFn: ({ signal }) => product<RoutedAlert[]>(`${root}/alerts`, { filter: filters }, signal),
    enabled: filters.length > 0,
    retry: false,
  });

export const saveSilence = (silence: NewSilence): Promise<{ silenceID: string }> =>
  sendJson('POST', `${root}/silences`, silence);

export const endSilence = (id: string): Promise<void> =>
  sendJson('DELETE', `${root}/silence/${encodeURIComponent(id)}`);
