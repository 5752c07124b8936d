// SPDX-License-Identifier: Apache-2.0
// The events of an annotation: asked of its source, kept like every other answer.
import { queryOptions } from '@tanstack/react-query';
import { annotationsQuery, type StoredAnnotation } from '@/api/dashboards';
import { productTogether } from '@/api/http';
import {
  annotationAsk,
  lineEvents,
  seriesEvents,
  type AnnotationAsk,
  type AnnotationEvent,
  type EventSeries,
} from '@/model/dashboard/annotation_events';
import { annotationFamily } from '@/model/dashboard/annotation_family';
import { sourceIn, type KnownSource } from '@/model/dashboard/datasource_ref';
import { interpolate, type Scope } from '@/model/dashboard/interpolate';
import { mapTexts, type Json, type JsonObject } from '@/model/dashboard/json';
import type { TimeWindow } from '@/model/dashboard/macros';
import type { Annotation } from '@/model/dashboard/types';
import { sourcePath } from './run_query';

export interface AnnotationPlace {
  uid: string;
  window: TimeWindow;
  scope: Scope;
  sources: readonly KnownSource[];
}

type Ask = Exclude<AnnotationAsk, { kind: 'none' }>;

function storedEvents(notes: readonly StoredAnnotation[], ask: Ask & { kind: 'own' }, uid: string): AnnotationEvent[] {
  return notes
    .filter((note) => !ask.isOfDashboard || !note.dashboardUID || note.dashboardUID === uid)
    .map((note) => ({
      fromMs: note.time,
      toMs: note.timeEnd || note.time,
      title: '',
      text: note.text,
      tags: note.tags,
      // Notes of another dashboard's panels have nothing to do with the panels of this one.
      panelId: note.dashboardUID === uid ? note.panelId || null : null,
    }));
}

type RangeAnswer = { data: { resultType: string; result: Json[] } };

/** What is asked, and the query that asks it; `query` is null for an annotation that asks nothing. */
export function eventsOf(annotation: Annotation, place: AnnotationPlace) {
  const { uid, window, scope, sources } = place;
  const source = sourceIn(annotation.datasource, scope, sources);
  const family = annotationFamily(source);
  const language = family === 'loki' || family === 'prometheus' ? family : 'text';
  const raw = mapTexts(annotation.raw, (text) => interpolate(text, scope, language)) as JsonObject;
  const ask = annotationAsk(annotation, raw, family, window);
  if (ask.kind === 'none') return { ask, query: null };
  const read: Annotation = { ...annotation, raw };
  if (ask.kind === 'own') {
    const range = [Math.floor(window.fromMs), Math.ceil(window.toMs)] as const;
    const { tags, isAnyTag, limit } = ask;
    const stored = annotationsQuery(...range, { tags, isAnyTag, limit });
    return { ask, query: queryOptions({ ...stored, select: (notes) => storedEvents(notes, ask, uid) }) };
  }
  const { query, stepMs } = ask;
  const range = {
    start: (Math.floor(window.fromMs / stepMs) * stepMs) / 1000,
    end: Math.floor(window.toMs / 1000),
    step: stepMs / 1000,
  };
  const path = ask.kind === 'loki' ? '/loki/api/v1/query_range' : '/api/v1/query_range';
  const limit = ask.kind === 'loki' ? ask.limit : undefined;
  const series = queryOptions({
    queryKey: ['annotations', 'of a query', source?.uid ?? '', query, range, limit],
    queryFn: ({ signal }) =>
      productTogether<RangeAnswer>(sourcePath(source as KnownSource, path), { query, ...range, limit }, signal),
    retry: false,
    select: ({ data }: RangeAnswer): AnnotationEvent[] =>
      data.resultType === 'streams'
        ? lineEvents(read, data.result as unknown as Parameters<typeof lineEvents>[1])
        : seriesEvents(read, data.result as unknown as EventSeries[], stepMs),
  });
  return { ask, query: series };
}
