// SPDX-License-Identifier: Apache-2.0
// Annotations over the graphs: the stored ones, and those of PromQL queries.
import { useQueries, useQuery } from '@tanstack/react-query';
import { useMemo } from 'react';
import { annotationsQuery, type StoredAnnotation } from '@/api/dashboards';
import type { Answer } from '@/api/http';
import { rangeQuery } from '@/api/queries';
import type { QueryResult } from '@/api/query_types';
import { namedColor } from '@/model/dashboard/colors';
import { interpolate, type Scope } from '@/model/dashboard/interpolate';
import { text, type JsonObject } from '@/model/dashboard/json';
import { stepOf, type TimeWindow } from '@/model/dashboard/macros';
import type { Dashboard } from '@/model/dashboard/types';
import type { PlotMark } from '@/widgets/chart/mark_layer';
import { usePreferences, type Theme } from '@/widgets/preferences';
import { markOfNote } from '@/widgets/query/mark_of_note';

function textOf(raw: JsonObject | undefined, labels: Record<string, string>): string {
  const format = raw ? text(raw, 'titleFormat') || text(raw, 'textFormat') : '';
  const filled = format.replaceAll(/\{\{\s*(\w+)\s*\}\}/g, (_, name: string) => labels[name] ?? '');
  return filled || (raw ? text(raw, 'name') : '');
}

/** Which annotations a dashboard shows: those of the store, and those of queries. */
export function annotationPlan(dashboard: Dashboard | null, window: TimeWindow, scope: Scope) {
  const list = dashboard?.annotations.filter((one) => one.isEnabled) ?? [];
  const isBuiltIn = dashboard !== null && (list.length === 0 || list.some((one) => one.isBuiltIn));
  const queried = list.filter((one) => !one.isBuiltIn && text(one.raw, 'expr') !== '');
  const stepMs = stepOf(window, 300, 15_000);
  const range = { start: Math.floor(window.fromMs / stepMs) * (stepMs / 1000), end: Math.floor(window.toMs / 1000) };
  const stored = annotationsQuery(Math.floor(window.fromMs), Math.ceil(window.toMs), '');
  const queries = queried.map((one) =>
    rangeQuery(interpolate(text(one.raw, 'expr'), scope, 'prometheus'), range, stepMs / 1000),
  );
  return { isBuiltIn, stored, queried, queries, stepMs };
}

export function marksOf(
  plan: ReturnType<typeof annotationPlan>,
  uid: string,
  stored: readonly StoredAnnotation[],
  answers: readonly (Answer<QueryResult> | undefined)[],
  theme: Theme,
): PlotMark[] {
  const { queried, stepMs } = plan;
  const marks: PlotMark[] = stored
    .filter((one) => !one.dashboardUID || one.dashboardUID === uid)
    .map((one) => markOfNote(one, theme, one.panelId || null));
  answers.forEach((answer, i) => {
    const color = namedColor(queried[i]?.color ?? 'blue', theme);
    if (answer?.data.resultType !== 'matrix') return;
    for (const series of answer.data.result.slice(0, 50)) {
      let last = -Infinity;
      for (const [time, value] of series.values ?? []) {
        const isNew = time * 1000 - last > stepMs * 1.5;
        last = time * 1000;
        if (isNew && Number(value) !== 0)
          marks.push({ fromMs: last, toMs: last, color, text: textOf(queried[i]?.raw, series.metric), panelId: null });
      }
    }
  });
  return marks;
}

export function useMarks(dashboard: Dashboard | null, window: TimeWindow, scope: Scope): readonly PlotMark[] {
  const theme = usePreferences((p) => p.shownTheme);
  const plan = annotationPlan(dashboard, window, scope);
  const stored = useQuery({ ...plan.stored, enabled: plan.isBuiltIn });
  const answers = useQueries({ queries: plan.queries });
  const uid = dashboard?.uid ?? '';
  const data = answers.map((one) => one.data);
  return useMemo(
    () => marksOf(plan, uid, stored.data ?? [], data, theme),
    [stored.data, uid, theme, plan.stepMs, JSON.stringify(data.map((one) => one?.roundTripMs))],
  );
}
