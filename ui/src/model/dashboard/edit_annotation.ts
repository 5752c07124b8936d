// SPDX-License-Identifier: Apache-2.0
// Making and changing annotation queries as JSON. What newer dashboards keep in `target` stays there.
import { plural } from '@/base/number_format';
import { expressionOf, isBuiltIn, panelFilter, targetOf, type PanelFilter } from './annotation_events';
import type { Family } from './annotation_family';
import { grafanaUid } from './datasource_ref';
import { freeName } from './edit_list';
import { asObject, flag, isObject, num, text, texts, withMember, type Json, type JsonObject } from './json';

const ownSource = { type: 'grafana', uid: grafanaUid } as const;

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
  return { ...withMember(raw, 'builtIn', undefined), name: freeName(`${text(raw, 'name')} copy`, taken) };
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
    ? { ...raw, target: { ...asObject(raw['target']), ...change } }
    : { ...raw, ...change };
}

/** Without a filter an annotation stands over every panel; members of it that are not known stay. */
export function withPanelFilter(raw: JsonObject, filter: PanelFilter | null): JsonObject {
  if (filter === null) return withMember(raw, 'filter', undefined);
  return { ...raw, filter: { ...asObject(raw['filter']), exclude: filter.isExcluded, ids: [...filter.ids] } };
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
  if (!own.isByTags) return isBuiltIn(raw) ? 'notes of this dashboard' : '';
  return own.tags.length === 0 ? 'every note' : `notes tagged ${own.tags.join(own.isAnyTag ? ' or ' : ' and ')}`;
}

/** "in 2 panels", "not in 1 panel", "off at first". */
export function annotationNotes(raw: JsonObject): string {
  const filter = panelFilter(raw);
  const count = filter ? plural(filter.ids.length, 'panel') : '';
  return [
    flag(raw, 'enable', true) ? '' : 'off at first',
    filter ? (filter.isExcluded ? `not over ${count}` : `over ${count} only`) : '',
  ]
    .filter((part) => part !== '')
    .join(', ');
}
