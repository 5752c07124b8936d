// SPDX-License-Identifier: Apache-2.0
// The questions that the logs page asks, and what Loki's API answers. Times are nanoseconds as text.
import { infiniteQueryOptions, keepPreviousData, queryOptions } from '@tanstack/react-query';
import { product } from './http';
import type { Labels, RangeSeries } from './query_types';

const root = '/loki/loki/api/v1';
/** Labels, structured metadata and parsed fields come apart from each other. */
const apart = { 'X-Loki-Response-Encoding-Flags': 'categorize-labels' };

export type WireEntry = [string, string, { structuredMetadata?: Labels; parsed?: Labels }?];

export interface WireLogs {
  status: string;
  data: {
    resultType: 'streams';
    result: { stream: Labels; values: WireEntry[] }[];
    stats?: { summary?: { totalBytesProcessed?: number; totalLinesProcessed?: number; execTime?: number } };
  };
  warnings?: string[];
}

interface WireMatrix {
  data: { resultType: string; result: (RangeSeries & { value?: [number, string] })[] };
}

export interface LogWindow {
  startNs: string;
  endNs: string;
}

export type Direction = 'backward' | 'forward';

export function fetchLogs(
  query: string,
  window: LogWindow,
  limit: number,
  direction: Direction,
  signal?: AbortSignal,
): Promise<WireLogs> {
  const params = { query, start: window.startNs, end: window.endNs, limit, direction };
  return product<WireLogs>(`${root}/query_range`, params, signal, apart);
}

/** Pages of lines; the parameter of a page is where its window ends, or starts when looking forward. */
export const logPagesQuery = (
  query: string,
  window: LogWindow,
  pageSize: number,
  direction: Direction,
  next: (page: WireLogs) => string | undefined,
) =>
  infiniteQueryOptions({
    queryKey: ['logs', query, window.startNs, window.endNs, pageSize, direction],
    queryFn: ({ signal, pageParam }) =>
      fetchLogs(
        query,
        direction === 'backward' ? { ...window, endNs: pageParam } : { ...window, startNs: pageParam },
        pageSize,
        direction,
        signal,
      ),
    initialPageParam: direction === 'backward' ? window.endNs : window.startNs,
    getNextPageParam: next,
    staleTime: Infinity,
    gcTime: 60_000,
    retry: false,
    enabled: query !== '',
  });

export const logMatrixQuery = (query: string, window: LogWindow, stepSeconds: number) =>
  queryOptions({
    queryKey: ['logs_matrix', query, window.startNs, window.endNs, stepSeconds],
    queryFn: ({ signal }) =>
      product<WireMatrix>(
        `${root}/query_range`,
        { query, start: window.startNs, end: window.endNs, step: stepSeconds },
        signal,
      ),
    placeholderData: keepPreviousData,
    staleTime: Infinity,
    gcTime: 60_000,
    retry: false,
    enabled: query !== '',
  });

export const logVectorQuery = (query: string, timeNs: string) =>
  queryOptions({
    queryKey: ['logs_vector', query, timeNs],
    queryFn: ({ signal }) => product<WireMatrix>(`${root}/query`, { query, time: timeNs }, signal),
    staleTime: Infinity,
    gcTime: 60_000,
    retry: false,
  });

export interface DetectedField {
  label: string;
  type: string;
  cardinality: number;
  parsers: string[] | null;
}

export const detectedFieldsQuery = (query: string, window: LogWindow) =>
  queryOptions({
    queryKey: ['detected_fields', query, window.startNs, window.endNs],
    queryFn: ({ signal }) =>
      product<{ fields?: DetectedField[] }>(
        `${root}/detected_fields`,
        { query, start: window.startNs, end: window.endNs, line_limit: 1000, limit: 200 },
        signal,
      ),
    placeholderData: keepPreviousData,
    staleTime: 30_000,
    retry: false,
    enabled: query !== '',
  });

export interface LogPattern {
  pattern: string;
  level?: string;
  samples?: [number, number][];
}

export const patternsQuery = (query: string, window: LogWindow, stepSeconds: number) =>
  queryOptions({
    queryKey: ['patterns', query, window.startNs, window.endNs],
    queryFn: ({ signal }) =>
      product<{ data?: LogPattern[] }>(
        `${root}/patterns`,
        { query, start: window.startNs, end: window.endNs, step: stepSeconds },
        signal,
      ),
    staleTime: 30_000,
    retry: false,
  });

export const logLabelsQuery = (window: LogWindow) =>
  queryOptions({
    queryKey: ['log_labels'],
    queryFn: ({ signal }) =>
      product<{ data?: string[] }>(`${root}/labels`, { start: window.startNs, end: window.endNs }, signal),
    staleTime: 30_000,
    retry: false,
  });

export const logLabelValuesQuery = (label: string, window: LogWindow) =>
  queryOptions({
    queryKey: ['log_label_values', label],
    queryFn: ({ signal }) =>
      product<{ data?: string[] }>(
        `${root}/label/${encodeURIComponent(label)}/values`,
        { start: window.startNs, end: window.endNs },
        signal,
      ),
    staleTime: 30_000,
    retry: false,
    enabled: label !== '',
  });

export function tailAddress(query: string): string {
  const address = new URL(`${root}/tail`, window.location.href);
  address.protocol = address.protocol === 'https:' ? 'wss:' : 'ws:';
  address.search = new URLSearchParams({ query, limit: '100' }).toString();
  return address.toString();
}
