// SPDX-License-Identifier: Apache-2.0
// Making and changing variables as JSON: what a new one holds, which names are right, and the members that
// go together (a query and its definition, the options of a list and the value that is chosen at first).
import { freeName } from './edit_list';
import { asObject, isObject, num, text, withMember, type Json, type JsonObject } from './json';
import { allValue, type VariableOption, type VariableType } from './types';
import { fixedOptions, readVariable, regexOf } from './variable';

export const variableKinds: readonly { type: VariableType; title: string; what: string }[] = [
  { type: 'query', title: 'Query', what: 'values that a data source knows' },
  { type: 'custom', title: 'List', what: 'values written here' },
  { type: 'textbox', title: 'Text', what: 'anything typed in' },
  { type: 'constant', title: 'Constant', what: 'a value that nobody sees' },
  { type: 'interval', title: 'Interval', what: 'lengths of time, for windows and steps' },
  { type: 'datasource', title: 'Data source', what: 'one of the sources of a type' },
  { type: 'adhoc', title: 'Filters', what: 'conditions added to every query' },
  { type: 'switch', title: 'Switch', what: 'one of two values' },
];

export const kindTitle = (type: string): string => variableKinds.find((one) => one.type === type)?.title ?? type;

const reserved = /^__/;

/** What is wrong with a name beside the names of the other variables; null if nothing is. */
export function nameProblem(name: string, others: readonly string[]): string | null {
  if (name === '') return 'A variable needs a name.';
  if (!/^\w+$/.test(name)) return 'A name has letters, digits and _ only, because queries write it as $name.';
  if (/^\d+$/.test(name)) return 'A name of digits would take the place of $1 in patterns.';
  if (reserved.test(name)) return 'Names that begin with __ belong to Signalbox.';
  return others.includes(name) ? `Another variable is called ${name}.` : null;
}

const ownMembers: Partial<Record<VariableType, JsonObject>> = {
  query: { query: '', definition: '', regex: '', sort: 1, refresh: 1, multi: false, includeAll: false },
  custom: { query: '', multi: false, includeAll: false },
  textbox: { query: '' },
  constant: { query: '', hide: 2 },
  interval: { query: '1m,5m,15m,1h,6h,1d', auto: true, auto_count: 30, auto_min: '10s', refresh: 2 },
  datasource: { query: 'prometheus', regex: '', refresh: 1, multi: false, includeAll: false },
  adhoc: { filters: [] },
  switch: { enabledValue: 'true', disabledValue: 'false' },
};

export function newVariable(type: VariableType, taken: readonly string[], name: string = type): JsonObject {
  const made: JsonObject = { name: freeName(name, taken), label: '', type, hide: 0, ...ownMembers[type] };
  return settled(type === 'adhoc' ? made : { ...made, options: [], current: {} });
}

export function duplicated(variable: JsonObject, taken: readonly string[]): JsonObject {
  return { ...variable, name: freeName(`copy_of_${text(variable, 'name')}`, taken) };
}

/** Of another kind: what only the old kind means goes, the rest stays. */
export function withType(variable: JsonObject, type: VariableType): JsonObject {
  const old = ownMembers[text(variable, 'type') as VariableType] ?? {};
  const kept = Object.entries(variable).filter(
    ([key]) => key === 'hide' || !(key in old || ['options', 'current', 'datasource', 'allValue'].includes(key)),
  );
  const own = Object.entries(ownMembers[type] ?? {}).filter(([key]) => key !== 'hide');
  const made: JsonObject = { ...Object.fromEntries(kept), type, ...Object.fromEntries(own) };
  return settled(type === 'adhoc' ? made : { ...made, options: [], current: {} });
}

const optionJson = (option: VariableOption, chosen: readonly string[]): JsonObject => ({
  text: option.text,
  value: option.value,
  selected: chosen.includes(option.value),
});

/** Options and first value of the kinds that need no query, as they follow from what is written. */
export function settled(variable: JsonObject): JsonObject {
  const read = readVariable(variable);
  const options = fixedOptions(read);
  if (options === null) return variable;
  if (read.type === 'constant' || read.type === 'textbox') {
    const [only = { text: '', value: '' }] = options;
    return { ...variable, current: { ...only }, options: [{ ...only, selected: true }] };
  }
  const all = read.includeAll ? [{ text: 'All', value: allValue }] : [];
  const kept = read.current.filter((value) => [...all, ...options].some((one) => one.value === value));
  const chosen = kept.length > 0 ? kept : options.slice(0, 1).map((one) => one.value);
  const withCurrent = withChoice(variable, chosen, options);
  return read.type === 'switch'
    ? withCurrent
    : { ...withCurrent, options: [...all, ...options].map((one) => optionJson(one, chosen)) };
}

/** The value that the dashboard opens with. */
export function withChoice(
  variable: JsonObject,
  values: readonly string[],
  options: readonly VariableOption[],
): JsonObject {
  const textOf = (value: string): string =>
    value === allValue ? 'All' : (options.find((one) => one.value === value)?.text ?? value);
  const before = asObject(variable['current']);
  if (values.length === 0) return { ...variable, current: {} };
  const isList = variable['multi'] === true;
  const current = isList
    ? { text: values.map(textOf), value: [...values] }
    : { text: textOf(values[0] ?? ''), value: values[0] ?? '' };
  return { ...variable, current: { ...before, ...current } };
}

/** Several values at once, or one: the first value is written as a list or as a text. */
export function withMulti(variable: JsonObject, isMulti: boolean): JsonObject {
  const read = readVariable(variable);
  const next = { ...variable, multi: isMulti };
  const chosen = isMulti ? read.current : read.current.slice(0, 1);
  const known = chosen.map((value) => ({ text: textOfValue(variable, value), value }));
  return chosen.length === 0 ? next : withChoice(next, chosen, known);
}

function textOfValue(variable: JsonObject, value: string): string {
  const { text: texts, value: values } = asObject(variable['current']);
  const at = Array.isArray(values) ? values.indexOf(value) : 0;
  const found = Array.isArray(texts) ? texts[at] : texts;
  return typeof found === 'string' && found !== '' ? found : value;
}

/** "All" among the values; taken away it cannot be the first value any more. */
export function withAll(variable: JsonObject, includeAll: boolean): JsonObject {
  const next = { ...variable, includeAll };
  const loses = !includeAll && readVariable(variable).current.includes(allValue);
  return settled(loses ? { ...next, current: {} } : next);
}

/** The written query of a query variable, in the form in which it was written before. */
export function withQuery(variable: JsonObject, written: string): JsonObject {
  const before = variable['query'];
  return { ...variable, query: isObject(before) ? { ...before, query: written } : written, definition: written };
}

export const withText = (variable: JsonObject, written: string): JsonObject => settled({ ...variable, query: written });

/** Another data source: what was asked of the old one stays only where both speak the same language. */
export function withSource(variable: JsonObject, ref: Json | undefined, isSameLanguage: boolean): JsonObject {
  const next = withMember(variable, 'datasource', ref);
  return isSameLanguage ? next : { ...next, query: '', definition: '', current: {}, options: [] };
}

export function regexProblem(written: string): string | null {
  return written !== '' && regexOf(written) === null
    ? 'This is no regular expression that a browser understands.'
    : null;
}

/** What a variable is made of, in one line for the list. */
export function definitionOf(variable: JsonObject): string {
  const read = readVariable(variable);
  switch (read.type) {
    case 'datasource':
      return `${read.query}${read.regex ? ` matching ${read.regex}` : ''}`;
    case 'adhoc':
      return read.datasource?.uid || 'every query';
    case 'switch':
      return `${text(variable, 'enabledValue', 'true')} or ${text(variable, 'disabledValue', 'false')}`;
    case 'interval':
      return read.isAuto ? `auto, ${read.query}` : read.query;
    default:
      return read.query || text(variable, 'definition') || describeQuery(read.rawQuery);
  }
}

function describeQuery(query: JsonObject): string {
  const label = text(query, 'label');
  if (label !== '') return `values of ${label}${text(query, 'stream') ? ` in ${text(query, 'stream')}` : ''}`;
  return query['type'] !== undefined && num(query, 'type') === 0 ? 'names of labels' : '';
}
