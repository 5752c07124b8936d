// SPDX-License-Identifier: Apache-2.0
// Attributes of spans, resources and events: a name and a value as text, with the type it was sent in.
import type { WireAttribute, WireValue } from '@/api/trace_types';

export type AttributeType = 'text' | 'int' | 'float' | 'bool' | 'bytes' | 'list' | 'map' | 'empty';

export interface Attribute {
  key: string;
  type: AttributeType;
  text: string;
}

export function attributesOf(wire: readonly WireAttribute[] | undefined): Attribute[] {
  return (wire ?? [])
    .map(({ key, value }) => ({ key, ...valueOf(value) }))
    .sort((a, b) => (a.key < b.key ? -1 : a.key > b.key ? 1 : 0));
}

/** A value as text, and what it was. */
export function valueOf(value: WireValue | undefined): Omit<Attribute, 'key'> {
  if (value?.stringValue !== undefined) return { type: 'text', text: value.stringValue };
  if (value?.intValue !== undefined) return { type: 'int', text: String(value.intValue) };
  if (value?.doubleValue !== undefined) return { type: 'float', text: String(value.doubleValue) };
  if (value?.boolValue !== undefined) return { type: 'bool', text: String(value.boolValue) };
  if (value?.bytesValue !== undefined) return { type: 'bytes', text: value.bytesValue };
  if (value?.arrayValue) return { type: 'list', text: JSON.stringify(plain(value)) };
  if (value?.kvlistValue) return { type: 'map', text: JSON.stringify(plain(value)) };
  return { type: 'empty', text: '' };
}

function plain(value: WireValue | undefined): unknown {
  if (value?.arrayValue) return (value.arrayValue.values ?? []).map(plain);
  if (value?.kvlistValue)
    return Object.fromEntries((value.kvlistValue.values ?? []).map((one) => [one.key, plain(one.value)]));
  const read = valueOf(value);
  return read.type === 'int' || read.type === 'float'
    ? Number(read.text)
    : read.type === 'bool'
      ? read.text === 'true'
      : read.text;
}

export function attribute(attributes: readonly Attribute[], key: string): string | undefined {
  return attributes.find((one) => one.key === key)?.text;
}

/** A condition of TraceQL on this attribute; null where a type cannot be compared. */
export function conditionOn(scope: 'span' | 'resource' | 'event', { key, type, text }: Attribute): string | null {
  const name = /^[\w.:/-]+$/.test(key) ? `${scope}.${key}` : `${scope}.${JSON.stringify(key)}`;
  if (type === 'text') return `${name} = ${JSON.stringify(text)}`;
  return type === 'int' || type === 'float' || type === 'bool' ? `${name} = ${text}` : null;
}
