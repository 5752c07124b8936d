// SPDX-License-Identifier: Apache-2.0
// Transformations that put frames together: join, merge, concatenate, series as rows.
import { displayName, field, frame, timeField, valueFields, type Field, type Frame, type Value } from './frame';
import { text, type JsonObject } from './json';
import { compareValues } from './transform_filter';
import { reduceValues } from './reduce';
import { asObject } from './json';

const keyOf = (value: Value): string => `${typeof value}:${String(value)}`;

/** Rows of all frames with the same value in the field stand in one row. */
export function joinByField(frames: readonly Frame[], options: JsonObject): Frame[] {
  const wanted = text(options, 'byField');
  const isInner = text(options, 'mode') === 'inner';
  const find = (of: Frame): Field | undefined =>
    wanted
      ? of.fields.find((one) => one.name === wanted || displayName(one, of, frames) === wanted)
      : (timeField(of) ?? of.fields[0]);
  const joinable = frames.filter((of) => find(of) !== undefined);
  const first = joinable[0];
  if (!first || joinable.length === 1) return first ? [first] : [];
  const keys = new Map<string, Value>();
  const indexes = joinable.map((of) => {
    const rows = new Map<string, number>();
    find(of)?.values.forEach((value, row) => {
      if (!rows.has(keyOf(value))) rows.set(keyOf(value), row);
      keys.set(keyOf(value), value);
    });
    return rows;
  });
  const shared = [...keys.entries()].filter(([key]) => !isInner || indexes.every((rows) => rows.has(key)));
  if (find(first)?.type === 'time') shared.sort((a, b) => compareValues(a[1], b[1]));
  const join: Field = { ...(find(first) as Field), values: shared.map(([, value]) => value) };
  const count = new Map<string, number>();
  for (const of of joinable) for (const one of of.fields) count.set(one.name, (count.get(one.name) ?? 0) + 1);
  const fields = joinable.flatMap((of, at) =>
    of.fields
      .filter((one) => one !== find(of))
      .map((one): Field => {
        const values = shared.map(([key]) => {
          const row = indexes[at]?.get(key);
          return row === undefined ? null : (one.values[row] ?? null);
        });
        const isTwice = (count.get(one.name) ?? 0) > 1 && one.displayName === undefined;
        // "Value #A" is how dashboards address the columns of several queries.
        const name = isTwice ? nameInJoin(one, of, at) : one.name;
        return { ...one, name, values };
      }),
  );
  return [frame(first.refId, [join, ...fields], 'table')];
}

function nameInJoin(one: Field, of: Frame, at: number): string {
  if (one.name === 'Value')
    return Object.keys(one.labels).length > 0 && of.meta.kind === 'series' ? one.name : `Value #${of.refId}`;
  return at === 0 ? `${one.name} 1` : `${one.name} ${at + 1}`;
}

const labelled = (frames: readonly Frame[]): Frame[] =>
  frames.map((of) => ({
    ...of,
    fields: of.fields.map((one) =>
      one.name === 'Value' && frames.length > 1 ? { ...one, name: `Value #${of.refId}` } : one,
    ),
  }));

/** Series frames of instant queries carry what a table needs in their labels. */
function asTables(frames: readonly Frame[]): Frame[] {
  const byRef = new Map<string, Frame[]>();
  for (const of of frames) byRef.set(of.refId, [...(byRef.get(of.refId) ?? []), of]);
  return [...byRef.values()].flatMap((group) =>
    group.every((of) => of.meta.kind === 'series') ? [seriesTable(group)] : group,
  );
}

function seriesTable(group: readonly Frame[]): Frame {
  const rows = group.flatMap((of) =>
    valueFields(of).flatMap((one) =>
      one.values.map((value, row) => ({ time: timeField(of)?.values[row] ?? null, labels: one.labels, value })),
    ),
  );
  const present = rows.filter((row) => row.value !== null);
  const names = [...new Set(present.flatMap((row) => Object.keys(row.labels)))].sort();
  return frame(
    group[0]?.refId ?? 'A',
    [
      field(
        'Time',
        'time',
        present.map((row) => row.time),
      ),
      ...names.map((name) =>
        field(
          name,
          'string',
          present.map((row) => row.labels[name] ?? ''),
        ),
      ),
      field(
        'Value',
        'number',
        present.map((row) => row.value),
      ),
    ],
    'table',
  );
}

/** Tables as one: rows that agree in all shared columns become one row. */
export function merge(frames: readonly Frame[]): Frame[] {
  const all = labelled(asTables(frames).filter((of) => of.fields.length > 0));
  if (all.length === 0) return [];
  const names = [...new Set(all.flatMap((of) => of.fields.map((one) => one.name)))];
  const sample = new Map(all.flatMap((of) => of.fields.map((one): [string, Field] => [one.name, one])));
  const shared = names.filter((name) => all.every((of) => of.fields.some((one) => one.name === name)));
  const rows: Map<string, Value>[] = [];
  const index = new Map<string, Map<string, Value>[]>();
  for (const of of all) {
    for (let row = 0; row < of.length; row++) {
      const values = new Map(of.fields.map((one): [string, Value] => [one.name, one.values[row] ?? null]));
      const key = shared.map((name) => keyOf(values.get(name) ?? null)).join('\n');
      const fits = (index.get(key) ?? []).find((other) =>
        [...values].every(([name, value]) => !other.has(name) || other.get(name) === value || other.get(name) === null),
      );
      if (fits && shared.length > 0) {
        for (const [name, value] of values) fits.set(name, value ?? fits.get(name) ?? null);
      } else {
        rows.push(values);
        index.set(key, [...(index.get(key) ?? []), values]);
      }
    }
  }
  const fields = names.map((name) => ({
    ...(sample.get(name) as Field),
    name,
    values: rows.map((row) => row.get(name) ?? null),
  }));
  return [frame(all[0]?.refId ?? 'A', fields, 'table')];
}

export function concatenate(frames: readonly Frame[]): Frame[] {
  const longest = Math.max(0, ...frames.map((of) => of.length));
  const fields = frames.flatMap((of) =>
    of.fields.map((one) => ({
      ...one,
      values: [...one.values, ...new Array<Value>(longest - one.values.length).fill(null)],
    })),
  );
  return [frame(frames[0]?.refId ?? 'A', fields, 'table')];
}

export function seriesToRows(frames: readonly Frame[]): Frame[] {
  const rows = frames.flatMap((of) =>
    valueFields(of).flatMap((one) =>
      one.values.map((value, row) => ({
        time: timeField(of)?.values[row] ?? null,
        metric: displayName(one, of, frames),
        value,
      })),
    ),
  );
  rows.sort((a, b) => compareValues(b.time, a.time));
  return [
    frame(
      frames[0]?.refId ?? 'A',
      [
        field(
          'Time',
          'time',
          rows.map((row) => row.time),
        ),
        field(
          'Metric',
          'string',
          rows.map((row) => row.metric),
        ),
        field(
          'Value',
          'number',
          rows.map((row) => row.value),
        ),
      ],
      'table',
    ),
  ];
}

/** Each series as a row: its labels, and its course as a small graph. */
export function timeSeriesTable(frames: readonly Frame[], options: JsonObject): Frame[] {
  const byRef = new Map<string, Frame[]>();
  for (const of of frames) byRef.set(of.refId, [...(byRef.get(of.refId) ?? []), of]);
  return [...byRef.entries()].map(([refId, group]) => {
    const columns = group.flatMap((of) => valueFields(of).map((one) => ({ one, of })));
    const names = [...new Set(columns.flatMap(({ one }) => Object.keys(one.labels)))];
    const stat = text(asObject(options[refId]), 'stat') || text(asObject(options[`${refId}`]), 'stat', 'lastNotNull');
    const trend = field(
      `Trend #${refId}`,
      'other',
      columns.map(({ one }) => JSON.stringify(one.values)),
    );
    const last = columns.map(({ one }) => reduceValues(one.values, stat));
    return frame(
      refId,
      [
        ...names.map((name) =>
          field(
            name,
            'string',
            columns.map(({ one }) => one.labels[name] ?? ''),
          ),
        ),
        { ...trend, config: { ...(columns[0]?.one.config ?? {}), trendValues: last as (number | null)[] } },
      ],
      'table',
    );
  });
}

export function prepareTimeSeries(frames: readonly Frame[], options: JsonObject): Frame[] {
  const format = text(options, 'format', 'multi');
  if (format === 'wide') return joinByField(frames, {});
  return frames.flatMap((of) => {
    const time = timeField(of);
    if (!time) return [];
    const strings = of.fields.filter((one) => one.type === 'string');
    if (strings.length === 0) {
      return valueFields(of).map((one) => frame(of.refId, [time, one], 'series', displayName(one, of, frames)));
    }
    return valueFields(of).flatMap((one) => splitByStrings(of, time, one, strings));
  });
}

function splitByStrings(of: Frame, time: Field, value: Field, strings: readonly Field[]): Frame[] {
  const groups = new Map<string, number[]>();
  for (let row = 0; row < of.length; row++) {
    const key = strings.map((one) => String(one.values[row])).join('\n');
    groups.set(key, [...(groups.get(key) ?? []), row]);
  }
  return [...groups.values()].map((rows) => {
    const labels = Object.fromEntries(strings.map((one) => [one.name, String(one.values[rows[0] ?? 0] ?? '')]));
    const pick = (one: Field): Value[] => rows.map((row) => one.values[row] ?? null);
    return frame(
      of.refId,
      [
        { ...time, values: pick(time) },
        { ...value, labels, values: pick(value) },
      ],
      'series',
    );
  });
}
