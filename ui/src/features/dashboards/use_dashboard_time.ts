// SPDX-License-Identifier: Apache-2.0
// The time range of a dashboard: what the address says, else what the dashboard says.
import { useEffect, useMemo } from 'react';
import { nowMs, timestampMs } from '@/base/brand';
import { pointInTime } from '@/model/dashboard/macros';
import type { Dashboard } from '@/model/dashboard/types';
import { defaultRange, parseEnd, type RangeEnd, type TimeRange } from '@/model/time_range';
import { usePageTime, useUrlParams, type PageTime } from '@/widgets/url_state';

/** Null for what is no point in time. */
export function endOf(written: string, isEnd: boolean): RangeEnd | null {
  const plain = parseEnd(written, 'local');
  if (plain) return plain;
  const at = pointInTime(written, nowMs(), isEnd);
  return at === null ? null : { kind: 'absolute', time: timestampMs(at) };
}

export function rangeOf(from: string, to: string): TimeRange {
  const start = endOf(from, false);
  const end = endOf(to, true);
  return start && end ? { from: start, to: end } : defaultRange;
}

export function useDashboardTime(dashboard: Dashboard): PageTime {
  const { timeFrom, timeTo, refresh } = dashboard;
  const fallback = useMemo(() => rangeOf(timeFrom, timeTo), [timeFrom, timeTo]);
  const [params, change] = useUrlParams();
  const wanted = params.has('refresh') || !/^\d+[smh]$/.test(refresh) ? null : refresh;
  useEffect(() => {
    if (wanted) change((p) => p.set('refresh', wanted), { replace: true });
    // Only what the dashboard says at first; switching it off afterwards stays.
  }, [dashboard.uid]);
  return usePageTime(fallback);
}
