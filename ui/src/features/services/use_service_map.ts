// SPDX-License-Identifier: Apache-2.0
import { useQueries } from '@tanstack/react-query';
import { useMemo } from 'react';
import { instantQuery } from '@/api/queries';
import { serviceEdges, type ServiceEdge } from '@/model/service_map';
import type { ResolvedRange } from '@/model/time_range';
import { rangeText, vectorOf } from '@/widgets/query/use_red';

interface Edges {
  edges: ServiceEdge[];
  isPending: boolean;
  error: Error | null;
  refetch: () => void;
}

/** Calls between services in the window. */
export function useServiceEdges(range: ResolvedRange): Edges {
  const window = rangeText(range);
  const sum = (metric: string): string => `sum by (client, server, connection_type) (rate(${metric}[${window}]))`;
  const results = useQueries({
    queries: [
      sum('traces_service_graph_request_total'),
      `sum by (client, server) (rate(traces_service_graph_request_failed_total[${window}]))`,
      `histogram_quantile(0.95, sum by (client, server, le) (rate(traces_service_graph_request_server_seconds_bucket[${window}])))`,
    ].map((query) => instantQuery(query, range.to / 1000)),
  });
  const [total, failed, slow] = results.map((one) => one.data?.data);
  const edges = useMemo(() => serviceEdges(vectorOf(total), vectorOf(failed), vectorOf(slow)), [total, failed, slow]);
  return {
    edges,
    isPending: results.some((one) => one.isPending),
    error: results.find((one) => one.error)?.error ?? null,
    refetch: () => results.forEach((one) => void one.refetch()),
  };
}
