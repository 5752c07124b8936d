// SPDX-License-Identifier: Apache-2.0
// The requests behind one panel: the range query of the graph with its exemplars, or the instant
// query of the table. Only what is visible is asked for.
import { useQuery } from '@tanstack/react-query';
import { useMemo } from 'react';
import { durationMs } from '@/base/brand';
import { bandQuery, exemplarQuery, instantQuery, rangeQuery } from '@/api/queries';
import type { Answer } from '@/api/http';
import type { QueryResult } from '@/api/query_types';
import { chartBands } from '@/model/chart_bands';
import { chartOf, emptyChart } from '@/model/chart_data';
import { exemplarPoints } from '@/model/exemplar_points';
import type { QueryPanelState } from '@/model/panel_params';
import { alignWindow, stepFor } from '@/model/step';
import type { ResolvedRange } from '@/model/time_range';

/** More points than this many times two do not stay apart on a screen. */
const exemplarSlices = 80;

export function useGraph(panel: QueryPanelState, range: ResolvedRange) {
  const isShown = panel.tab === 'graph';
  const step = stepFor(panel.resolution, durationMs(range.to - range.from));
  const window = useMemo(() => alignWindow(range.from, range.to, step), [range.from, range.to, step]);
  const options = rangeQuery(panel.expr, window, step / 1000, { stats: true });
  const query = useQuery({ ...options, enabled: isShown && panel.expr.trim() !== '' });
  const exemplars = useQuery(exemplarQuery(panel.expr, window, isShown && panel.hasExemplars));
  const shown = useShownMatrix(query.data, query.isPlaceholderData, window, step / 1000);
  const points = useMemo(
    () =>
      panel.hasExemplars
        ? exemplarPoints(exemplars.data?.data ?? [], (window.end - window.start) / exemplarSlices)
        : [],
    [exemplars.data, panel.hasExemplars, window],
  );
  const asked = useQuery(bandQuery(panel.expr, window, step / 1000, isShown && panel.hasBand));
  const bands = useMemo(
    () => (panel.hasBand ? chartBands(shown, asked.data ?? []) : []),
    [asked.data, panel.hasBand, shown],
  );
  const bandNote = !panel.hasBand
    ? null
    : asked.error
      ? asked.error.message
      : asked.isSuccess && asked.data.length === 0
        ? 'No band yet: at least three hours of history are needed.'
        : null;
  return {
    query,
    options,
    step,
    chart: shown,
    bands,
    bandNote,
    points,
    exemplarError: panel.hasExemplars ? exemplars.error : null,
  };
}

/** While the next window is on its way the last answer stays, placed on the time axis it has. */
function useShownMatrix(
  answer: Answer<QueryResult> | undefined,
  isOld: boolean,
  window: { start: number; end: number },
  step: number,
) {
  return useMemo(() => {
    if (answer?.data.resultType !== 'matrix') return emptyChart;
    if (!isOld) return chartOf(answer.data.result, window.start, window.end, step);
    const times = answer.data.result
      .flatMap((one) => [one.values?.[0]?.[0], one.values?.at(-1)?.[0]])
      .filter((t) => t !== undefined);
    if (times.length === 0) return emptyChart;
    const gaps = answer.data.result.flatMap((one) =>
      (one.values ?? []).slice(1, 40).map(([t], i) => t - (one.values?.[i]?.[0] ?? t)),
    );
    const spacing = Math.min(...gaps.filter((gap) => gap > 0));
    const start = Math.min(...times);
    return chartOf(answer.data.result, start, Math.max(...times), Number.isFinite(spacing) ? spacing : step);
  }, [answer, isOld, window, step]);
}

export function useTable(panel: QueryPanelState, range: ResolvedRange) {
  const options = instantQuery(panel.expr, range.to / 1000, { stats: true });
  const query = useQuery({ ...options, enabled: panel.tab === 'table' && panel.expr.trim() !== '' });
  return { query, options };
}
