// SPDX-License-Identifier: Apache-2.0
// Columns of values: what every source's answer becomes, what transformations change, what panels
// draw.
import type { Labels } from '@/api/query_types';
import type { JsonObject } from './json';

export type Value = number | string | boolean | null;
export type FieldType = 'time' | 'number' | 'string' | 'boolean' | 'other';

export interface Field {
  name: string;
  type: FieldType;
  /** Times are milliseconds since the epoch. */
  values: Value[];
  labels: Labels;
  /** The name that the query's legend gives. */
  displayName?: string;
  config: JsonObject;
}

export interface Frame {
  name: string;
  refId: string;
  fields: Field[];
  length: number;
  meta: { kind?: 'series' | 'table' | 'logs' | 'trace' | 'nodes' | 'edges' | 'heatmap' | 'histogram' };
}

export function field(name: string, type: FieldType, values: Value[], labels: Labels = {}): Field {
  return { name, type, values, labels, config: {} };
}

export function frame(refId: string, fields: Field[], kind?: Frame['meta']['kind'], name = ''): Frame {
  return { name, refId, fields, length: fields[0]?.values.length ?? 0, meta: kind ? { kind } : {} };
}

export const timeField = (one: Frame): Field | undefined => one.fields.find((f) => f.type === 'time');
export const valueFields = (one: Frame): Field[] => one.fields.filter((f) => f.type === 'number');

/** `{a="1", b="2"}` without braces when there is one label only. */
export function labelsText(labels: Labels): string {
  const entries = Object.entries(labels).filter(([name]) => name !== '__name__');
  if (entries.length === 1) return entries[0]?.[1] ?? '';
  return `{${entries.map(([name, value]) => `${name}="${value}"`).join(', ')}}`;
}

/** What the field is called on screen: its own name, the legend's, or what tells it apart. */
export function displayName(one: Field, of: Frame, all: readonly Frame[]): string {
  const configured = one.config['displayName'];
  if (typeof configured === 'string' && configured !== '') return configured;
  if (one.displayName !== undefined && one.displayName !== '') return one.displayName;
  if (one.type !== 'number' || (one.name !== 'Value' && one.name !== '')) return one.name || of.name;
  if (Object.keys(one.labels).length > 0) {
    const name = one.labels['__name__'] ?? '';
    const rest = labelsText(one.labels);
    return rest === '{}' ? name || 'Value' : name && rest.startsWith('{') ? `${name}${rest}` : rest;
  }
  return of.name || (all.length > 1 && of.refId ? of.refId : one.name || 'Value');
}

/** `{{label}}` replaced by the labels of a series. */
export function legendText(format: string, labels: Labels): string {
  return format.replaceAll(/\{\{\s*(.+?)\s*\}\}/g, (_, name: string) => labels[name] ?? '');
}
