// SPDX-License-Identifier: Apache-2.0
// The questions that the trace and service pages ask.
import { keepPreviousData, queryOptions } from '@tanstack/react-query';
import { asProtobuf, tracePath } from '@/base/early';
import { product, productBytes } from './http';
import type { Window } from './queries';
import type { TagValues, TraceMetrics, TraceSearch } from './trace_types';

/** A trace as OTLP's TracesData. */
export const traceQuery = (id: string) =>
  queryOptions({
    queryKey: ['trace', id],
    queryFn: ({ signal }) => productBytes(tracePath(id), signal, asProtobuf),
    enabled: id !== '',
    staleTime: 10_000,
    retry: false,
  });

/** At most `limit` traces, each with at most `spans` of those that match; `window` in whole seconds. */
export const traceSearchQuery = (q: string, window: Window, limit: number, spans = 3) =>
  queryOptions({
    queryKey: ['trace_search', q, window.start, window.end, limit, spans],
    queryFn: ({ signal }) => product<TraceSearch>('/tempo/api/search', { q, ...window, limit, spss: spans }, signal),
    placeholderData: keepPreviousData,
    staleTime: Infinity,
    gcTime: 60_000,
    retry: false,
  });

export const tagValuesQuery = (tag: string, q: string, window: Window) =>
  queryOptions({
    queryKey: ['tag_values', tag, q, Math.floor(window.start / 60), Math.floor(window.end / 60)],
    queryFn: ({ signal }) =>
      product<TagValues>(`/tempo/api/v2/search/tag/${encodeURIComponent(tag)}/values`, { q, ...window }, signal),
    placeholderData: keepPreviousData,
    staleTime: 30_000,
    retry: false,
  });

export const traceMetricsQuery = (q: string, window: Window, stepSeconds: number) =>
  queryOptions({
    queryKey: ['trace_metrics', q, window.start, window.end, stepSeconds],
    queryFn: ({ signal }) =>
      product<TraceMetrics>('/tempo/api/metrics/query_range', { q, ...window, step: `${stepSeconds}s` }, signal),
    placeholderData: keepPreviousData,
    staleTime: Infinity,
    gcTime: 60_000,
    retry: false,
  });
