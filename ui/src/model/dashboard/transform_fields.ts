// SPDX-License-Identifier: Apache-2.0
// Transformations of names and types of columns.
import { timestampMs, type TimestampMs } from '@/base/brand';
import { partsOf, type Zone } from '@/base/time_format';
import { displayName, field, type Field, type FieldType, type Frame, type Value } from './frame';
import { flag, isObject, objects, text, type Json, type JsonObject } from './json';
import { regexOf } from './variable';

export function renameByRegex(frames: readonly Frame[], options: JsonObject): Frame[] {
  const pattern = regexOf(text(options, 'regex'));
  if (!pattern) return [...frames];
  const replacement = text(options, 'renamePattern');
  return frames.map((of) => ({
    ...of,
    fields: of.fields.map((one) => {
      const name = displayName(one, of, frames);
      if (!pattern.test(name)) return one;
      const renamed = name.replace(pattern, replacement);
      return { ...one, displayName: renamed, ...(one.name === 'Value' ? {} : { name: renamed }) };
    }),
  }));
}

function toTime(value: Value): Value {
  if (typeof value === 'number') return value;
  const parsed = typeof value === 'string' ? Date.parse(value) : NaN;
  return Number.isNaN(parsed) ? null : parsed;
}

function toNumber(value: Value): Value {
  if (value === null || value === '') return null;
  const number = Number(value);
  return Number.isNaN(number) ? null : number;
}

const converters: Record<string, (value: Value) => Value> = {
  time: toTime,
  number: toNumber,
  string: (value) => (value === null ? null : String(value)),
  boolean: (value) => (value === null ? null : value === 'false' ? false : Boolean(value)),
};

export function convertFieldType(frames: readonly Frame[], options: JsonObject): Frame[] {
  const rules = objects(options['conversions']);
  return frames.map((of) => ({
    ...of,
    fields: of.fields.map((one) => {
      const name = displayName(one, of, frames);
      const rule = rules.find((r) => text(r, 'targetField') === name || text(r, 'targetField') === one.name);
      const type = rule ? text(rule, 'destinationType') : '';
      const convert = converters[type];
      return convert ? { ...one, type: type as FieldType, values: one.values.map(convert) } : one;
    }),
  }));
}

function parts(value: Value, options: JsonObject): JsonObject {
  const written = String(value ?? '');
  const format = text(options, 'format', 'auto');
  if (format === 'regexp') return { ...(regexOf(text(options, 'regExp'))?.exec(written)?.groups ?? {}) };
  if (format === 'delimiter') {
    return Object.fromEntries(
      written.split(text(options, 'delimiter', ',')).map((part, i) => [String(i + 1), part.trim()]),
    );
  }
  try {
    const parsed: unknown = JSON.parse(written);
    if (isObject(parsed)) return parsed;
  } catch {
    // Not JSON: key=value pairs are tried below.
  }
  const pairs = [...written.matchAll(/([\w.]+)=("([^"]*)"|\S+)/g)];
  return Object.fromEntries(pairs.map((match) => [match[1] ?? '', match[3] ?? match[2] ?? '']));
}

const scalar = (value: Json | undefined): Value =>
  value === undefined || value === null ? null : typeof value === 'object' ? JSON.stringify(value) : value;

export function extractFields(frames: readonly Frame[], options: JsonObject): Frame[] {
  const source = text(options, 'source');
  return frames.map((of) => {
    const column = of.fields.find((one) => one.name === source || displayName(one, of, frames) === source);
    if (!column) return of;
    const rows = column.values.map((value) => parts(value, options));
    const names = [...new Set(rows.flatMap((row) => Object.keys(row)))];
    const made = names.map((name): Field => {
      const values = rows.map((row) => scalar(row[name]));
      const isNumber = values.every((value) => value === null || typeof value === 'number');
      return field(name, isNumber ? 'number' : 'string', values);
    });
    const isReplacing = flag(options, 'replace');
    const kept = isReplacing
      ? flag(options, 'keepTime')
        ? of.fields.filter((one) => one.type === 'time')
        : []
      : of.fields;
    return { ...of, fields: [...kept, ...made] };
  });
}

const months = 'January February March April May June July August September October November December'.split(' ');
const days = 'Sunday Monday Tuesday Wednesday Thursday Friday Saturday'.split(' ');
const two = (value: number): string => String(value).padStart(2, '0');

/** "YYYY-MM-DD HH:mm:ss" and the other usual letters; what stands in brackets is kept. */
function writtenTime(time: TimestampMs, zone: Zone, format: string): string {
  const { year, month, day, hour, minute, second, ms } = partsOf(time, zone);
  const weekday = days[new Date(Date.UTC(year, month - 1, day)).getUTCDay()] ?? '';
  const half = hour % 12 || 12;
  const letters: Record<string, string> = {
    YYYY: String(year),
    YY: two(year % 100),
    MMMM: months[month - 1] ?? '',
    MMM: (months[month - 1] ?? '').slice(0, 3),
    MM: two(month),
    M: String(month),
    DD: two(day),
    D: String(day),
    dddd: weekday,
    ddd: weekday.slice(0, 3),
    HH: two(hour),
    H: String(hour),
    hh: two(half),
    h: String(half),
    mm: two(minute),
    m: String(minute),
    ss: two(second),
    s: String(second),
    SSS: String(ms).padStart(3, '0'),
    A: hour < 12 ? 'AM' : 'PM',
    a: hour < 12 ? 'am' : 'pm',
    x: String(time),
    X: String(Math.floor(time / 1000)),
  };
  return format.replaceAll(
    /\[([^\]]*)\]|YYYY|YY|MMMM|MMM|MM|M|DD|D|dddd|ddd|HH|H|hh|h|mm|m|ss|s|SSS|A|a|x|X/g,
    (letter, kept: string | undefined) => kept ?? letters[letter] ?? letter,
  );
}

export function formatTime(frames: readonly Frame[], options: JsonObject): Frame[] {
  const name = text(options, 'timeField', 'Time');
  const zone: Zone = text(options, 'timezone') === 'utc' ? 'utc' : 'local';
  const format = text(options, 'outputFormat') || 'YYYY-MM-DD HH:mm:ss';
  const write = (value: Value): Value =>
    typeof value === 'number' ? writtenTime(timestampMs(value), zone, format) : value;
  return frames.map((of) => ({
    ...of,
    fields: of.fields.map((one) =>
      one.name === name || displayName(one, of, frames) === name
        ? { ...one, type: 'string' as const, values: one.values.map(write) }
        : one,
    ),
  }));
}
