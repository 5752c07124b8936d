// SPDX-License-Identifier: Apache-2.0
import { useQueries, useQuery } from '@tanstack/react-query';
import { useMemo } from 'react';
import { dashboardQuery, searchQuery } from '@/api/dashboards';
import { rulesQuery, tsdbQuery } from '@/api/queries';
import { metricUsage, namePatterns, textsIn, wordsOf, type MetricUsage } from '@/model/metric_usage';

const metricsMax = 10_000;

interface Usage {
  metrics: MetricUsage[];
  dashboards: number;
  rules: number;
  isPending: boolean;
  error: Error | null;
  refetch: () => void;
}

/** Every metric of the head, set against all dashboards and rules (those of objectives are among them). */
export function useMetricUsage(): Usage {
  const tsdb = useQuery(tsdbQuery(metricsMax));
  const rules = useQuery(rulesQuery());
  const search = useQuery(searchQuery());
  const uids = (search.data ?? []).filter((hit) => hit.type === 'dash-db').map((hit) => hit.uid);
  const boards = useQueries({ queries: uids.map((uid) => dashboardQuery(uid)) });
  const loaded = boards.flatMap((one) => (one.data ? [one.data.dashboard] : []));
  const isPending = tsdb.isPending || rules.isPending || search.isPending || loaded.length < uids.length;
  const groups = rules.data?.data.groups;
  const counts = tsdb.data?.data.seriesCountByMetricName;
  const count = isPending ? -1 : loaded.length;
  const metrics = useMemo(() => {
    if (count < 0) return [];
    const texts = [...textsIn(loaded), ...textsIn(groups ?? [])];
    return metricUsage(counts ?? [], wordsOf(texts), namePatterns(texts));
    // eslint-disable-next-line react-hooks/exhaustive-deps -- `count` says when `loaded` is complete
  }, [count, groups, counts]);
  const all = [tsdb, rules, search, ...boards];
  return {
    metrics,
    dashboards: loaded.length,
    rules: (groups ?? []).reduce((total, group) => total + group.rules.length, 0),
    isPending: isPending && !all.some((one) => one.isError),
    error: all.find((one) => one.isError)?.error ?? null,
    refetch: () => all.forEach((one) => void one.refetch()),
  };
}
