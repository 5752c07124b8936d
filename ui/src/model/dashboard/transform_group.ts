// SPDX-License-Identifier: Apache-2.0
// Transformations that group rows, turn labels and rows into columns, and count values.
import { displayName, field, frame, timeField, valueFields, type Field, type Frame, type Value } from './frame';
import { asObject, num, text, texts, type JsonObject } from './json';
import { reduceValues } from './reduce';
import { takeRows } from './transform_filter';
import { merge } from './transform_join';

function groupsOf(of: Frame, keys: readonly Field[]): Map<string, number[]> {
  const groups = new Map<string, number[]>();
  for (let row = 0; row < of.length; row++) {
    const key = keys.map((one) => String(one.values[row])).join('\n');
    const rows = groups.get(key);
    if (rows) rows.push(row);
    else groups.set(key, [row]);
  }
  return groups;
}

export function groupBy(frames: readonly Frame[], options: JsonObject): Frame[] {
  const rules = asObject(options['fields']);
  return frames.flatMap((of) => {
    const named = of.fields.map((one) => {
      const rule = asObject(rules[displayName(one, of, frames)] ?? rules[one.name]);
      return { one, operation: text(rule, 'operation'), calcs: texts(rule['aggregations']) };
    });
    const keys = named.filter(({ operation }) => operation === 'groupby').map(({ one }) => one);
    if (keys.length === 0) return [of];
    const groups = [...groupsOf(of, keys).values()];
    const keyFields = keys.map((one) => ({ ...one, values: groups.map((rows) => one.values[rows[0] ?? 0] ?? null) }));
    const calculated = named
      .filter(({ operation }) => operation === 'aggregate')
      .flatMap(({ one, calcs }) =>
        calcs.map((calc): Field => ({
          ...one,
          name: `${displayName(one, of, frames)} (${groupCalcName(calc)})`,
          displayName: `${displayName(one, of, frames)} (${groupCalcName(calc)})`,
          type: calc === 'count' || calc === 'distinctCount' ? 'number' : one.type,
          values: groups.map((rows) =>
            reduceValues(
              rows.map((row) => one.values[row] ?? null),
              calc,
            ),
          ),
        })),
      );
    return [frame(of.refId, [...keyFields, ...calculated], 'table')];
  });
}

/** Names of aggregated columns keep the identifier of the calculation, which overrides refer to. */
const groupCalcName = (calc: string): string => calc;

export function groupingToMatrix(frames: readonly Frame[], options: JsonObject): Frame[] {
  const of = frames[0];
  if (!of) return [];
  const find = (key: string, fallback: string): Field | undefined => {
    const name = text(options, key, fallback);
    return of.fields.find((one) => one.name === name || displayName(one, of, frames) === name);
  };
  const column = find('columnField', 'Time');
  const row = find('rowField', 'Time');
  const value = find('valueField', 'Value');
  if (!column || !row || !value) return [...frames];
  const columns = [...new Set(column.values.map(String))];
  const rows = [...new Set(row.values.map(String))];
  const cells = new Map(
    value.values.map((v, i): [string, Value] => [`${String(row.values[i])}\n${String(column.values[i])}`, v]),
  );
  const fields = columns.map((name) => ({
    ...field(
      name,
      value.type,
      rows.map((key) => cells.get(`${key}\n${name}`) ?? null),
    ),
    config: value.config,
  }));
  return [frame(of.refId, [field(`${row.name}\\${column.name}`, 'string', rows), ...fields], 'table')];
}

export function labelsToFields(frames: readonly Frame[], options: JsonObject): Frame[] {
  const valueLabel = text(options, 'valueLabel');
  const keep = texts(options['keepLabels']);
  const isRows = text(options, 'mode') === 'rows';
  if (isRows) {
    return frames.flatMap((of) =>
      valueFields(of).map((one) => {
        const entries = Object.entries(one.labels).filter(([name]) => keep.length === 0 || keep.includes(name));
        return frame(
          of.refId,
          [
            field(
              'label',
              'string',
              entries.map(([name]) => name),
            ),
            field(
              'value',
              'string',
              entries.map(([, v]) => v),
            ),
          ],
          'table',
        );
      }),
    );
  }
  const wide = frames.flatMap((of) =>
    valueFields(of).map((one) => {
      const labels = Object.entries(one.labels).filter(
        ([name]) => name !== valueLabel && (keep.length === 0 || keep.includes(name)),
      );
      const name = valueLabel && one.labels[valueLabel] ? one.labels[valueLabel] : one.name;
      const time = timeField(of);
      return frame(
        of.refId,
        [
          ...(time ? [time] : []),
          ...labels.map(([label, value]) =>
            field(
              label,
              'string',
              one.values.map(() => value),
            ),
          ),
          { ...one, name, labels: {}, ...(valueLabel ? { displayName: name } : {}) },
        ],
        'table',
      );
    }),
  );
  return merge(wide);
}

export function partitionByValues(frames: readonly Frame[], options: JsonObject): Frame[] {
  const names = texts(options['fields']);
  return frames.flatMap((of) => {
    const keys = of.fields.filter((one) => names.includes(one.name));
    if (keys.length === 0) return [of];
    return [...groupsOf(of, keys).values()].map((rows) => ({
      ...takeRows(of, rows),
      name: keys.map((one) => String(one.values[rows[0] ?? 0])).join(' '),
    }));
  });
}

const roundSizes = [1, 2, 2.5, 5, 10];

export function bucketSize(min: number, max: number, count: number): number {
  const raw = (max - min) / Math.max(count, 1) || 1;
  const power = 10 ** Math.floor(Math.log10(raw));
  return (roundSizes.find((size) => size * power >= raw) ?? 10) * power;
}

/** How many values fall into each bucket; one column a series, or one for all. */
export function histogram(frames: readonly Frame[], options: JsonObject): Frame[] {
  const columns = frames.flatMap((of) => valueFields(of).map((one) => ({ one, name: displayName(one, of, frames) })));
  const numbers = columns
    .flatMap(({ one }) => one.values)
    .filter((v): v is number => typeof v === 'number' && Number.isFinite(v));
  if (numbers.length === 0) return [];
  const min = Math.min(...numbers);
  const max = Math.max(...numbers);
  const size = num(options, 'bucketSize') || bucketSize(min, max, num(options, 'bucketCount', 30));
  const offset = num(options, 'bucketOffset');
  const start = Math.floor((min - offset) / size) * size + offset;
  const count = Math.min(Math.floor((max - start) / size) + 1, 1000);
  const edges = Array.from({ length: count }, (_, i) => Number((start + i * size).toPrecision(12)));
  const tally = (values: readonly Value[]): number[] => {
    const counts = new Array<number>(count).fill(0);
    for (const value of values) {
      if (typeof value !== 'number' || !Number.isFinite(value)) continue;
      const at = Math.min(Math.floor((value - start) / size), count - 1);
      counts[at] = (counts[at] ?? 0) + 1;
    }
    return counts;
  };
  const counted =
    options['combine'] === true || (options['combine'] === undefined && columns.length === 1)
      ? [{ ...field('count', 'number', tally(numbers)), displayName: 'Count' }]
      : columns.map(({ one, name }) => ({ ...field(name, 'number', tally(one.values)), displayName: name }));
  const config = columns[0]?.one.config ?? {};
  return [
    frame(
      frames[0]?.refId ?? 'A',
      [
        { ...field('xMin', 'number', edges), config },
        {
          ...field(
            'xMax',
            'number',
            edges.map((edge) => Number((edge + size).toPrecision(12))),
          ),
          config,
        },
        ...counted,
      ],
      'histogram',
    ),
  ];
}
