// SPDX-License-Identifier: Apache-2.0
// The parts of a variable's query that a form shows, for each language of a source, and the query that the
// parts make. Written anew only when a part is changed, so that a query keeps the look that its author gave it.
import { without } from '@/base/lists';
import { asObject, isObject, num, objects, text, type JsonObject } from './json';
import { parsePrometheusQuery } from './variable_query';

export type AskedFor = 'label_values' | 'label_names' | 'metrics' | 'query_result' | 'series';

export interface VariableForm {
  kind: AskedFor;
  label: string;
  /** A selector, a pattern of metric names or a whole query. */
  match: string;
}

export const askedFor: readonly { kind: AskedFor; title: string }[] = [
  { kind: 'label_values', title: 'Values of a label' },
  { kind: 'label_names', title: 'Names of labels' },
  { kind: 'metrics', title: 'Names of metrics' },
  { kind: 'query_result', title: 'Result of a query' },
  { kind: 'series', title: 'Series' },
];

/** The numbers that Grafana's editor keeps beside the text of a query. */
const kindNumbers: Record<AskedFor, number> = {
  label_names: 0,
  label_values: 1,
  metrics: 2,
  query_result: 3,
  series: 4,
};

export function readPrometheusForm(written: string): VariableForm {
  const request = parsePrometheusQuery(written);
  switch (request.kind) {
    case 'label_values':
      return { kind: 'label_values', label: request.label, match: request.match };
    case 'label_names':
    case 'series':
      return { kind: request.kind, label: '', match: request.match };
    case 'metrics':
      return { kind: 'metrics', label: '', match: request.pattern };
    case 'query_result':
      return { kind: 'query_result', label: '', match: request.query };
    default:
      return { kind: 'label_values', label: '', match: '' };
  }
}

export function writePrometheusForm({ kind, label, match }: VariableForm): string {
  switch (kind) {
    case 'label_values':
      if (label === '') return match === '' ? '' : `label_values(${match}, )`;
      return match === '' ? `label_values(${label})` : `label_values(${match}, ${label})`;
    case 'series':
      return match;
    default:
      return `${kind}(${match})`;
  }
}

/** A query that was a plain text stays one; what an older editor kept beside it would contradict it. */
export function withPrometheusForm(variable: JsonObject, form: VariableForm): JsonObject {
  const written = writePrometheusForm(form);
  const before = variable['query'];
  if (typeof before === 'string' && before !== '') return { ...variable, query: written, definition: written };
  const { label: _label, metric: _metric, labelFilters: _filters, ...kept } = asObject(before);
  const query: JsonObject = {
    refId: 'PrometheusVariableQueryEditor-VariableQuery',
    ...kept,
    qryType: kindNumbers[form.kind],
    query: written,
  };
  return { ...variable, query, definition: written };
}

const isLabelForm = (query: JsonObject): boolean => query['type'] !== undefined && query['query'] === undefined;

/** Loki's and Tempo's variables: names of labels, or the values of one (of the streams that match). */
export function readLabelForm(variable: JsonObject): VariableForm {
  const query = asObject(variable['query']);
  if (isLabelForm(query)) {
    return num(query, 'type') === 0
      ? { kind: 'label_names', label: '', match: '' }
      : { kind: 'label_values', label: text(query, 'label'), match: text(query, 'stream') };
  }
  const form = readPrometheusForm(writtenOf(variable));
  return form.kind === 'label_names' || form.kind === 'label_values' ? form : { ...form, kind: 'label_values' };
}

/** As JSON where it was JSON or is new, as text where it was text. */
export function writeLabelForm(variable: JsonObject, form: VariableForm): JsonObject {
  const before = variable['query'];
  const written =
    form.kind === 'label_names' ? 'label_names()' : writePrometheusForm({ ...form, kind: 'label_values' });
  if (typeof before === 'string' && before !== '') return { ...variable, query: written, definition: written };
  const { query: _, ...kept } = asObject(before);
  const query: JsonObject = {
    refId: 'VariableQuery',
    ...kept,
    type: form.kind === 'label_names' ? 0 : 1,
    label: form.kind === 'label_names' ? '' : form.label,
    stream: form.kind === 'label_names' ? '' : form.match,
  };
  return { ...variable, query, definition: written };
}

/** The text of a query, also where it stands inside of an object. */
export const writtenOf = (variable: JsonObject): string =>
  isObject(variable['query']) ? text(variable['query'], 'query') : text(variable, 'query');

export interface TermsForm {
  find: 'terms' | 'fields';
  field: string;
  query: string;
}

/** Elasticsearch: `{"find": "terms", "field": "host", "query": "*"}` as a text; null for a text of another kind. */
export function readTermsForm(written: string): TermsForm | null {
  if (written.trim() === '') return { find: 'terms', field: '', query: '' };
  try {
    const parsed: unknown = JSON.parse(written);
    if (!isObject(parsed)) return null;
    return {
      find: text(parsed, 'find') === 'fields' ? 'fields' : 'terms',
      field: text(parsed, 'field'),
      query: text(parsed, 'query'),
    };
  } catch {
    return null;
  }
}

export function writeTermsForm(written: string, form: TermsForm): string {
  let before: unknown = {};
  try {
    before = JSON.parse(written || '{}');
  } catch {
    // The text was no JSON; the form makes it one.
  }
  const kept = isObject(before) ? before : {};
  const terms = form.find === 'terms' ? { field: form.field, ...(form.query ? { query: form.query } : {}) } : {};
  return JSON.stringify({ ...kept, find: form.find, ...terms });
}

/** Ad hoc filters of the file, and the value that the bar works with: "key|op|value". */
export interface FilterForm {
  key: string;
  operator: string;
  value: string;
}

export const filterOperators = ['=', '!=', '=~', '!~'] as const;

export function readFilters(variable: JsonObject): FilterForm[] {
  return objects(variable['filters']).map((one) => ({
    key: text(one, 'key'),
    operator: text(one, 'operator', '='),
    value: text(one, 'value'),
  }));
}

export function withFilters(variable: JsonObject, filters: readonly FilterForm[]): JsonObject {
  const olds = objects(variable['filters']);
  return { ...variable, filters: filters.map((one, i) => ({ ...olds[i], ...one })) };
}

/** What a form does not show of a filter goes with it, and not to the next. */
export const withoutFilter = (variable: JsonObject, index: number): JsonObject => ({
  ...variable,
  filters: without(objects(variable['filters']), index),
});
