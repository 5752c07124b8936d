// SPDX-License-Identifier: Apache-2.0
// The parts of OTLP messages that several kinds of data share, read from protobuf: attributes and scopes.
import type { WireAttribute, WireValue } from '@/api/trace_types';
import type { ProtoReader } from '@/base/protobuf';

// Deeper values than anybody writes are left empty: a message of lists in lists must not end the page.
const deepest = 32;

function base64(bytes: Uint8Array): string {
  let text = '';
  for (const byte of bytes) text += String.fromCharCode(byte);
  return btoa(text);
}

export function readValue(reader: ProtoReader, depth = 0): WireValue {
  let value: WireValue = {};
  while (reader.next()) {
    if (reader.field === 1) value = { stringValue: reader.text() };
    else if (reader.field === 2) value = { boolValue: reader.varint() !== 0 };
    else if (reader.field === 3) value = { intValue: reader.int64Text() };
    else if (reader.field === 4) value = { doubleValue: reader.double() };
    else if (reader.field === 5 && depth < deepest)
      value = { arrayValue: { values: repeated(reader.message(), (one) => readValue(one, depth + 1)) } };
    else if (reader.field === 6 && depth < deepest)
      value = { kvlistValue: { values: repeated(reader.message(), (one) => readAttribute(one, depth + 1)) } };
    else if (reader.field === 7) value = { bytesValue: base64(reader.view()) };
    else reader.skip();
  }
  return value;
}

function repeated<T>(reader: ProtoReader, read: (one: ProtoReader) => T): T[] {
  const all: T[] = [];
  while (reader.next()) {
    if (reader.field === 1) all.push(read(reader.message()));
    else reader.skip();
  }
  return all;
}

export function readAttribute(reader: ProtoReader, depth = 0): WireAttribute {
  const one: WireAttribute = { key: '' };
  while (reader.next()) {
    if (reader.field === 1) one.key = reader.text();
    else if (reader.field === 2) one.value = readValue(reader.message(), depth);
    else reader.skip();
  }
  return one;
}

/** The attributes of a resource. */
export function readResource(reader: ProtoReader): WireAttribute[] {
  return repeated(reader, readAttribute);
}

/** Name and version of a scope, as one text. */
export function readScope(reader: ProtoReader): string {
  const parts = ['', ''];
  while (reader.next()) {
    if (reader.field === 1 || reader.field === 2) parts[reader.field - 1] = reader.text();
    else reader.skip();
  }
  return parts.filter(Boolean).join(' ');
}
