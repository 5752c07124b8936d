// SPDX-License-Identifier: Apache-2.0
// Field configuration: the panel's defaults, then each override whose matcher chooses the field.
import { displayName, type Field, type Frame, type Value } from './frame';
import { asObject, clone, isObject, numberOr, text, texts, type Json, type JsonObject } from './json';
import { interpolate, type Scope } from './interpolate';
import { reduceValues } from './reduce';
import type { FieldConfig, Override } from './types';
import { regexOf } from './variable';

const comparisons: Record<string, (a: number, b: number) => boolean> = {
  gt: (a, b) => a > b,
  gte: (a, b) => a >= b,
  lt: (a, b) => a < b,
  lte: (a, b) => a <= b,
  eq: (a, b) => a === b,
  neq: (a, b) => a !== b,
};

function matchesValue(options: JsonObject, one: Field): boolean {
  const reduced = reduceValues(one.values, text(options, 'reducer', 'lastNotNull'));
  const wanted = numberOr(options['value'] as Json, 0);
  const compare = comparisons[text(options, 'op', 'gte')];
  const value = typeof reduced === 'boolean' ? Number(reduced) : reduced;
  return typeof value === 'number' && compare !== undefined && compare(value, wanted);
}

export type Matcher = (one: Field, of: Frame) => boolean;

function regexMatcher(options: unknown, all: readonly Frame[]): Matcher {
  const pattern = regexOf(typeof options === 'string' ? options : text(asObject(options as Json), 'pattern'));
  return (one, of) => pattern !== null && (pattern.test(displayName(one, of, all)) || pattern.test(one.name));
}

function namesMatcher(options: unknown, all: readonly Frame[]): Matcher {
  const object = asObject(options as Json);
  const names = texts(object['names']);
  const isExcluding = text(object, 'mode') === 'exclude';
  return (one, of) => (names.includes(displayName(one, of, all)) || names.includes(one.name)) !== isExcluding;
}

export function matcherOf(matcher: Override['matcher'], all: readonly Frame[]): Matcher {
  const { id, options } = matcher;
  switch (id) {
    case 'byName':
      return (one, of) => one.name === options || displayName(one, of, all) === options;
    case 'byNames':
      return namesMatcher(options, all);
    case 'byRegexp':
      return regexMatcher(options, all);
    case 'byRegexpOrNames': {
      const inNames = namesMatcher(options, all);
      const inPattern = regexMatcher(options, all);
      return (one, of) => inNames(one, of) || inPattern(one, of);
    }
    case 'byType':
      return (one) => one.type === options;
    case 'byTypes':
      return (one) => Array.isArray(options) && options.includes(one.type);
    case 'numeric':
      return (one) => one.type === 'number';
    case 'time':
      return (one) => one.type === 'time';
    case 'byFrameRefID':
      return (_, of) => of.refId === options;
    case 'byValue':
      return (one) => one.type === 'number' && matchesValue(asObject(options as Json), one);
    case 'first':
      return (one, of) => of.fields[0] === one;
    case 'firstTimeField':
      return (one, of) => of.fields.find((f) => f.type === 'time') === one;
    default:
      return () => false;
  }
}

/** "custom.width" goes to config.custom.width. */
export function setProperty(config: JsonObject, id: string, value: Json | undefined): void {
  if (!id.startsWith('custom.')) {
    config[id] = value;
    return;
  }
  if (!isObject(config['custom'])) config['custom'] = {};
  const keys = id.slice('custom.'.length).split('.');
  let here = config['custom'] as JsonObject;
  for (const key of keys.slice(0, -1)) {
    if (!isObject(here[key])) here[key] = {};
    here = here[key] as JsonObject;
  }
  here[keys.at(-1) ?? ''] = value;
}

function labelPaths(one: Field, of: Frame): (path: string) => string | undefined {
  return (path) => {
    const match = /^__(?:field|series)\.(labels\.(.+)|name|displayName)$/.exec(path);
    if (!match) return undefined;
    if (match[2] !== undefined) return one.labels[match[2].replace(/^["[]+|["\]]+$/g, '')] ?? '';
    return one.displayName ?? of.name ?? one.name;
  };
}

/** Frames whose fields carry their whole configuration; display names are interpolated. */
export function applyFieldConfig(frames: readonly Frame[], config: FieldConfig, scope: Scope): Frame[] {
  // Matchers look at names as they are before overrides rename them.
  const named = frames.map((of) => ({
    ...of,
    fields: of.fields.map((one) => ({ ...one, config: { ...clone(withoutNulls(config.defaults)), ...one.config } })),
  }));
  const resolve = (one: Field, of: Frame): Field => {
    const name = one.config['displayName'];
    if (typeof name !== 'string' || !name.includes('$')) return one;
    const shown = interpolate(name, { ...scope, paths: labelPaths(one, of) });
    return { ...one, config: { ...one.config, displayName: shown } };
  };
  const defaulted = named.map((of) => ({ ...of, fields: of.fields.map((one) => resolve(one, of)) }));
  const matchers = config.overrides.map((one) => ({ one, matches: matcherOf(one.matcher, defaulted) }));
  return defaulted.map((of) => ({
    ...of,
    fields: of.fields.map((one) => {
      const chosen = matchers.filter(({ matches }) => matches(one, of));
      if (chosen.length === 0) return one;
      const changed = clone(one.config);
      for (const { one: override } of chosen)
        for (const { id, value } of override.properties) setProperty(changed, id, value as Json);
      return resolve({ ...one, config: changed }, of);
    }),
  }));
}

function withoutNulls(object: JsonObject): JsonObject {
  return Object.fromEntries(Object.entries(object).filter(([, value]) => value !== null));
}

export const customOf = (one: Field): JsonObject => asObject(one.config['custom']);
export const unitOf = (one: Field): string => text(one.config, 'unit');
export const decimalsOf = (one: Field): number | null => numberOr(one.config['decimals'], null);

export function rangeOf(one: Field): { min: number; max: number } {
  const numbers = one.values.filter((value): value is number => typeof value === 'number' && Number.isFinite(value));
  const min = numberOr(one.config['min'], null) ?? (numbers.length > 0 ? Math.min(...numbers) : 0);
  const max = numberOr(one.config['max'], null) ?? (numbers.length > 0 ? Math.max(...numbers) : 100);
  return { min, max: max > min ? max : min + 1 };
}

export const isNumber = (value: Value | undefined): value is number => typeof value === 'number';
