// SPDX-License-Identifier: Apache-2.0
// Transformations that choose, order and rename what is there, and reduce columns to values.
import { displayName, field, frame, type Field, type Frame, type Value } from './frame';
import { asObject, flag, isObject, num, objects, text, texts, type JsonObject } from './json';
import { calculationName, reduceValues } from './reduce';
import { regexOf } from './variable';

export function takeRows(of: Frame, rows: readonly number[]): Frame {
  const fields = of.fields.map((one) => ({ ...one, values: rows.map((row) => one.values[row] ?? null) }));
  return { ...of, fields, length: rows.length };
}

export function organize(frames: readonly Frame[], options: JsonObject): Frame[] {
  const excluded = asObject(options['excludeByName']);
  const included = asObject(options['includeByName']);
  const order = asObject(options['indexByName']);
  const renamed = asObject(options['renameByName']);
  const isIncluding = Object.values(included).some((value) => value === true);
  return frames.map((of) => {
    const keyed = of.fields.map((one) => ({ one, key: displayName(one, of, frames) }));
    const lookup = (map: JsonObject, key: string, name: string) => map[key] ?? map[name];
    const kept = keyed.filter(
      ({ one, key }) =>
        lookup(excluded, key, one.name) !== true && (!isIncluding || lookup(included, key, one.name) === true),
    );
    const place = ({ one, key }: { one: Field; key: string }): number => {
      const at = lookup(order, key, one.name);
      return typeof at === 'number' ? at : Infinity;
    };
    const sorted = Object.keys(order).length === 0 ? kept : [...kept].sort((a, b) => place(a) - place(b) || 0);
    const fields = sorted.map(({ one, key }) => {
      const name = lookup(renamed, key, one.name);
      return typeof name === 'string' && name !== '' ? { ...one, name, displayName: name } : one;
    });
    return { ...of, fields };
  });
}

export function filterByName(frames: readonly Frame[], options: JsonObject): Frame[] {
  const include = asObject(options['include']);
  const exclude = asObject(options['exclude']);
  const test = (rule: JsonObject): ((name: string, raw: string) => boolean) | null => {
    const inner = isObject(rule['options']) ? rule['options'] : rule;
    const names = texts(inner['names']);
    const written = text(inner, 'pattern') || (typeof rule['options'] === 'string' ? rule['options'] : '');
    const pattern = written ? regexOf(written) : null;
    if (names.length === 0 && !pattern) return null;
    return (name, raw) => names.includes(name) || names.includes(raw) || (pattern?.test(name) ?? false);
  };
  const wanted = test(include);
  const unwanted = test(exclude);
  return frames
    .map((of) => ({
      ...of,
      fields: of.fields.filter((one) => {
        const name = displayName(one, of, frames);
        return (!wanted || wanted(name, one.name)) && !unwanted?.(name, one.name);
      }),
    }))
    .filter((of) => of.fields.length > 0);
}

export function filterByRefId(frames: readonly Frame[], options: JsonObject): Frame[] {
  const written = text(options, 'include') || text(asObject(options['include']), 'options');
  const pattern = written ? regexOf(`^(?:${written})$`) : null;
  return pattern ? frames.filter((of) => pattern.test(of.refId)) : [...frames];
}

type Test = (value: Value) => boolean;

function valueTest(config: JsonObject): Test {
  const options = asObject(config['options']);
  const wanted = options['value'];
  const number = Number(wanted);
  const compare =
    (test: (a: number) => boolean): Test =>
    (value) =>
      typeof value === 'number' && test(value);
  switch (text(config, 'id')) {
    case 'isNull':
      return (value) => value === null;
    case 'isNotNull':
      return (value) => value !== null;
    case 'equal':
      return (value) => value === wanted || String(value) === String(wanted);
    case 'notEqual':
      return (value) => String(value) !== String(wanted);
    case 'greater':
      return compare((a) => a > number);
    case 'greaterOrEqual':
      return compare((a) => a >= number);
    case 'lower':
      return compare((a) => a < number);
    case 'lowerOrEqual':
      return compare((a) => a <= number);
    case 'range':
    case 'between':
      return compare((a) => a >= num(options, 'from', -Infinity) && a <= num(options, 'to', Infinity));
    case 'regex': {
      const pattern = regexOf(String(wanted ?? ''));
      return (value) => pattern?.test(String(value ?? '')) ?? false;
    }
    case 'substring':
      return (value) => String(value ?? '').includes(String(wanted ?? ''));
    default:
      return () => true;
  }
}

export function filterByValue(frames: readonly Frame[], options: JsonObject): Frame[] {
  const isExcluding = text(options, 'type', 'include') === 'exclude';
  const isAll = text(options, 'match', 'any') === 'all';
  const rules = objects(options['filters']).map((one) => ({
    name: text(one, 'fieldName'),
    test: valueTest(asObject(one['config'])),
  }));
  if (rules.length === 0) return [...frames];
  return frames.map((of) => {
    const known = rules
      .map((rule) => ({
        ...rule,
        column: of.fields.find((one) => displayName(one, of, frames) === rule.name || one.name === rule.name),
      }))
      .filter((rule) => rule.column !== undefined);
    if (known.length === 0) return of;
    const rows = Array.from({ length: of.length }, (_, row) => row).filter((row) => {
      const hits = known.map((rule) => rule.test(rule.column?.values[row] ?? null));
      return (isAll ? hits.every(Boolean) : hits.some(Boolean)) !== isExcluding;
    });
    return takeRows(of, rows);
  });
}

export function limit(frames: readonly Frame[], options: JsonObject): Frame[] {
  const count = num(options, 'limitField', 10);
  return frames.map((of) =>
    takeRows(
      of,
      Array.from({ length: Math.min(count, of.length) }, (_, row) => row),
    ),
  );
}

export function compareValues(a: Value, b: Value): number {
  if (typeof a === 'number' && typeof b === 'number') return a - b;
  if (a === null || b === null) return a === b ? 0 : a === null ? -1 : 1;
  return String(a).localeCompare(String(b), 'en', { numeric: true });
}

export function sortBy(frames: readonly Frame[], options: JsonObject): Frame[] {
  const [first] = objects(options['sort']);
  if (!first) return [...frames];
  return frames.map((of) => {
    const column = of.fields.find(
      (one) => displayName(one, of, frames) === text(first, 'field') || one.name === text(first, 'field'),
    );
    if (!column) return of;
    const sign = flag(first, 'desc') ? -1 : 1;
    const rows = Array.from({ length: of.length }, (_, row) => row).sort(
      (a, b) => sign * compareValues(column.values[a] ?? null, column.values[b] ?? null),
    );
    return takeRows(of, rows);
  });
}

/** Each numeric column becomes a row (or one value), with a column a calculation. */
export function reduceFields(frames: readonly Frame[], options: JsonObject): Frame[] {
  const reducers = texts(options['reducers']);
  const calcs = reducers.length > 0 ? reducers : ['max'];
  if (text(options, 'mode') === 'reduceFields') {
    return frames.map((of) => {
      const kept = of.fields.filter((one) => one.type === 'number' || flag(options, 'includeTimeField'));
      const fields = kept.map((one) => ({ ...one, values: [reduceValues(one.values, calcs[0] ?? 'max')] }));
      return { ...of, fields, length: 1 };
    });
  }
  const columns = frames.flatMap((of) =>
    of.fields.filter((one) => one.type === 'number').map((one) => ({ one, name: displayName(one, of, frames) })),
  );
  const isLabels = flag(options, 'labelsToFields');
  const labels = isLabels ? [...new Set(columns.flatMap(({ one }) => Object.keys(one.labels)))] : [];
  const out = [
    field(
      'Field',
      'string',
      columns.map(({ name }) => name),
    ),
    ...labels.map((label) =>
      field(
        label,
        'string',
        columns.map(({ one }) => one.labels[label] ?? ''),
      ),
    ),
    ...calcs.map((calc) => ({
      ...field(
        calculationName(calc),
        'number',
        columns.map(({ one }) => reduceValues(one.values, calc)),
      ),
      config: columns[0]?.one.config ?? {},
    })),
  ];
  return [frame(frames[0]?.refId ?? 'A', out, 'table')];
}
