// SPDX-License-Identifier: Apache-2.0
// Annotations over the graphs: notes that are stored, and the events of queries.
import { useQueries, type QueryClient, type UseQueryOptions } from '@tanstack/react-query';
import { useMemo } from 'react';
import {
  allAnnotations,
  eventText,
  isOverPanel,
  isShown,
  panelFilter,
  type AnnotationEvent,
} from '@/model/dashboard/annotation_events';
import { namedColor } from '@/model/dashboard/colors';
import type { KnownSource } from '@/model/dashboard/datasource_ref';
import type { Scope } from '@/model/dashboard/interpolate';
import type { TimeWindow } from '@/model/dashboard/macros';
import type { Annotation, Dashboard } from '@/model/dashboard/types';
import type { PlotMark } from '@/widgets/chart/mark_layer';
import { usePreferences, type Theme } from '@/widgets/preferences';
import { eventsOf } from './annotation_query';

/** The colour that Grafana gives to the notes of every dashboard says nothing. */
const colorOf = ({ isBuiltIn, color }: Annotation): string => (isBuiltIn && color.startsWith('rgba') ? 'blue' : color);

/** The annotations that a dashboard shows, with the queries that ask for their events. */
export function annotationPlan(
  dashboard: Dashboard | null,
  window: TimeWindow,
  scope: Scope,
  sources: readonly KnownSource[],
  params: URLSearchParams,
) {
  return allAnnotations(dashboard?.annotations ?? [])
    .filter((one) => isShown(one, params))
    .flatMap((annotation) => {
      const { query } = eventsOf(annotation, { uid: dashboard?.uid ?? '', window, scope, sources });
      return query ? [{ annotation, query: query as EventsQuery }] : [];
    });
}

export type EventsQuery = UseQueryOptions<unknown, Error, AnnotationEvent[]>;

/** The events of a plan's query, outside of a page. */
export async function fetchEvents(client: QueryClient, query: EventsQuery): Promise<AnnotationEvent[]> {
  const { select, ...asked } = query;
  return select?.(await client.fetchQuery(asked as Parameters<typeof client.fetchQuery>[0])) ?? [];
}

export function marksOf(
  annotations: readonly Annotation[],
  events: readonly (readonly AnnotationEvent[] | undefined)[],
  theme: Theme,
): PlotMark[] {
  return annotations.flatMap((annotation, i) => {
    const color = namedColor(colorOf(annotation), theme);
    const filter = panelFilter(annotation.raw);
    const isOn = filter ? { isOn: (panelId: number) => isOverPanel(filter, panelId) } : {};
    return (events[i] ?? []).map((event): PlotMark => {
      const { fromMs, toMs, panelId } = event;
      return { fromMs, toMs, color, text: eventText(event), panelId, ...isOn };
    });
  });
}

/** What the annotations of a page answered, by their place in the plan. */
export function useAnnotations(plan: ReturnType<typeof annotationPlan>) {
  return useQueries({ queries: plan.map((one) => one.query) });
}

export function useMarks(
  dashboard: Dashboard | null,
  window: TimeWindow,
  scope: Scope,
  sources: readonly KnownSource[] | null,
  params: URLSearchParams,
): readonly PlotMark[] {
  const theme = usePreferences((p) => p.shownTheme);
  const plan = sources ? annotationPlan(dashboard, window, scope, sources, params) : [];
  const answers = useAnnotations(plan);
  const shown = plan.map((one) => one.annotation);
  const state = answers.map((one) => `${one.dataUpdatedAt} ${one.status}`).join();
  return useMemo(
    () =>
      marksOf(
        shown,
        answers.map((one) => one.data),
        theme,
      ),
    [dashboard, theme, state, shown.map((one) => one.name).join()],
  );
}
