// SPDX-License-Identifier: Apache-2.0
// Overrides of a panel's JSON: which fields one chooses, and what it sets there. Members that are not
// known here stay where they are.
import { applyFieldConfig, matcherOf } from '../field_config';
import { displayName, type Frame } from '../frame';
import type { Scope } from '../interpolate';
import {
  asList,
  asObject,
  at,
  clone,
  isObject,
  objects,
  text,
  withMember,
  withValue,
  type Json,
  type JsonObject,
} from '../json';
import type { Panel } from '../types';
import { inserted, replaced, without } from '@/base/lists';

export interface MatcherKind {
  id: string;
  name: string;
  help: string;
  initial: Json;
}

export const matcherKinds: readonly MatcherKind[] = [
  { id: 'byName', name: 'Field with name', help: 'One field, by the name it is shown with', initial: '' },
  { id: 'byRegexp', name: 'Fields with name matching', help: 'By a regular expression of their names', initial: '' },
  { id: 'byType', name: 'Fields of type', help: 'All times, numbers, texts or truth values', initial: 'number' },
  { id: 'byFrameRefID', name: 'Fields of query', help: 'Everything that one query returns', initial: 'A' },
  {
    id: 'byValue',
    name: 'Fields with value',
    help: 'By the last, largest, … value of the field',
    initial: { reducer: 'lastNotNull', op: 'gte', value: 0 },
  },
  {
    id: 'byNames',
    name: 'Fields with names',
    help: 'Several fields, by the names they are shown with',
    initial: { mode: 'include', names: [] },
  },
];

/** Of dashboards that others wrote: named, their options stay as JSON. */
const otherKinds: Record<string, string> = {
  byRegexpOrNames: 'Fields with names or matching',
  byTypes: 'Fields of types',
  numeric: 'All numbers',
  time: 'All times',
  first: 'The first field',
  firstTimeField: 'The first time field',
};

export const matcherName = (id: string): string =>
  matcherKinds.find((one) => one.id === id)?.name ?? otherKinds[id] ?? `Chosen by “${id}”`;

export const fieldTypes: readonly { value: string; name: string }[] = [
  { value: 'number', name: 'Number' },
  { value: 'string', name: 'Text' },
  { value: 'time', name: 'Time' },
  { value: 'boolean', name: 'True or false' },
  { value: 'other', name: 'Other' },
];

export const valueTests: readonly { value: string; name: string }[] = [
  { value: 'gte', name: '≥' },
  { value: 'gt', name: '>' },
  { value: 'lte', name: '≤' },
  { value: 'lt', name: '<' },
  { value: 'eq', name: '=' },
  { value: 'neq', name: '≠' },
];

export const overridesOf = (raw: JsonObject): Json[] => asList(at(raw, 'fieldConfig.overrides'));

export const withOverrides = (raw: JsonObject, list: Json[]): JsonObject =>
  withValue(raw, 'fieldConfig.overrides', list);

const initialOptions = (matcher: string): Json => clone(matcherKinds.find((one) => one.id === matcher)?.initial ?? '');

export const newOverride = (matcher: string): JsonObject => ({
  matcher: { id: matcher, options: initialOptions(matcher) },
  properties: [],
});

export const matcherIn = (override: JsonObject): JsonObject => asObject(override['matcher']);
export const propertiesIn = (override: JsonObject): JsonObject[] => objects(override['properties']);

export const withMatcherKind = (override: JsonObject, id: string): JsonObject => ({
  ...override,
  matcher: { ...matcherIn(override), id, options: initialOptions(id) },
});

export const withMatcherOptions = (override: JsonObject, options: Json): JsonObject => ({
  ...override,
  matcher: { ...matcherIn(override), options },
});

export const withProperty = (override: JsonObject, id: string, value: Json): JsonObject => ({
  ...override,
  properties: inserted(propertiesIn(override), propertiesIn(override).length, { id, value }),
});

export function withPropertyValue(override: JsonObject, index: number, value: Json | undefined): JsonObject {
  const list = propertiesIn(override);
  return { ...override, properties: replaced(list, index, withMember(list[index] ?? {}, 'value', value)) };
}

export const withoutProperty = (override: JsonObject, index: number): JsonObject => ({
  ...override,
  properties: without(propertiesIn(override), index),
});

export interface KnownField {
  name: string;
  type: string;
}

/** Every name once, as matchers see them: before overrides rename anything. */
export function fieldsOf(frames: readonly Frame[]): KnownField[] {
  const known = new Map<string, KnownField>();
  for (const of of frames) {
    for (const one of of.fields) {
      const name = displayName(one, of, frames);
      if (!known.has(name)) known.set(name, { name, type: one.type });
    }
  }
  return [...known.values()];
}

/** Frames with the panel's defaults and without its overrides. */
export const plainFrames = (frames: readonly Frame[], panel: Panel, scope: Scope): Frame[] =>
  applyFieldConfig(frames, { defaults: panel.fieldConfig.defaults, overrides: [] }, scope);

/** The names of the fields that the matcher chooses. */
export function chosenFields(matcher: JsonObject, frames: readonly Frame[]): string[] {
  const matches = matcherOf({ id: text(matcher, 'id'), options: matcher['options'] }, frames);
  const names = frames.flatMap((of) =>
    of.fields.filter((one) => matches(one, of)).map((one) => displayName(one, of, frames)),
  );
  return [...new Set(names)];
}

/** What the matcher says, in a few words. */
export function matcherText(matcher: JsonObject): string {
  const options = matcher['options'];
  const id = text(matcher, 'id');
  if (id === 'byType') return fieldTypes.find((one) => one.value === options)?.name ?? String(options ?? '');
  if (typeof options === 'string') return options;
  if (!isObject(options)) return Array.isArray(options) ? options.join(', ') : '';
  if (Array.isArray(options['names'])) return options['names'].join(', ');
  const test = valueTests.find((one) => one.value === options['op'])?.name;
  if (test) return `${text(options, 'reducer')} ${test} ${text(options, 'value')}`;
  return text(options, 'pattern');
}
