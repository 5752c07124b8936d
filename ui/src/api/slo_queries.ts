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

/** One firing of an alert while a budget burnt. */
export interface EventAlert {
  name: string;
  /** It watches this budget; it is of the same service or journey; it only fired at that time. */
  relation: 'own' | 'service' | 'time';
  labels: Labels;
  start: string;
  /** Null: it still fires. */
  end: string | null;
}

export interface BurnEvent {
  start: string;
  end: string;
  errors: number;
  budgetShare: number;
  peakBurnRate: number;
  alerts: EventAlert[];
}

/** A native objective as it is written; durations are texts such as "30d". */
export interface SloSpec {
  name?: string;
  service?: string;
  description?: string;
  journey?: string;
  objective?: number;
  window?: string;
  calendar?: string;
  sli?: {
    ratio?: { errors?: string; good?: string; total?: string };
    latency?: { histogram?: string; threshold?: string; native?: boolean; unit?: string };
    query?: { errors?: string; total?: string; error_ratio?: string };
  };
  group_by?: string[];
  labels?: Labels;
  alerting?: SloAlerting;
}

export interface SloWindow {
  burn_rate?: number;
  long?: string;
  short?: string;
  disabled?: boolean;
}

export type SloTier = 'page_quick' | 'page_slow' | 'ticket_quick' | 'ticket_slow';

interface SloAlert {
  disabled?: boolean;
  labels?: Labels;
  annotations?: Labels;
}

export interface SloAlerting {
  name?: string;
  labels?: Labels;
  annotations?: Labels;
  page?: SloAlert;
  ticket?: SloAlert;
  windows?: Partial<Record<SloTier, SloWindow>>;
  failures_min?: number;
}

export interface SloDetail extends Slo {
  /** Milliseconds, what is left, and the indicator (null: no events). */
  burnDown: [number, number, number | null][];
  events: BurnEvent[];
  /** Why the alerts of the events are not known; "" if they are. */
  alertsError: string;
  /** Of objectives that people made here. */
  source?: string;
  spec?: SloSpec;
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

/** One objective that is offered, complete. */
export interface SloOffer {
  /** Of history. */
  sli: number;
  /** History would have kept the target. */
  kept: boolean;
  objective: number;
  /** The id of an objective that watches the same already. */
  covered: string;
  spec: SloSpec;
  source: string;
}

export interface SloSubject {
  kind: 'journey' | 'service' | 'endpoint';
  service: string;
  journey: string;
  operation: string;
  metric: string;
  calls: number;
  errors: number;
  /** On which it was called. */
  days: number;
  availability: SloOffer;
  latency: SloOffer | null;
  /** Of the histogram, ascending, with the share of calls below. */
  bounds: { thresholdMs: number; share: number }[];
}

/** What telemetry knows; with a service: its endpoints. */
export const sloSuggestionsQuery = (service = '') =>
  queryOptions({
    queryKey: ['slo_suggestions', service],
    queryFn: ({ signal }) =>
      data<{ days: number; suggestions: SloSubject[] }>(
        `slo-suggestions${service ? `?service=${encodeURIComponent(service)}` : ''}`,
        signal,
      ),
    staleTime: 60_000,
    retry: 1,
  });

export interface TrialPeriod {
  total: number;
  errors: number;
  sli: number;
  remaining: number;
  met: boolean;
}

export interface TrialAlert {
  severity: string;
  short: string;
  long: string;
  burnRate: number;
  fired: number;
  firedInWeek: number;
  firingMinutes: number;
  /** The newest; `end` is null while it would still fire. */
  firings: { start: string; end: string | null }[];
}

export interface TrialGroup {
  labels: Labels;
  week: TrialPeriod;
  whole: TrialPeriod;
  burnDown: [number, number, number | null][];
  alerts: TrialAlert[];
}

export interface SloTrial {
  id: string;
  days: number;
  start: string;
  end: string;
  firstEvent: string | null;
  groups: TrialGroup[];
}

/** What the objective would have given in the last days; mistakes stand as "slo:LINE:COLUMN: what". */
export const trialQuery = (yaml: string, days: number) =>
  queryOptions({
    queryKey: ['slo_trial', yaml, days],
    queryFn: () =>
      sendText<{ data: SloTrial; warnings?: string[] }>('POST', `/api/signalbox/v1/slos/trial?days=${days}`, yaml),
    staleTime: 60_000,
    retry: false,
  });

export const sloRulesQuery = (yaml: string) =>
  queryOptions({
    queryKey: ['slo_rules', yaml],
    queryFn: () => previewSlo(yaml),
    retry: false,
  });

export const saveSlo = (yaml: string, id?: string): Promise<{ data: { id: string } }> =>
  sendText(id ? 'PUT' : 'POST', `/api/signalbox/v1/slos${id ? `/${encodeURIComponent(id)}` : ''}`, yaml);

export const previewSlo = (yaml: string): Promise<{ data: { groups: string[] } }> =>
  sendText('POST', '/api/signalbox/v1/slos/preview', yaml);

export const deleteSlo = (id: string): Promise<void> =>
  sendJson('DELETE', `/api/signalbox/v1/slos/${encodeURIComponent(id)}`);
