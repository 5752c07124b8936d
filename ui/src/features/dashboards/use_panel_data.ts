// SPDX-License-Identifier: Apache-2.0
// What a panel asks and gets. Nothing is asked before the panel comes near the view; leaving the page
// or changing the range cancels what is under way.
import { useQuery } from '@tanstack/react-query';
import { useMemo } from 'react';
import type { Frame } from '@/model/dashboard/frame';
import type { Scope } from '@/model/dashboard/interpolate';
import type { TimeWindow } from '@/model/dashboard/macros';
import { needsNoQuery, panelFrames } from '@/model/dashboard/panel_view';
import { panelQueries, type PanelQuery, type QueryContext } from '@/model/dashboard/panel_queries';
import type { Panel } from '@/model/dashboard/types';
import { runQueries } from './run_query';

export interface PanelData {
  frames: Frame[];
  /** What the queries answered, before transformations and field configuration. */
  answers: readonly Frame[];
  queries: PanelQuery[];
  scope: Scope;
  window: TimeWindow;
  isPending: boolean;
  isFetching: boolean;
  error: unknown;
  errors: { refId: string; message: string }[];
  refetch: () => void;
}

const none: readonly Frame[] = [];

export function usePanelData(panel: Panel, context: QueryContext, isVisible: boolean): PanelData {
  const prepared = useMemo(() => panelQueries(panel, context), [panel, context]);
  const { queries, scope, window } = prepared;
  const isIdle = needsNoQuery(panel) && panel.type !== 'geomap';
  const query = useQuery({
    queryKey: [
      'panel',
      queries.map(({ refId, source, query: text, raw, window: range, stepMs }) => [
        refId,
        source?.uid,
        text,
        raw,
        range,
        stepMs,
      ]),
    ],
    queryFn: ({ signal }) => runQueries(queries, signal),
    enabled: isVisible && !isIdle && queries.length > 0,
    placeholderData: (before) => before,
    staleTime: Infinity,
    gcTime: 60_000,
    retry: false,
  });
  const frames = useMemo(
    () => (query.data ? panelFrames(panel, query.data.frames, scope) : []),
    [query.data, panel, scope],
  );
  return {
    frames,
    answers: query.data?.frames ?? none,
    queries,
    scope,
    window,
    isPending: !isIdle && queries.length > 0 && query.isPending,
    isFetching: query.isFetching,
    error: query.error,
    errors: query.data?.errors ?? [],
    refetch: () => void query.refetch(),
  };
}
