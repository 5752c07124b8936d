// SPDX-License-Identifier: Apache-2.0
// The variables of a dashboard: reading them, their options without asking a server, and what a
// query's answer becomes (regex, sorting).
import { familyOf, readRef, type KnownSource } from './datasource_ref';
import { asObject, flag, isObject, num, numberOr, objects, text, type Json, type JsonObject } from './json';
import { allValue, type Variable, type VariableOption, type VariableType, type VariableValue } from './types';

const hides = ['no', 'label', 'variable'] as const;

function toText(value: Json | undefined): string {
  return typeof value === 'string'
    ? value
    : typeof value === 'number' || typeof value === 'boolean'
      ? String(value)
      : '';
}

/** Ad hoc filters as links carry them: "key|operator|value". */
const filtersOf = (given: JsonObject): VariableValue =>
  objects(given['filters']).map((one) => `${text(one, 'key')}|${text(one, 'operator', '=')}|${text(one, 'value')}`);

function currentOf(given: JsonObject): VariableValue {
  if (text(given, 'type') === 'adhoc' && given['filters'] !== undefined) return filtersOf(given);
  const value = asObject(given['current'])['value'];
  const list = Array.isArray(value) ? value.map(toText) : value === undefined || value === null ? [] : [toText(value)];
  return list.filter((one) => one !== '' || text(given, 'type') === 'textbox');
}

/** Options of a custom variable: "a,b : 2,c\,d". */
export function customOptions(query: string): VariableOption[] {
  return query
    .split(/(?<!\\),/)
    .map((part) => part.trim().replaceAll('\\,', ','))
    .filter((part) => part !== '')
    .map((part) => {
      const match = /^(.+?)\s:\s(.+)$/.exec(part);
      return match ? { text: (match[1] ?? '').trim(), value: (match[2] ?? '').trim() } : { text: part, value: part };
    });
}

export const autoInterval = '$__auto_interval_';

function intervalOptions(query: string): VariableOption[] {
  return customOptions(query.replaceAll(/"([^"]*)"/g, '$1'));
}

export function readVariable(given: JsonObject): Variable {
  const type = text(given, 'type', 'query') as VariableType;
  const query = isObject(given['query']) ? given['query'] : null;
  const written = query ? text(query, 'query') || text(query, 'expr') : text(given, 'query');
  const definition = written || text(given, 'definition');
  const variable: Variable = {
    name: text(given, 'name'),
    label: text(given, 'label'),
    description: text(given, 'description'),
    type,
    hide: hides[num(given, 'hide')] ?? 'no',
    datasource: readRef(given['datasource']),
    query: definition,
    rawQuery: query ?? {},
    regex: text(given, 'regex'),
    sort: num(given, 'sort'),
    refresh: numberOr(given['refresh'], given['refresh'] === true ? 1 : 0),
    isMulti: flag(given, 'multi'),
    includeAll: flag(given, 'includeAll'),
    allValue: text(given, 'allValue'),
    isAuto: flag(given, 'auto'),
    autoCount: num(given, 'auto_count', 30),
    autoMin: text(given, 'auto_min', '10s'),
    options: objects(given['options'])
      .map((one) => ({ text: toText(one['text']), value: toText(one['value']) }))
      .filter((one) => one.value !== allValue),
    current: currentOf(given),
    raw: given,
  };
  return { ...variable, options: fixedOptions(variable) ?? variable.options };
}

/** Options that need no query; null for those that do. */
export function fixedOptions(variable: Variable): VariableOption[] | null {
  switch (variable.type) {
    case 'custom':
      return customOptions(variable.query);
    case 'interval': {
      const list = intervalOptions(variable.query);
      return variable.isAuto ? [{ text: 'auto', value: autoInterval + variable.name }, ...list] : list;
    }
    case 'constant':
    case 'textbox':
      return [{ text: variable.query, value: variable.query }];
    case 'switch': {
      const on = text(variable.raw, 'enabledValue', 'true');
      const off = text(variable.raw, 'disabledValue', 'false');
      return [on, off].map((value) => ({ text: value, value }));
    }
    default:
      return null;
  }
}

export function datasourceOptions(variable: Variable, sources: readonly KnownSource[]): VariableOption[] {
  const pattern = regexOf(variable.regex);
  return sources
    .filter((one) => familyOf(one.type) === familyOf(variable.query) && (!pattern || pattern.test(one.name)))
    .sort((a, b) => Number(b.isDefault) - Number(a.isDefault))
    .map((one) => ({ text: one.name, value: one.uid }));
}

/** "/…/flags" or a bare pattern; null if it is empty or none that the browser knows. */
export function regexOf(written: string): RegExp | null {
  if (written === '') return null;
  const match = /^\/(.*)\/([gimsuy]*)$/s.exec(written);
  try {
    return new RegExp(match ? (match[1] ?? '') : written, (match?.[2] ?? '').replace('g', ''));
  } catch {
    return null;
  }
}

/** The regex keeps what matches; its first group, or its groups `text` and `value`, is what is taken. */
export function applyRegex(values: readonly string[], written: string): VariableOption[] {
  const pattern = regexOf(written);
  const out: VariableOption[] = [];
  for (const value of values) {
    if (!pattern) {
      out.push({ text: value, value });
      continue;
    }
    const match = pattern.exec(value);
    if (!match) continue;
    const groups = match.groups ?? {};
    const taken = groups['value'] ?? groups['text'] ?? match[1] ?? value;
    out.push({ text: groups['text'] ?? groups['value'] ?? taken, value: taken });
  }
  const seen = new Set<string>();
  return out.filter((one) => !seen.has(one.value) && seen.add(one.value));
}

const numberIn = (value: string): number => Number(/-?\d+(\.\d+)?/.exec(value)?.[0] ?? Infinity);

export function sortOptions(options: readonly VariableOption[], sort: number): VariableOption[] {
  if (sort < 1 || sort > 8) return [...options];
  const isDown = sort % 2 === 0;
  const plain = (a: string, b: string): number => (a < b ? -1 : a > b ? 1 : 0);
  const compare = (a: VariableOption, b: VariableOption): number => {
    if (sort <= 2) return plain(a.text, b.text);
    if (sort <= 4) return numberIn(a.text) - numberIn(b.text) || plain(a.text, b.text);
    if (sort <= 6) return plain(a.text.toLowerCase(), b.text.toLowerCase());
    return a.text.localeCompare(b.text, 'en', { numeric: true });
  };
  return [...options].sort((a, b) => (isDown ? compare(b, a) : compare(a, b)));
}

/** The value after new options came: kept where it still exists, else the first option. */
export function chooseValue(
  variable: Variable,
  wanted: VariableValue,
  options: readonly VariableOption[],
): VariableValue {
  if (variable.type === 'textbox') return wanted.length > 0 ? [wanted[0] ?? ''] : [variable.query];
  if (variable.type === 'constant') return [variable.query];
  if (variable.type === 'adhoc' || variable.type === 'groupby') return wanted;
  if (wanted.includes(allValue)) return variable.includeAll ? [allValue] : firstOf(variable, options);
  const known = new Set(options.map((one) => one.value));
  // Links name options by their text as well.
  const byText = new Map(options.map((one) => [one.text, one.value]));
  const kept = wanted
    .map((value) => (known.has(value) ? value : byText.get(value)))
    .filter((value) => value !== undefined);
  if (kept.length > 0) return variable.isMulti ? kept : kept.slice(0, 1);
  if (wanted[0]?.startsWith(autoInterval)) return wanted;
  return firstOf(variable, options);
}

function firstOf(variable: Variable, options: readonly VariableOption[]): VariableValue {
  if (variable.includeAll && (variable.current.length === 0 || variable.current.includes(allValue))) return [allValue];
  const first = options[0];
  if (first) return [first.value];
  return variable.includeAll ? [allValue] : [];
}

/** Names of the variables that a text uses. */
export function usedVariables(written: string): string[] {
  const names = new Set<string>();
  for (const match of written.matchAll(/\$(\w+)|\$\{(\w+)(?:[.:][^}]*)?\}|\[\[(\w+)(?::\w+)?\]\]/g)) {
    names.add(match[1] ?? match[2] ?? match[3] ?? '');
  }
  return [...names];
}

/** For each variable the names of the others that it uses. */
export function usesOf(variables: readonly Variable[]): Map<string, string[]> {
  const names = new Set(variables.map((one) => one.name));
  const uses = (one: Variable): string[] =>
    usedVariables(`${one.query} ${JSON.stringify(one.rawQuery)} ${one.datasource?.uid ?? ''} ${one.regex}`).filter(
      (name) => names.has(name) && name !== one.name,
    );
  return new Map(variables.map((one) => [one.name, uses(one)]));
}

/** Variables in an order in which each stands after those that it uses; cycles keep their order. */
export function loadOrder(variables: readonly Variable[]): Variable[] {
  const uses = usesOf(variables);
  const done = new Set<string>();
  const out: Variable[] = [];
  let rest = [...variables];
  while (rest.length > 0) {
    const ready = rest.filter((one) => uses.get(one.name)?.every((name) => done.has(name)));
    const next = ready.length > 0 ? ready : rest.slice(0, 1);
    out.push(...next);
    next.forEach((one) => done.add(one.name));
    rest = rest.filter((one) => !next.includes(one));
  }
  return out;
}
