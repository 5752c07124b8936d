// SPDX-License-Identifier: Apache-2.0
// Value mappings as rows that can be edited and ordered. In the JSON one mapping of the type "value" holds
// many values, whose order is the `index` of their results; here each value is a row. Mappings of other
// forms are rows of the kind "other", and come back as they were.
import { asObject, isObject, numberOr, objects, text, type Json, type JsonObject } from '../json';

type Condition =
  | { kind: 'value'; value: string }
  | { kind: 'range'; from: number | null; to: number | null }
  | { kind: 'regex'; pattern: string }
  | { kind: 'special'; match: string }
  | { kind: 'other' };

export type MappingRow = Condition & {
  /** The mapping's JSON; its result is `result`. */
  raw: JsonObject;
  /** {text, color, icon, index} */
  result: JsonObject;
};
export type MappingKind = Condition['kind'];

export const mappingKinds: readonly { value: MappingKind; name: string }[] = [
  { value: 'value', name: 'Value' },
  { value: 'range', name: 'Range' },
  { value: 'regex', name: 'Pattern' },
  { value: 'special', name: 'Special' },
];

export const specialMatches: readonly { value: string; name: string }[] = [
  { value: 'null', name: 'No value' },
  { value: 'nan', name: 'Not a number' },
  { value: 'null+nan', name: 'No value, not a number' },
  { value: 'true', name: 'True' },
  { value: 'false', name: 'False' },
  { value: 'empty', name: 'Empty text' },
];

function rowsOf(raw: JsonObject): MappingRow[] {
  const options = asObject(raw['options']);
  const result = asObject(options['result']);
  switch (raw['type']) {
    case 'value':
      return Object.entries(options).map(([value, one]) => ({ kind: 'value', value, raw, result: asObject(one) }));
    case 'range':
      return [{ kind: 'range', from: numberOr(options['from'], null), to: numberOr(options['to'], null), raw, result }];
    case 'regex':
      return [{ kind: 'regex', pattern: text(options, 'pattern'), raw, result }];
    case 'special':
      return [{ kind: 'special', match: text(options, 'match'), raw, result }];
    default:
      return [{ kind: 'other', raw, result: {} }];
  }
}

/** In the order of their indexes, if all have one. */
export function readMappings(mappings: Json | undefined): MappingRow[] {
  const rows = objects(mappings).flatMap(rowsOf);
  const index = (row: MappingRow): number => numberOr(row.result['index'], NaN);
  return rows.some((row) => Number.isNaN(index(row))) ? rows : rows.sort((a, b) => index(a) - index(b));
}

export const newRow = (kind: MappingKind = 'value'): MappingRow =>
  withKind({ kind: 'other', raw: {}, result: {} }, kind);

/** Another condition for the same result. */
export function withKind(row: MappingRow, kind: MappingKind): MappingRow {
  const { result } = row;
  switch (kind) {
    case 'range':
      return { kind, from: 0, to: 100, raw: { type: kind }, result };
    case 'regex':
      return { kind, pattern: '.*', raw: { type: kind }, result };
    case 'special':
      return { kind, match: 'null', raw: { type: kind }, result };
    default:
      return { kind: 'value', value: '', raw: { type: 'value' }, result };
  }
}

function outer(row: MappingRow): JsonObject {
  const { options: _, ...rest } = row.raw;
  return rest;
}

function optionsOf(row: MappingRow, result: JsonObject): JsonObject {
  const before = asObject(row.raw['options']);
  switch (row.kind) {
    case 'range':
      return { ...before, from: row.from, to: row.to, result };
    case 'regex':
      return { ...before, pattern: row.pattern, result };
    case 'special':
      return { ...before, match: row.match, result };
    default:
      return before;
  }
}

/** Values that follow each other and say the same otherwise share a mapping, unless a value comes twice. */
export function writeMappings(rows: readonly MappingRow[]): JsonObject[] {
  const out: JsonObject[] = [];
  let open: JsonObject | null = null;
  rows.forEach((row, index) => {
    if (row.kind === 'other') {
      out.push(row.raw);
      open = null;
      return;
    }
    const result: JsonObject = { ...row.result, index };
    if (row.kind !== 'value') {
      out.push({ ...outer(row), options: optionsOf(row, result) });
      open = null;
      return;
    }
    const into: JsonObject | null = open;
    const options = into && isObject(into['options']) ? into['options'] : null;
    if (into && options && options[row.value] === undefined && sameOuter(into, outer(row))) {
      options[row.value] = result;
      return;
    }
    open = { ...outer(row), options: { [row.value]: result } };
    out.push(open);
  });
  return out;
}

function sameOuter(a: JsonObject, b: JsonObject): boolean {
  const { options: _, ...rest } = a;
  return JSON.stringify(rest) === JSON.stringify(b);
}
