// SPDX-License-Identifier: Apache-2.0
// Traces for tests, written as the server sends them.

/** Fields of a message in their order: number, then a text, a length-delimited value, an int or a fixed64. */
type Field = [number, string | Uint8Array | number | bigint];

function varint(value: bigint): number[] {
  const out: number[] = [];
  for (let rest = BigInt.asUintN(64, value); ; rest >>= 7n) {
    if (rest < 128n) return [...out, Number(rest)];
    out.push(Number(rest & 127n) | 128);
  }
}

export function message(...fields: Field[]): Uint8Array {
  const out: number[] = [];
  for (const [field, value] of fields) {
    if (typeof value === 'number') out.push(...varint(BigInt(field) << 3n), ...varint(BigInt(value)));
    else if (typeof value === 'bigint') {
      out.push(...varint((BigInt(field) << 3n) | 1n));
      for (let i = 0n; i < 64n; i += 8n) out.push(Number((value >> i) & 255n));
    } else {
      const bytes = typeof value === 'string' ? new TextEncoder().encode(value) : value;
      out.push(...varint((BigInt(field) << 3n) | 2n), ...varint(BigInt(bytes.length)));
      for (const byte of bytes) out.push(byte);
    }
  }
  return Uint8Array.from(out);
}

export const attributeBytes = (key: string, value: string | number): Uint8Array =>
  message([1, key], [2, message(typeof value === 'string' ? [1, value] : [3, value])]);

/** A short name as the eight bytes of an id. */
export function spanId(name: string): Uint8Array {
  const bytes = new Uint8Array(8);
  bytes.set(new TextEncoder().encode(name).slice(0, 8));
  return bytes;
}

/** The same as it is shown. */
export const idText = (name: string): string => [...spanId(name)].map((b) => b.toString(16).padStart(2, '0')).join('');

export const fixtureStart = 1_700_000_000_000_000_000n;

/** Times in milliseconds after the start; `more` are further fields of the span. */
export function spanBytes(id: string, parent: string, from: number, to: number, ...more: Field[]): Uint8Array {
  return message(
    [2, spanId(id)],
    ...(parent === '' ? [] : [[4, spanId(parent)] as Field]),
    ...(more.some(([field]) => field === 5) ? [] : [[5, `op ${id}`] as Field]),
    [6, 1],
    [7, fixtureStart + BigInt(from) * 1_000_000n],
    [8, fixtureStart + BigInt(to) * 1_000_000n],
    ...more,
  );
}

/** The spans of one service, as a field of the trace. */
export const resourceSpans = (service: string, spans: Uint8Array[], scope = message()): Field => [
  1,
  message(
    [1, message([1, attributeBytes('service.name', service)])],
    [2, message([1, scope], ...spans.map((one): Field => [2, one]))],
  ),
];
