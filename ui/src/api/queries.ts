// SPDX-License-Identifier: Apache-2.0
// One entry per question the pages ask: its cache key, its request, and how long the answer counts
// as fresh. Components use these with useQuery; leaving a page cancels what is under way.
import { keepPreviousData, queryOptions } from '@tanstack/react-query';
import { prometheus, signalbox } from './http';
import type { ExemplarSeries, Labels, QueryResult } from './query_types';
import type { Alert, Document, Metadata, RuleGroup, SignalboxStatus, Targets, TsdbStatus } from './status_types';

/** Seconds since the epoch, as the API takes them. */
export interface Window {
  start: number;
  end: number;
}

export const statusQuery = () =>
  queryOptions({
    queryKey: ['signalbox', 'status'],
    queryFn: ({ signal }) => signalbox<SignalboxStatus>('status', signal),
    // A rate takes two answers, so the second follows soon.
    refetchInterval: ({ state }) => (state.dataUpdateCount < 2 ? 1000 : 5000),
    retry: false,
  });

export const instantQuery = (query: string, time: number, options: { stats?: boolean; limit?: number } = {}) =>
  queryOptions({
    queryKey: ['query', query, time, options.limit ?? 0],
    queryFn: ({ signal }) =>
      prometheus<QueryResult>(
        'query',
        { query, time, stats: options.stats ? 'all' : undefined, limit: options.limit },
        signal,
      ),
    placeholderData: keepPreviousData,
    enabled: query.trim() !== '',
    staleTime: Infinity,
    gcTime: 60_000,
    retry: false,
  });

export const rangeQuery = (query: string, window: Window, step: number, options: { stats?: boolean } = {}) =>
  queryOptions({
    queryKey: ['query_range', query, window.start, window.end, step],
    queryFn: ({ signal }) =>
      prometheus<QueryResult>(
        'query_range',
        { query, ...window, step, stats: options.stats ? 'all' : undefined },
        signal,
      ),
    placeholderData: keepPreviousData,
    enabled: query.trim() !== '',
    staleTime: Infinity,
    gcTime: 60_000,
    retry: false,
  });

export interface BandSeries {
  metric: Labels;
  /** Whole hours that it rests on. */
  hours: number;
  points: [number, number, number, number][];
}

/** What is usual for the series of a query, from stored history. */
export const bandQuery = (query: string, window: Window, step: number, enabled: boolean) =>
  queryOptions({
    queryKey: ['anomaly_bands', query, window.start, window.end, step],
    queryFn: async ({ signal }) => {
      const params = { query, start: String(window.start), end: String(window.end), step: String(step) };
      const path = `anomaly-bands?${new URLSearchParams(params).toString()}`;
      return (await signalbox<{ data: { bands: BandSeries[] } }>(path, signal)).data.bands;
    },
    enabled: enabled && query.trim() !== '',
    staleTime: Infinity,
    gcTime: 60_000,
    retry: false,
  });

export const exemplarQuery = (query: string, window: Window, enabled: boolean) =>
  queryOptions({
    queryKey: ['query_exemplars', query, window.start, window.end],
    queryFn: ({ signal }) => prometheus<ExemplarSeries[]>('query_exemplars', { query, ...window }, signal),
    placeholderData: keepPreviousData,
    enabled: enabled && query.trim() !== '',
    staleTime: Infinity,
    gcTime: 60_000,
    retry: false,
  });

export const metricNamesQuery = () =>
  queryOptions({
    queryKey: ['metric_names'],
    queryFn: ({ signal }) => prometheus<string[]>('label/__name__/values', {}, signal),
    staleTime: 30_000,
  });

export const metadataQuery = () =>
  queryOptions({
    queryKey: ['metadata'],
    queryFn: ({ signal }) => prometheus<Metadata>('metadata', {}, signal),
    staleTime: 60_000,
  });

/** The series behind a selector, at most `limit` of them where the server knows limits. */
export const seriesQuery = (selector: string, window: Window, limit: number) =>
  queryOptions({
    queryKey: ['series', selector, window.start, window.end, limit],
    queryFn: ({ signal }) => prometheus<Labels[]>('series', { 'match[]': [selector], ...window, limit }, signal),
    enabled: selector !== '',
    staleTime: 30_000,
    retry: false,
  });

export const targetsQuery = (refetchMs: number) =>
  queryOptions({
    queryKey: ['targets'],
    queryFn: ({ signal }) => prometheus<Targets>('targets', { state: 'any' }, signal),
    refetchInterval: refetchMs,
    retry: 1,
  });

export const rulesQuery = () =>
  queryOptions({
    queryKey: ['rules'],
    queryFn: ({ signal }) => prometheus<{ groups: RuleGroup[] | null }>('rules', {}, signal),
    refetchInterval: 10_000,
    retry: 1,
  });

export const alertsQuery = () =>
  queryOptions({
    queryKey: ['alerts'],
    queryFn: ({ signal }) => prometheus<{ alerts: Alert[] | null }>('alerts', {}, signal),
    refetchInterval: 10_000,
    retry: 1,
  });

export const documentQuery = (name: 'runtimeinfo' | 'buildinfo' | 'flags') =>
  queryOptions({
    queryKey: ['status', name],
    queryFn: ({ signal }) => prometheus<Document>(`status/${name}`, {}, signal),
    staleTime: 10_000,
    retry: 1,
  });

export const configQuery = () =>
  queryOptions({
    queryKey: ['status', 'config'],
    queryFn: ({ signal }) => prometheus<{ yaml: string }>('status/config', {}, signal),
    staleTime: 10_000,
    retry: 1,
  });

export const tsdbQuery = (limit: number) =>
  queryOptions({
    queryKey: ['status', 'tsdb', limit],
    queryFn: ({ signal }) => prometheus<TsdbStatus>('status/tsdb', { limit }, signal),
    placeholderData: keepPreviousData,
    staleTime: 10_000,
    retry: 1,
  });

/** The query as the server would write it; bad_data with line and column if it is none. */
export async function formatQuery(query: string, signal?: AbortSignal): Promise<string> {
  return (await prometheus<string>('format_query', { query }, signal)).data;
}
