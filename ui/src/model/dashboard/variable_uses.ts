// SPDX-License-Identifier: Apache-2.0
// Where a dashboard's JSON uses a variable, and the JSON with a variable called otherwise.
import { listOf, replaced, withList } from './edit_list';
import { escapeRegex } from './interpolate';
import { isObject, objects, text, texts, type Json, type JsonObject } from './json';
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

function countIn(value: Json | undefined, name: string, pattern: RegExp): number {
  if (typeof value === 'string') return value.match(pattern)?.length ?? 0;
  if (Array.isArray(value)) return value.reduce<number>((sum, one) => sum + countIn(one, name, pattern), 0);
  if (!isObject(value)) return 0;
  return Object.entries(value).reduce(
    (sum, [key, one]) => sum + (key === 'repeat' && one === name ? 1 : countIn(one, name, pattern)),
    0,
  );
}

interface Part {
  kind: UseKind;
  name: string;
  json: JsonObject;
}

const isRow = (panel: JsonObject): boolean => text(panel, 'type') === 'row';

/** Panels and rows of every age, each without the panels inside of it. */
function panelParts(raw: JsonObject): Part[] {
  return [
    ...objects(raw['panels']),
    ...objects(raw['rows']).map((row): JsonObject => ({ ...row, type: 'row' })),
  ].flatMap((panel): Part[] => {
    const { panels, ...own } = panel;
    const kind = isRow(panel) ? 'row' : 'panel';
    return [
      { kind, name: text(panel, 'title'), json: own },
      ...objects(panels).map((one): Part => ({ kind: 'panel', name: text(one, 'title'), json: one })),
    ];
  });
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
    const pattern = referenceTo(name);
    return parts
      .filter((part) => part.json !== variable)
      .map(({ kind, name: title, json }) => ({ kind, name: title, count: countIn(json, name, pattern) }))
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
function withAutoValue(value: Json, from: string, to: string): Json {
  if (typeof value === 'string') return value === autoInterval + from ? autoInterval + to : value;
  if (Array.isArray(value)) return value.map((one) => withAutoValue(one, from, to));
  if (!isObject(value)) return value;
  return Object.fromEntries(
    Object.entries(value).map(([key, one]) => [key, one === undefined ? one : withAutoValue(one, from, to)]),
  );
}

export function renameVariable(raw: JsonObject, index: number, to: string, references: 'follow' | 'stay'): JsonObject {
  const variable = listOf(raw, 'templating')[index];
  if (!variable) return raw;
  const from = text(variable, 'name');
  const base = references === 'follow' ? (renamedIn(raw, from, to, referenceTo(from)) as JsonObject) : raw;
  const list = listOf(base, 'templating');
  const own = withAutoValue(list[index] ?? variable, from, to) as JsonObject;
  return withList(base, 'templating', replaced(list, index, { ...own, name: to }));
}

const queried = (json: Json | undefined): string => JSON.stringify(json ?? '').replaceAll(/\{\{.*?\}\}/g, '');
const given = new Set(['interval', 'timeFilter']);

/** Names that queries use and that no variable has; what the program itself gives is left out. */
export function unknownNames(raw: JsonObject): { name: string; uses: number }[] {
  const inputs = objects(raw['__inputs']).map((one) => text(one, 'name'));
  const known = new Set([...listOf(raw, 'templating').map((one) => text(one, 'name')), ...inputs, ...given]);
  const counts = new Map<string, number>();
  const panels = panelParts(raw).map(({ json }) => [
    queried([json['targets'] ?? null, json['datasource'] ?? null]),
    ...texts([json['repeat'] ?? null]).map((name) => `$${name}`),
  ]);
  const variables = listOf(raw, 'templating').map((one) => [
    queried([one['query'] ?? null, one['datasource'] ?? null]),
  ]);
  for (const written of [...panels, ...variables]) {
    for (const name of new Set(usedVariables(written.join(' ')))) {
      if (known.has(name) || /^(__|\d|DS_|VAR_)/.test(name)) continue;
      counts.set(name, (counts.get(name) ?? 0) + 1);
    }
  }
  return [...counts].map(([name, uses]) => ({ name, uses }));
}
