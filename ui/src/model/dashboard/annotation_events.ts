// SPDX-License-Identifier: Apache-2.0
// What an annotation of a dashboard asks, and the events that the answers are: a moment or a stretch of time
// with a title, a text and tags, over the panels that it is meant for.
import type { Family } from './annotation_family';
import { grafanaUid } from './datasource_ref';
import { asList, asObject, flag, isObject, num, text, texts, type Json, type JsonObject } from './json';
import { readInterval, stepOf, type TimeWindow } from './macros';
import type { Annotation } from './types';

export type AnnotationAsk =
  | { kind: 'own'; tags: string[]; isAnyTag: boolean; isOfDashboard: boolean; limit: number }
  | { kind: 'prometheus'; query: string; stepMs: number }
  | { kind: 'loki'; query: string; stepMs: number; limit: number }
  /** Nothing is asked, with the reason in words. */
  | { kind: 'none'; why: string };

export interface AnnotationEvent {
  fromMs: number;
  toMs: number;
  title: string;
  text: string;
  tags: readonly string[];
  /** The panel that a stored note belongs to; null: all. */
  panelId: number | null;
}

const linesMax = 500;
const seriesMax = 50;
const eventsMax = 1000;

/** Whether an annotation of the JSON stands for the dashboard's own notes. */
export const isBuiltIn = (raw: JsonObject): boolean => num(raw, 'builtIn') === 1 || flag(raw, 'builtIn');

/** Whether the values of its query are the times of its events. */
export const isTimeInValue = (raw: JsonObject): boolean =>
  raw['useValueForTime'] === true || raw['useValueForTime'] === 'on';

/** The part that newer dashboards keep apart; older ones have it beside the rest. */
export const targetOf = (raw: JsonObject): JsonObject => (isObject(raw['target']) ? raw['target'] : raw);

export const expressionOf = (raw: JsonObject): string => text(raw, 'expr') || text(asObject(raw['target']), 'expr');

function ownAsk(raw: JsonObject, isBuiltIn: boolean): AnnotationAsk {
  const target = targetOf(raw);
  const isByTags = text(target, 'type') === 'tags' && !(isBuiltIn && texts(target['tags']).length === 0);
  const limit = num(target, 'limit') || linesMax;
  const tags = isByTags ? texts(target['tags']).filter((tag) => tag !== '') : [];
  return { kind: 'own', tags, isAnyTag: flag(target, 'matchAny'), isOfDashboard: !isByTags, limit };
}

/** `raw` is already interpolated. */
export function annotationAsk(
  annotation: Pick<Annotation, 'isBuiltIn'>,
  raw: JsonObject,
  family: Family,
  window: TimeWindow,
): AnnotationAsk {
  if (annotation.isBuiltIn || family === 'own') return ownAsk(raw, annotation.isBuiltIn);
  const query = expressionOf(raw).trim();
  const least = readInterval(text(raw, 'step')) ?? 15_000;
  const stepMs = stepOf(window, 300, least);
  if (family === 'none') return { kind: 'none', why: 'The data source does not exist.' };
  if (family === 'other') return { kind: 'none', why: 'Events come from Prometheus, Loki and Signalbox itself.' };
  if (query === '') return { kind: 'none', why: 'The query is empty.' };
  return family === 'loki'
    ? { kind: 'loki', query, stepMs, limit: num(asObject(raw['target']), 'maxLines') || num(raw, 'maxLines', linesMax) }
    : { kind: 'prometheus', query, stepMs };
}

const filled = (format: string, labels: Readonly<Record<string, string>>): string =>
  format.replaceAll(/\{\{\s*\.?([\w.]+)\s*\}\}/g, (_, name: string) => labels[name] ?? '');

interface Words {
  title: string;
  text: string;
  tags: string[];
}

function wordsOf(annotation: Annotation, labels: Readonly<Record<string, string>>, line = ''): Words {
  const { raw, name } = annotation;
  const all = { ...labels, ...(line ? { __line__: line } : {}) };
  const title = filled(text(raw, 'titleFormat'), all);
  const body = filled(text(raw, 'textFormat'), all) || line;
  const keys = text(raw, 'tagKeys').split(',');
  return {
    title: title || (body ? '' : name),
    text: body,
    tags: keys.map((key) => labels[key.trim()] ?? '').filter((tag) => tag !== ''),
  };
}

export interface EventSeries {
  metric: Record<string, string>;
  /** Seconds and value. */
  values?: readonly (readonly [number, string])[] | undefined;
}

const isOn = (value: string): boolean => Number(value) !== 0 && value !== 'NaN';

/** Samples other than 0 that follow each other are one event. */
export function seriesEvents(
  annotation: Annotation,
  series: readonly EventSeries[],
  stepMs: number,
): AnnotationEvent[] {
  const hasTimes = isTimeInValue(annotation.raw);
  const out: AnnotationEvent[] = [];
  for (const { metric, values = [] } of series.slice(0, seriesMax)) {
    const words = wordsOf(annotation, metric);
    if (hasTimes) {
      const times = new Set(values.map(([, value]) => Math.floor(Number(value))).filter((ms) => ms > 0));
      out.push(...[...times].map((ms) => ({ fromMs: ms, toMs: ms, ...words, panelId: null })));
      continue;
    }
    let last: AnnotationEvent | null = null;
    for (const [seconds, value] of values) {
      if (!isOn(value)) continue;
      const ms = seconds * 1000;
      if (last && ms - last.toMs <= stepMs * 1.5) {
        last.toMs = ms;
        continue;
      }
      last = { fromMs: ms, toMs: ms, ...words, panelId: null };
      out.push(last);
    }
  }
  return sorted(out);
}

/** Each log line is an event; lines hold nanoseconds as text. */
export function lineEvents(
  annotation: Annotation,
  streams: readonly { stream: Record<string, string>; values: readonly (readonly [string, string])[] }[],
): AnnotationEvent[] {
  return sorted(
    streams.flatMap(({ stream, values }) =>
      values.map(([ns, line]) => {
        const ms = Math.floor(Number(ns.slice(0, -6)));
        return { fromMs: ms, toMs: ms, ...wordsOf(annotation, stream, line), panelId: null };
      }),
    ),
  );
}

const sorted = (events: AnnotationEvent[]): AnnotationEvent[] =>
  events.sort((a, b) => a.fromMs - b.fromMs).slice(-eventsMax);

/** One line for the pointer and for lists; stored notes may hold HTML. */
export const eventText = ({ title, text: body, tags }: AnnotationEvent): string =>
  [title, body.replaceAll(/<[^>]*>/g, ' ').trim(), tags.map((tag) => `#${tag}`).join(' ')]
    .filter((part) => part !== '')
    .join('  ');

export interface PanelFilter {
  isExcluded: boolean;
  ids: readonly number[];
}

/** null: over every panel. */
export function panelFilter(raw: JsonObject): PanelFilter | null {
  const filter = raw['filter'];
  if (!isObject(filter)) return null;
  const ids = asList(filter['ids']).filter((id): id is number => typeof id === 'number');
  return ids.length === 0 && flag(filter, 'exclude') ? null : { isExcluded: flag(filter, 'exclude'), ids };
}

export const isOverPanel = (filter: PanelFilter | null, panelId: number): boolean =>
  filter === null || filter.ids.includes(panelId) !== filter.isExcluded;

/** The notes of the dashboard itself, which every dashboard has whether its JSON names them or not. */
export const ownNotes: Annotation = {
  name: 'Annotations & Alerts',
  isEnabled: true,
  isHidden: true,
  isBuiltIn: true,
  color: 'blue',
  datasource: { uid: grafanaUid, type: 'grafana' },
  raw: { builtIn: 1 } satisfies Record<string, Json>,
};

/** Those of the JSON, and the dashboard's own notes if it does not name them. */
export const allAnnotations = (annotations: readonly Annotation[]): Annotation[] =>
  annotations.some((one) => one.isBuiltIn) ? [...annotations] : [ownNotes, ...annotations];

/** The choice of the address wins over what the dashboard says. */
export function isShown(annotation: Annotation, params: URLSearchParams): boolean {
  const chosen = params.get(`note-${annotation.name}`);
  return chosen === null ? annotation.isEnabled : chosen === 'on';
}
