// SPDX-License-Identifier: Apache-2.0
// Transformations of a panel's JSON as they are edited. Members and options that are not known here stay.
import { displayName, type Frame } from '../frame';
import {
  asList,
  asObject,
  at,
  clone,
  flag,
  objects,
  text,
  texts,
  withMember,
  type Json,
  type JsonObject,
} from '../json';
import { calculationName, calculationNames } from '../reduce';
import type { FieldType } from '../frame';
import { same } from './override_properties';
import { transformSpec, type OptionSpec } from './transform_catalog';

export const transformationsOf = (raw: JsonObject): Json[] => asList(raw['transformations']);

export const newTransformation = (id: string): JsonObject => ({
  id,
  options: clone(transformSpec(id)?.initial ?? {}),
});

export const optionsIn = (one: JsonObject): JsonObject => asObject(one['options']);

export const withDisabled = (one: JsonObject, isDisabled: boolean): JsonObject =>
  withMember(one, 'disabled', isDisabled || undefined);

/** The queries it is for; none are all. */
export function refIdsOf(one: JsonObject): string[] {
  const written = text(asObject(one['filter']), 'options');
  const several = /^\/\^\(\?:(.*)\)\$\/$/.exec(written)?.[1];
  return written === '' ? [] : (several?.split('|') ?? [written]);
}

export function withRefIds(one: JsonObject, refIds: readonly string[]): JsonObject {
  if (refIds.length === 0) return withMember(one, 'filter', undefined);
  const options = refIds.length === 1 ? (refIds[0] ?? '') : `/^(?:${refIds.join('|')})$/`;
  return { ...one, filter: { ...asObject(one['filter']), id: 'byRefId', options } };
}

/** The options that matter for what the others say. */
export const shownOptions = (specs: readonly OptionSpec[], options: JsonObject): OptionSpec[] =>
  specs.filter(({ when }) => !when || when.is.some((one) => same(one, at(options, when.path) ?? when.fallback)));

/** A field or a number of a calculation, in each form that dashboards have. */
export function operandText(value: Json | undefined): string {
  if (typeof value === 'string') return value;
  const side = asObject(value);
  return text(asObject(side['matcher']), 'options') || text(side, 'fixed');
}

export const operandOf = (written: string): Json =>
  written.trim() !== '' && Number.isFinite(Number(written))
    ? { fixed: written }
    : { matcher: { id: 'byName', options: written } };

export interface OrganizedColumn {
  name: string;
  rename: string;
  isShown: boolean;
  /** False for one that only the options name. */
  isThere: boolean;
}

const isIncluding = (options: JsonObject): boolean =>
  Object.values(asObject(options['includeByName'])).some((value) => value === true);

/** Columns in the order that "organize" gives them. */
export function organizedColumns(options: JsonObject, names: readonly string[]): OrganizedColumn[] {
  const order = asObject(options['indexByName']);
  const renamed = asObject(options['renameByName']);
  const excluded = asObject(options['excludeByName']);
  const included = asObject(options['includeByName']);
  const other = [order, renamed, excluded, included].flatMap((map) => Object.keys(map));
  const all = [...new Set([...names, ...other])];
  const place = (name: string): number => {
    const index = order[name];
    return typeof index === 'number' ? index : Infinity;
  };
  return all
    .map((name) => ({
      name,
      rename: text(renamed, name),
      isShown: excluded[name] !== true && (!isIncluding(options) || included[name] === true),
      isThere: names.includes(name),
    }))
    .sort((a, b) => (place(a.name) === place(b.name) ? 0 : place(a.name) - place(b.name)));
}

const withKey = (options: JsonObject, map: string, key: string, value: Json | undefined): JsonObject => ({
  ...options,
  [map]: withMember(asObject(options[map]), key, value),
});

export const withShown = (options: JsonObject, name: string, isShown: boolean): JsonObject =>
  isIncluding(options)
    ? withKey(options, 'includeByName', name, isShown)
    : withKey(options, 'excludeByName', name, isShown ? undefined : true);

export const withRename = (options: JsonObject, name: string, rename: string): JsonObject =>
  withKey(options, 'renameByName', name, rename === '' ? undefined : rename);

export const withOrder = (options: JsonObject, names: readonly string[]): JsonObject => ({
  ...options,
  indexByName: Object.fromEntries(names.map((name, index) => [name, index])),
});

/** What "group by" does with a field. */
export function groupRule(options: JsonObject, name: string): { operation: string; calcs: string[] } {
  const rule = asObject(asObject(options['fields'])[name]);
  return { operation: text(rule, 'operation'), calcs: texts(rule['aggregations']) };
}

export function withGroupRule(options: JsonObject, name: string, change: JsonObject): JsonObject {
  const rule = { aggregations: [], operation: null, ...asObject(asObject(options['fields'])[name]), ...change };
  return withKey(options, 'fields', name, rule['operation'] === null ? undefined : rule);
}

export interface StepColumn {
  name: string;
  type: FieldType;
  /** Not there before the step. */
  isNew: boolean;
}

/** The names and types of a table, and which of them a step made. */
export function columnsOf(of: Frame, all: readonly Frame[], before: readonly Frame[] | null): StepColumn[] {
  const known = new Set((before ?? []).flatMap((one) => one.fields.map((f) => displayName(f, one, before ?? []))));
  return of.fields.map((one) => {
    const name = displayName(one, of, all);
    return { name, type: one.type, isNew: before !== null && !known.has(name) };
  });
}

export const labelsOf = (frames: readonly Frame[]): string[] => [
  ...new Set(frames.flatMap((of) => of.fields.flatMap((one) => Object.keys(one.labels)))),
];

const percentiles = ['p1', 'p5', 'p10', 'p25', 'p50', 'p75', 'p90', 'p95', 'p99'];
export const calculations: readonly { value: string; name: string }[] = [
  ...Object.keys(calculationNames),
  ...percentiles,
].map((value) => ({ value, name: calculationName(value) }));

const counted = (count: number, what: string): string[] => (count > 0 ? [`${count} ${what}`] : []);
const joined = (parts: readonly string[]): string => parts.filter((part) => part !== '').join(', ');
const trues = (value: Json | undefined): number => Object.values(asObject(value)).filter((one) => one === true).length;
const calcNames = (value: Json | undefined): string => texts(value).map(calculationName).join(', ');

function calculationText(options: JsonObject): string {
  const mode = text(options, 'mode', 'reduceRow');
  const of = (part: string): JsonObject => asObject(options[part]);
  const binary = of('binary');
  const written: Record<string, string> = {
    reduceRow: `${calculationName(text(of('reduce'), 'reducer', 'sum'))} of ${texts(of('reduce')['include']).join(', ') || 'the row'}`,
    binary: `${operandText(binary['left'])} ${text(binary, 'operator', '+')} ${operandText(binary['right'])}`,
    unary: `${text(of('unary'), 'operator', 'abs')}(${text(of('unary'), 'fieldName')})`,
    cumulativeFunctions: `running ${text(of('cumulative'), 'reducer', 'sum')} of ${text(of('cumulative'), 'field')}`,
    windowFunctions: `moving ${text(of('window'), 'reducer', 'mean')} of ${text(of('window'), 'field')}`,
    index: 'number of the row',
  };
  const alias = text(options, 'alias');
  return `${alias ? `${alias} = ` : ''}${written[mode] ?? mode}`;
}

function groupText(options: JsonObject): string {
  const fields = Object.keys(asObject(options['fields']));
  const by = fields.filter((name) => groupRule(options, name).operation === 'groupby');
  const calculated = fields.filter((name) => groupRule(options, name).operation === 'aggregate');
  const calcs = calculated.map((name) => `${calcNames(groupRule(options, name).calcs)} of ${name}`);
  return joined([by.length > 0 ? `by ${by.join(', ')}` : '', ...calcs]);
}

const summaries: Record<string, (options: JsonObject) => string> = {
  organize: (o) =>
    joined([
      ...counted(trues(o['excludeByName']), 'hidden'),
      ...counted(Object.keys(asObject(o['renameByName'])).length, 'renamed'),
    ]),
  filterFieldsByName: (o) =>
    joined([
      ...texts(asObject(o['include'])['names']),
      text(asObject(o['include']), 'pattern'),
      ...texts(asObject(o['exclude'])['names']).map((name) => `not ${name}`),
    ]),
  filterByRefId: (o) => text(o, 'include').split('|').join(', '),
  filterByValue: (o) =>
    joined(objects(o['filters']).map((one) => `${text(one, 'fieldName')} ${text(asObject(one['config']), 'id')}`)),
  sortBy: (o) => {
    const [first = {}] = objects(o['sort']);
    return text(first, 'field') && `${text(first, 'field')}, ${flag(first, 'desc') ? 'largest' : 'smallest'} first`;
  },
  limit: (o) => `${text(o, 'limitField', '10')} rows`,
  renameByRegex: (o) => `${text(o, 'regex')} → ${text(o, 'renamePattern')}`,
  joinByField: (o) => joined([text(o, 'byField'), text(o, 'mode')]),
  calculateField: calculationText,
  reduce: (o) => calcNames(o['reducers']),
  groupBy: groupText,
  groupingToMatrix: (o) => `${text(o, 'rowField', 'Time')} × ${text(o, 'columnField', 'Time')}`,
  labelsToFields: (o) => joined(texts(o['keepLabels'])),
  partitionByValues: (o) => joined(texts(o['fields'])),
  convertFieldType: (o) =>
    joined(objects(o['conversions']).map((one) => `${text(one, 'targetField')} → ${text(one, 'destinationType')}`)),
  extractFields: (o) => joined([text(o, 'source'), text(o, 'format')]),
  formatTime: (o) => joined([text(o, 'timeField', 'Time'), text(o, 'outputFormat')]),
};

/** What a step does, in a few words. */
export function transformationText(one: JsonObject): string {
  const id = text(one, 'id');
  const spec = transformSpec(id);
  const only = refIdsOf(one);
  const summary = spec ? (summaries[spec.id]?.(optionsIn(one)) ?? '') : 'not known here: the data passes as it is';
  return joined([summary, only.length > 0 ? `only ${only.join(', ')}` : '']);
}
