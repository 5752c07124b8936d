// SPDX-License-Identifier: Apache-2.0
// Making and changing annotation queries as JSON. What newer dashboards keep in `target` stays there.
import { expressionOf, panelFilter, targetOf, type PanelFilter } from './annotation_events';
import type { Family } from './annotation_family';
import { freeName } from './edit_list';
import { flag, isObject, num, text, texts, type Json, type JsonObject } from './json';

const ownSource = { type: 'grafana', uid: '-- Grafana --' } as const;

export function newAnnotation(taken: readonly string[], datasource: Json): JsonObject {
  return {
    name: freeName('New annotation', taken),
    datasource,
    enable: true,
    hide: false,
    iconColor: 'orange',
    expr: '',
    target: { refId: 'Anno', expr: '' },
  };
}

export const duplicatedAnnotation = (raw: JsonObject, taken: readonly string[]): JsonObject => {
  const { builtIn: _, ...copy } = raw;
  return { ...copy, name: freeName(`${text(raw, 'name')} copy`, taken) };
};

export function withExpression(raw: JsonObject, expr: string): JsonObject {
  const target = raw['target'];
  const isInside = isObject(target) && target['expr'] !== undefined;
  return {
    ...raw,
    ...(isInside ? { target: { ...target, expr } } : {}),
    ...(!isInside || raw['expr'] !== undefined ? { expr } : {}),
  };
}

/** Another source: the question of the old one goes where the new one speaks another language. */
export function withAnnotationSource(raw: JsonObject, ref: Json, from: Family, to: Family): JsonObject {
  const next: JsonObject = { ...raw, datasource: ref };
  if (from === to) return next;
  const { target: _target, type: _type, expr: _expr, ...kept } = next;
  return to === 'own'
    ? { ...kept, datasource: { ...ownSource }, target: { type: 'tags', tags: [], matchAny: false, limit: 100 } }
    : { ...kept, expr: '', target: { refId: 'Anno', expr: '' } };
}

export interface OwnForm {
  isByTags: boolean;
  tags: string[];
  isAnyTag: boolean;
  limit: number;
}

export function readOwn(raw: JsonObject): OwnForm {
  const target = targetOf(raw);
  return {
    isByTags: text(target, 'type') === 'tags',
    tags: texts(target['tags']),
    isAnyTag: flag(target, 'matchAny'),
    limit: num(target, 'limit', 100),
  };
}

export function withOwn(raw: JsonObject, form: Partial<OwnForm>): JsonObject {
  const change: JsonObject = {
    ...(form.isByTags === undefined ? {} : { type: form.isByTags ? 'tags' : 'dashboard' }),
    ...(form.tags === undefined ? {} : { tags: form.tags }),
    ...(form.isAnyTag === undefined ? {} : { matchAny: form.isAnyTag }),
    ...(form.limit === undefined ? {} : { limit: form.limit }),
  };
  return isObject(raw['target']) || raw['builtIn'] !== undefined
    ? { ...raw, target: { ...targetInside(raw), ...change } }
    : { ...raw, ...change };
}

const targetInside = (raw: JsonObject): JsonObject => (isObject(raw['target']) ? raw['target'] : {});

/** Without a filter an annotation stands over every panel; members of it that are not known stay. */
export function withPanelFilter(raw: JsonObject, filter: PanelFilter | null): JsonObject {
  const { filter: before, ...rest } = raw;
  if (filter === null) return rest;
  return { ...raw, filter: { ...(isObject(before) ? before : {}), exclude: filter.isExcluded, ids: [...filter.ids] } };
}

export function annotationProblem(raw: JsonObject, others: readonly string[]): string | null {
  const name = text(raw, 'name').trim();
  if (name === '') return 'An annotation needs a name.';
  return others.includes(name) ? `Another annotation is called ${name}.` : null;
}

/** What an annotation shows, in one line for the list. */
export function annotationSummary(raw: JsonObject): string {
  const expr = expressionOf(raw);
  if (expr !== '') return expr;
  const own = readOwn(raw);
  if (!own.isByTags) return flag(raw, 'builtIn') || num(raw, 'builtIn') === 1 ? 'notes of this dashboard' : '';
  return own.tags.length === 0 ? 'every note' : `notes tagged ${own.tags.join(own.isAnyTag ? ' or ' : ' and ')}`;
}

/** "in 2 panels", "not in 1 panel", "off at first". */
export function annotationNotes(raw: JsonObject): string {
  const filter = panelFilter(raw);
  const count = filter ? `${filter.ids.length} ${filter.ids.length === 1 ? 'panel' : 'panels'}` : '';
  return [
    flag(raw, 'enable', true) ? '' : 'off at first',
    filter ? (filter.isExcluded ? `not over ${count}` : `over ${count} only`) : '',
  ]
    .filter((part) => part !== '')
    .join(', ');
}
