// SPDX-License-Identifier: Apache-2.0
// A value as a panel shows it: mapping first, then unit, with its colour.
import type { Zone } from '@/base/time_format';
import { namedColor, valueColor, type Theme } from './colors';
import { decimalsOf, rangeOf, unitOf } from './field_config';
import type { Field, Value } from './frame';
import { asObject, numberOr, objects, text, type Json, type JsonObject } from './json';
import { formatValue, joined } from './units';
import { regexOf } from './variable';

export interface Shown {
  text: string;
  prefix: string;
  suffix: string;
  value: number | null;
  color: string;
  /** True when a mapping or a fixed colour says so, not the palette. */
  isColored: boolean;
}

export interface Look {
  theme: Theme;
  zone: Zone;
  /** The palette's colour of the field. */
  seriesColor: string;
}

export interface Mapped {
  text: string | null;
  color: string | null;
  index: number;
}

function resultOf(result: JsonObject, index: number): Mapped {
  return {
    text: typeof result['text'] === 'string' ? result['text'] : null,
    color: text(result, 'color') || null,
    index,
  };
}

function specialMatches(match: string, value: Value): boolean {
  switch (match) {
    case 'null':
      return value === null;
    case 'nan':
      return Number.isNaN(value);
    case 'null+nan':
      return value === null || Number.isNaN(value);
    case 'true':
      return value === true;
    case 'false':
      return value === false;
    case 'empty':
      return value === '';
    default:
      return false;
  }
}

function oldMapping(mapping: JsonObject, value: Value, index: number): Mapped | null {
  const result = { text: text(mapping, 'text'), color: null, index };
  if (numberOr(mapping['type'], 1) === 1) {
    const wanted = text(mapping, 'value');
    if (wanted === 'null') return value === null ? result : null;
    return value !== null && String(value) === wanted ? result : null;
  }
  if (text(mapping, 'from') === 'null') return value === null ? result : null;
  const from = numberOr(mapping['from'], -Infinity);
  const to = numberOr(mapping['to'], Infinity);
  return typeof value === 'number' && value >= from && value <= to ? result : null;
}

function newMapping(mapping: JsonObject, value: Value, index: number): Mapped | null {
  const options = asObject(mapping['options']);
  switch (text(mapping, 'type')) {
    case 'value': {
      const result = options[String(value)];
      return value !== null && result !== undefined ? resultOf(asObject(result), index) : null;
    }
    case 'range': {
      const from = numberOr(options['from'], -Infinity);
      const to = numberOr(options['to'], Infinity);
      return typeof value === 'number' && value >= from && value <= to
        ? resultOf(asObject(options['result']), index)
        : null;
    }
    case 'regex': {
      const pattern = regexOf(text(options, 'pattern'));
      if (typeof value !== 'string' || !pattern?.test(value)) return null;
      const result = resultOf(asObject(options['result']), index);
      return { ...result, text: result.text === null ? null : value.replace(pattern, result.text) };
    }
    case 'special':
      return specialMatches(text(options, 'match'), value) ? resultOf(asObject(options['result']), index) : null;
    default:
      return null;
  }
}

/** The first mapping that holds. */
export function mapValue(mappings: Json | undefined, value: Value): Mapped | null {
  let index = 0;
  for (const mapping of objects(mappings)) {
    const isNew = typeof mapping['type'] === 'string';
    const mapped = isNew ? newMapping(mapping, value, index) : oldMapping(mapping, value, index);
    if (mapped) return mapped;
    index++;
  }
  return null;
}

export function showValue(one: Field, value: Value, look: Look, range = rangeOf(one)): Shown {
  const mapped = mapValue(one.config['mappings'], value);
  const number = typeof value === 'number' ? value : typeof value === 'boolean' ? Number(value) : null;
  const plain = valueColor(one.config, number, range.min, range.max, look.seriesColor, look.theme);
  const color = mapped?.color ? namedColor(mapped.color, look.theme) : plain;
  const base = { value: number, color, isColored: mapped?.color != null || one.config['color'] !== undefined };
  if (mapped?.text != null && mapped.text !== '') return { ...base, text: mapped.text, prefix: '', suffix: '' };
  if (typeof value === 'string') return { ...base, text: value, prefix: '', suffix: '' };
  if (value === null || number === null || Number.isNaN(number)) {
    const missing = text(one.config, 'noValue');
    return { ...base, text: missing || (value === null ? '' : 'NaN'), prefix: '', suffix: '' };
  }
  const given = unitOf(one);
  // The unit of a panel is for its numbers: a time stays a time.
  const isTime = one.type === 'time' && !/^(dateTime|time:)/.test(given);
  const unit = isTime ? 'dateTimeAsIso' : given || (typeof value === 'boolean' ? 'bool' : '');
  const formatted = formatValue(number, unit, { decimals: decimalsOf(one) ?? undefined, zone: look.zone } as {
    decimals?: number;
    zone: Zone;
  });
  return { ...base, ...formatted };
}

export const shownText = (shown: Shown): string => joined(shown);
