// SPDX-License-Identifier: Apache-2.0
// State that belongs into the address, so that a copied link shows the same page.
import { useCallback, useMemo } from 'react';
import { useLocation, useSearch } from 'wouter';
import { durationMs } from '@/base/brand';
import { formatDuration, parseDuration } from '@/base/duration';
import {
  defaultRange,
  encodeEnd,
  parseEnd,
  resolveRange,
  type ResolvedRange,
  type TimeRange,
} from '@/model/time_range';
import { useClock } from './clock';

export type ChangeParams = (change: (params: URLSearchParams) => void, options?: { replace?: boolean }) => void;

export function useUrlParams(): [URLSearchParams, ChangeParams] {
  const search = useSearch();
  const [, navigate] = useLocation();
  const params = useMemo(() => new URLSearchParams(search), [search]);
  const change = useCallback<ChangeParams>(
    (edit, options) => {
      const next = new URLSearchParams(window.location.search);
      edit(next);
      const text = next.toString();
      if (text === new URLSearchParams(window.location.search).toString()) return;
      navigate(window.location.pathname + (text ? `?${text}` : ''), { replace: options?.replace ?? false });
    },
    [navigate],
  );
  return [params, change];
}

/** One text parameter; the default value is left out of the address. */
export function useUrlText(name: string, fallback = ''): [string, (value: string) => void] {
  const [params, change] = useUrlParams();
  const set = useCallback(
    (value: string) => change((p) => (value === fallback ? p.delete(name) : p.set(name, value)), { replace: true }),
    [change, name, fallback],
  );
  return [params.get(name) ?? fallback, set];
}

export interface PageTime {
  range: TimeRange;
  resolved: ResolvedRange;
  refreshMs: number;
  setRange: (range: TimeRange) => void;
  setRefresh: (ms: number) => void;
}

export function readRange(params: URLSearchParams): TimeRange | null {
  const from = parseEnd(params.get('from') ?? '', 'utc');
  const to = parseEnd(params.get('to') ?? 'now', 'utc');
  return from && to ? { from, to } : null;
}

/** The time range of the page: the parameters from, to and refresh. */
export function usePageTime(fallback: TimeRange = defaultRange): PageTime {
  const [params, change] = useUrlParams();
  const now = useClock((clock) => clock.now);
  const tick = useClock((clock) => clock.tick);
  const range = useMemo(() => readRange(params) ?? fallback, [params, fallback]);
  const resolved = useMemo(() => resolveRange(range, now), [range, now]);
  const setRange = useCallback(
    (next: TimeRange) => {
      tick();
      change((p) => {
        p.set('from', encodeEnd(next.from));
        p.set('to', encodeEnd(next.to));
      });
    },
    [change, tick],
  );
  const setRefresh = useCallback(
    (ms: number) =>
      change((p) => (ms > 0 ? p.set('refresh', formatDuration(durationMs(ms))) : p.delete('refresh')), {
        replace: true,
      }),
    [change],
  );
  return { range, resolved, refreshMs: parseDuration(params.get('refresh') ?? '') ?? 0, setRange, setRefresh };
}
