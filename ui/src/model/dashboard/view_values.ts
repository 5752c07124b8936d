// SPDX-License-Identifier: Apache-2.0
// Frames as single values: stat, gauge, bar gauge, pie chart.
import type { Theme } from './colors';
import { readableOn } from './contrast';
import { showValue, shownText, type Shown } from './display';
import { rangeOf } from './field_config';
import { displayName, type Field, type Frame, type Value } from './frame';
import { asObject, flag, num, text, texts, type JsonObject } from './json';
import { reduceValues } from './reduce';
import { regexOf } from './variable';
import type { Coloring } from './view_series';
import type { Zone } from '@/base/time_format';

export interface ValueItem {
  name: string;
  shown: Shown;
  text: string;
  min: number;
  max: number;
  /** The course behind the value, for sparklines. */
  course: (number | null)[];
  field: Field;
  row: number | null;
  /** Change from the first to the last value, as a ratio. */
  change: number | null;
}

export interface ValuesInput {
  frames: readonly Frame[];
  options: JsonObject;
  coloring: Coloring;
  zone: Zone;
}

const valuesMax = 200;

/** `fields` chooses: "" numeric ones, "/regex/" by name, "/.*\/" all. */
function chosenFields(of: Frame, all: readonly Frame[], fields: string): Field[] {
  if (fields === '') return of.fields.filter((one) => one.type === 'number' || one.type === 'boolean');
  const pattern = regexOf(fields);
  return of.fields.filter((one) => {
    const name = displayName(one, of, all);
    return pattern ? pattern.test(name) || pattern.test(one.name) : name === fields || one.name === fields;
  });
}

function itemOf(
  name: string,
  one: Field,
  value: Value,
  index: number,
  row: number | null,
  input: ValuesInput,
): ValueItem {
  const range = rangeOf(one);
  const shown = showValue(
    one,
    value,
    { theme: input.coloring.theme, zone: input.zone, seriesColor: input.coloring.palette(index) },
    range,
  );
  const { options } = input;
  const framed = {
    ...shown,
    prefix: text(options, 'prefix') + shown.prefix,
    suffix: shown.suffix + text(options, 'postfix'),
  };
  const numbers = one.values.filter((v): v is number => typeof v === 'number' && Number.isFinite(v));
  const first = numbers[0] ?? 0;
  const change = numbers.length > 1 && first !== 0 ? ((numbers.at(-1) ?? 0) - first) / Math.abs(first) : null;
  return {
    name,
    shown: framed,
    text: shownText(framed),
    ...range,
    course: row === null ? one.values.map((v) => (typeof v === 'number' ? v : null)) : [],
    field: one,
    row,
    change,
  };
}

/** A label column names the rows when each row is a value of its own. */
function rowName(of: Frame, row: number): string {
  const names = of.fields.filter((one) => one.type === 'string').map((one) => String(one.values[row] ?? ''));
  return names.join(' ');
}

export function valueItems(input: ValuesInput): ValueItem[] {
  const { frames, options } = input;
  const reduce = asObject(options['reduceOptions']);
  const calc = texts(reduce['calcs'])[0] ?? 'lastNotNull';
  const isRows = flag(reduce, 'values');
  const limit = num(reduce, 'limit', valuesMax);
  const fields = text(reduce, 'fields');
  const items: ValueItem[] = [];
  for (const of of frames) {
    for (const one of chosenFields(of, frames, fields)) {
      const name = displayName(one, of, frames);
      if (!isRows) {
        // A table without times is a list of values of its own, as instant queries give it.
        items.push(itemOf(name, one, reduceValues(one.values, calc), items.length, null, input));
        continue;
      }
      one.values.slice(0, limit).forEach((value, row) => {
        items.push(itemOf(rowName(of, row) || name, one, value, items.length, row, input));
      });
    }
  }
  return items.slice(0, Math.min(limit, valuesMax));
}

export interface PieSlice {
  name: string;
  value: number;
  share: number;
  color: string;
  text: string;
}

export function pieSlices(input: ValuesInput): PieSlice[] {
  const items = valueItems(input).filter((item) => (item.shown.value ?? 0) > 0);
  const total = items.reduce((sum, item) => sum + (item.shown.value ?? 0), 0);
  return items.map((item) => ({
    name: item.name,
    value: item.shown.value ?? 0,
    share: total === 0 ? 0 : (item.shown.value ?? 0) / total,
    color: item.shown.color,
    text: item.text,
  }));
}

/** What stands on a coloured background. */
export const inkOn = (color: string, theme: Theme): string =>
  color === 'transparent' ? (theme === 'dark' ? '#e7eaf1' : '#161a23') : readableOn(color);
