// SPDX-License-Identifier: Apache-2.0
import { describe, expect, it } from 'vitest';
import { ProtoReader } from './protobuf';

const read = (...bytes: number[]): ProtoReader => new ProtoReader(Uint8Array.from(bytes));

describe('ProtoReader', () => {
  it('reads numbers, texts and messages, and skips what it is not asked for', () => {
    // 1: 300, 2: "hé", 3: { 1: -1 }, 4: fixed64 1.5, 5: fixed32, 6: 7
    const reader = read(
      ...[0x08, 0xac, 0x02],
      ...[0x12, 0x03, 0x68, 0xc3, 0xa9],
      ...[0x1a, 0x0b, 0x08, 0xff, 0xff, 0xff, 0xff, 0xff, 0xff, 0xff, 0xff, 0xff, 0x01],
      ...[0x21, 0, 0, 0, 0, 0, 0, 0xf8, 0x3f],
      ...[0x2d, 1, 0, 0, 0],
      ...[0x30, 0x07],
    );
    const found: unknown[] = [];
    while (reader.next()) {
      if (reader.field === 1 || reader.field === 6) found.push(reader.varint());
      else if (reader.field === 2) found.push(reader.text());
      else if (reader.field === 3) {
        const inner = reader.message();
        inner.next();
        found.push(inner.int64Text());
      } else if (reader.field === 4) found.push(reader.double());
      else reader.skip();
    }
    expect(found).toEqual([300, 'hé', '-1', 1.5, 7]);
  });

  it('says where a message is cut off instead of reading on', () => {
    const cut = [
      [0x08],
      [0x08, 0x80],
      [0x12, 0x05, 0x61],
      [0x21, 0, 0],
      [0x2d, 0],
      [0x0b],
      [0x08, ...Array<number>(11).fill(0x80)],
    ];
    for (const bytes of cut) {
      const reader = read(...bytes);
      expect(() => {
        while (reader.next()) reader.skip();
      }, bytes.join(' ')).toThrow(RangeError);
    }
  });

  it('keeps a message inside the one that holds it', () => {
    const reader = read(0x0a, 0x02, 0x12, 0x05, 0x61, 0x62, 0x63, 0x64, 0x65);
    reader.next();
    const inner = reader.message();
    inner.next();
    expect(() => inner.text()).toThrow(RangeError);
  });
});
