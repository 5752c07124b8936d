// SPDX-License-Identifier: Apache-2.0
// Service level objectives: Signalbox's own API.
import { queryOptions } from '@tanstack/react-query';
import { sendJson, sendText, signalbox } from './http';
import type { Labels } from './query_types';

export interface SloGroup {
  labels: Labels;
  state: 'ok' | 'burning' | 'exhausted' | 'nodata';
  sli: number;
  /** Share of the budget that is left; negative when overspent. */
  remaining: number;
  burnRate: number;
  burnRate1h: number;
  burnRate6h: number;
  hoursToExhaustion: number | null;
  total: number;
  errors: number;
  met: boolean;
}

export interface Slo {
  id: string;
  name: string;
  service: string;
  description: string;
  origin: string;
  file: string;
  objective: number;
  window: string;
  calendar: string;
  periodStart: string;
  labels: Labels;
  groupBy: string[];
  errorQuery: string;
  totalQuery: string;
  alertName: string;
  alertWindows: { severity: string; short: string; long: string; burnRate: number }[];
  error: string;
  groups: SloGroup[];
}

export interface BurnEvent {
  start: string;
  end: string;
  errors: number;
  budgetShare: number;
  peakBurnRate: number;
}

export interface SloDetail extends Slo {
  /** Milliseconds, what is left, and the indicator (null: no events). */
  burnDown: [number, number, number | null][];
  events: BurnEvent[];
  source?: string;
}

export interface ReportLine {
  id: string;
  service: string;
  name: string;
  group: Labels;
  objective: number;
  sli: number;
  met: boolean;
  total: number;
  errors: number;
  remaining: number;
  downtimeMinutes: number;
}

async function data<T>(path: string, signal?: AbortSignal): Promise<T> {
  return (await signalbox<{ data: T }>(path, signal)).data;
}

export const slosQuery = () =>
  queryOptions({
    queryKey: ['slos'],
    queryFn: ({ signal }) => data<{ slos: Slo[] }>('slos', signal),
    refetchInterval: 30_000,
    retry: 1,
  });

/** `group` as a selector: {region="eu"}; "" for the only one. */
export const sloQuery = (id: string, group: string) =>
  queryOptions({
    queryKey: ['slo', id, group],
    queryFn: ({ signal }) =>
      data<SloDetail>(`slos/${encodeURIComponent(id)}${group ? `?group=${encodeURIComponent(group)}` : ''}`, signal),
    refetchInterval: 30_000,
    retry: false,
  });

export const sloReportQuery = (from: number, to: number) =>
  queryOptions({
    queryKey: ['slo_report', from, to],
    queryFn: ({ signal }) => data<{ lines: ReportLine[] }>(`slo-report?from=${from}&to=${to}`, signal),
    retry: 1,
  });

export interface SloSuggestion {
  journey: string;
  service: string;
  /** Percent of the last 7 days. */
  availability7d: number;
  objective: number;
  source: string;
}

export const sloSuggestionsQuery = () =>
  queryOptions({
    queryKey: ['slo_suggestions'],
    queryFn: ({ signal }) => data<{ suggestions: SloSuggestion[] }>('slo-suggestions', signal),
    staleTime: 60_000,
    retry: 1,
  });

export const saveSlo = (yaml: string, id?: string): Promise<void> =>
  sendText(id ? 'PUT' : 'POST', `/api/signalbox/v1/slos${id ? `/${encodeURIComponent(id)}` : ''}`, yaml);

export const previewSlo = (yaml: string): Promise<{ data: { groups: string[] } }> =>
  sendText('POST', '/api/signalbox/v1/slos/preview', yaml);

export const deleteSlo = (id: string): Promise<void> =>
  sendJson('DELETE', `/api/signalbox/v1/slos/${encodeURIComponent(id)}`);
