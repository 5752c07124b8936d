// SPDX-License-Identifier: Apache-2.0
// Where a dashboard's JSON uses a variable, and the JSON with a variable called otherwise.
import { replaced } from '@/base/lists';
import { listOf, withList } from './edit_list';
import { escapeRegex } from './interpolate';
import { isObject, mapTexts, objects, text, type Json, type JsonObject } from './json';
import { autoInterval, usedVariables } from './variable';

export type UseKind = 'panel' | 'row' | 'variable' | 'annotation' | 'link' | 'dashboard';

export interface Use {
  kind: UseKind;
  /** The title of the panel, the name of the variable, … */
  name: string;
  /** How many times it stands there. */
  count: number;
}

const referenceTo = (name: string): RegExp => {
  const escaped = escapeRegex(name);
  return new RegExp(`(\\$)${escaped}(?!\\w)|(\\$\\{)${escaped}(?=[}.:])|(\\[\\[)${escaped}(?=[\\]:])`, 'g');
};

type Counts = ReadonlyMap<string, number>;

const anyReference = /\$(\w+)|\$\{(\w+)(?=[}.:])|\[\[(\w+)(?=[\]:])/g;

function countInto(counts: Map<string, number>, value: Json | undefined, skipped = ''): void {
  const add = (name: string): unknown => counts.set(name, (counts.get(name) ?? 0) + 1);
  if (typeof value === 'string') {
    if (!value.includes('$') && !value.includes('[[')) return;
    for (const match of value.matchAll(anyReference)) add(match[1] ?? match[2] ?? match[3] ?? '');
  } else if (Array.isArray(value)) {
    for (const one of value) countInto(counts, one);
  } else if (isObject(value)) {
    for (const [key, one] of Object.entries(value)) {
      if (key === 'repeat' && typeof one === 'string' && one !== '') add(one);
      if (key !== skipped) countInto(counts, one);
    }
  }
}

/** Kept for as long as the JSON lives: with every key that is typed all but one of the parts are as they were. */
const counted = new WeakMap<JsonObject, Counts>();

/** How often each name stands in a part, without the panels inside of it. */
function countsOf(json: JsonObject): Counts {
  const known = counted.get(json);
  if (known) return known;
  const counts = new Map<string, number>();
  countInto(counts, json, 'panels');
  counted.set(json, counts);
  return counts;
}

interface Part {
  kind: UseKind;
  name: string;
  json: JsonObject;
}

const isRow = (panel: JsonObject): boolean => text(panel, 'type') === 'row';

/** Panels and rows of every age, each before the panels inside of it. */
function panelParts(raw: JsonObject): Part[] {
  const rows = objects(raw['rows']);
  return [...objects(raw['panels']), ...rows].flatMap((panel): Part[] => [
    { kind: isRow(panel) || rows.includes(panel) ? 'row' : 'panel', name: text(panel, 'title'), json: panel },
    ...objects(panel['panels']).map((one): Part => ({ kind: 'panel', name: text(one, 'title'), json: one })),
  ]);
}

function partsOf(raw: JsonObject): Part[] {
  const listed = (kind: UseKind, list: JsonObject[], key: string): Part[] =>
    list.map((json) => ({ kind, name: text(json, key), json }));
  return [
    ...panelParts(raw),
    ...listed('variable', listOf(raw, 'templating'), 'name'),
    ...listed('annotation', listOf(raw, 'annotations'), 'name'),
    ...listed('link', listOf(raw, 'links'), 'title'),
    { kind: 'dashboard', name: '', json: { title: raw['title'], description: raw['description'] } },
  ];
}

/** For each variable where it is used, by its place in the list; a variable does not use itself. */
export function usesOfVariables(raw: JsonObject): Use[][] {
  const parts = partsOf(raw);
  return listOf(raw, 'templating').map((variable) => {
    const name = text(variable, 'name');
    return parts
      .filter((part) => part.json !== variable)
      .map(({ kind, name: title, json }) => ({ kind, name: title, count: countsOf(json).get(name) ?? 0 }))
      .filter((use) => use.count > 0);
  });
}

/** Ad hoc filters reach every panel without being named. */
export const appliesEverywhere = (variable: JsonObject): boolean => text(variable, 'type') === 'adhoc';

/** Panels of the library may use variables that nobody sees here. */
export const hasLibraryPanels = (raw: JsonObject): boolean =>
  panelParts(raw).some((part) => isObject(part.json['libraryPanel']));

const plurals: Record<UseKind, [string, string]> = {
  panel: ['panel', 'panels'],
  row: ['row', 'rows'],
  variable: ['variable', 'variables'],
  annotation: ['annotation query', 'annotation queries'],
  link: ['link', 'links'],
  dashboard: ['the title', 'the title'],
};

/** "4 panels, 1 variable"; "" for none. */
export function usesText(uses: readonly Use[]): string {
  const kinds = [...new Set(uses.map((use) => use.kind))];
  return kinds
    .map((kind) => {
      const count = uses.filter((use) => use.kind === kind).length;
      return kind === 'dashboard' ? plurals[kind][0] : `${count} ${plurals[kind][count === 1 ? 0 : 1]}`;
    })
    .join(', ');
}

function renamedIn(value: Json, from: string, to: string, pattern: RegExp): Json {
  if (typeof value === 'string') {
    return value.replaceAll(
      pattern,
      (_, ...open: (string | undefined)[]) => (open[0] ?? open[1] ?? open[2] ?? '') + to,
    );
  }
  if (Array.isArray(value)) return value.map((one) => renamedIn(one, from, to, pattern));
  if (!isObject(value)) return value;
  return Object.fromEntries(
    Object.entries(value).map(([key, one]) => [
      key,
      one === undefined ? one : key === 'repeat' && one === from ? to : renamedIn(one, from, to, pattern),
    ]),
  );
}

/** The values `$__auto_interval_NAME` of an interval variable carry its name. */
const withAutoValue = (value: Json, from: string, to: string): Json =>
  mapTexts(value, (one) => (one === autoInterval + from ? autoInterval + to : one));

export function renameVariable(raw: JsonObject, index: number, to: string, references: 'follow' | 'stay'): JsonObject {
  const variable = listOf(raw, 'templating')[index];
  if (!variable) return raw;
  const from = text(variable, 'name');
  const base = references === 'follow' ? (renamedIn(raw, from, to, referenceTo(from)) as JsonObject) : raw;
  const list = listOf(base, 'templating');
  const own = withAutoValue(list[index] ?? variable, from, to) as JsonObject;
  return withList(base, 'templating', replaced(list, index, { ...own, name: to }));
}

const given = new Set(['interval', 'timeFilter']);
const asked = new WeakMap<JsonObject, readonly string[]>();

/** The names in the queries of a panel or a variable; what belongs to a template language is none of them. */
function namesAsked(json: JsonObject): readonly string[] {
  const known = asked.get(json);
  if (known) return known;
  const queries = [json['targets'] ?? null, json['query'] ?? null, json['datasource'] ?? null];
  const written = JSON.stringify(queries).replaceAll(/\{\{.*?\}\}/g, '');
  const names = [...usedVariables(written), ...(text(json, 'repeat') ? [text(json, 'repeat')] : [])];
  asked.set(json, names);
  return names;
}

/** Names that queries use and that no variable has; what the program itself gives is left out. */
export function unknownNames(raw: JsonObject): { name: string; uses: number }[] {
  const variables = listOf(raw, 'templating');
  const inputs = objects(raw['__inputs']).map((one) => text(one, 'name'));
  const known = new Set([...variables.map((one) => text(one, 'name')), ...inputs, ...given]);
  const counts = new Map<string, number>();
  for (const json of [...panelParts(raw).map((part) => part.json), ...variables]) {
    for (const name of new Set(namesAsked(json))) {
      if (known.has(name) || /^(__|\d|DS_|VAR_)/.test(name)) continue;
      counts.set(name, (counts.get(name) ?? 0) + 1);
    }
  }
  return [...counts].map(([name, uses]) => ({ name, uses }));
}
