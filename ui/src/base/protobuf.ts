// SPDX-License-Identifier: Apache-2.0
// Reads protobuf messages in place: field after field, without copying. Whoever reads knows the fields'
// numbers and types; what it does not know, it skips. Throws a RangeError where a message ends within a
// field.

const [varintType, fixed64Type, bytesType, fixed32Type] = [0, 1, 2, 5] as const;

const decoder = new TextDecoder();

/** Little endian. */
export function uint32At(bytes: Uint8Array, at: number): number {
  const [a, b, c, d] = [bytes[at], bytes[at + 1], bytes[at + 2], bytes[at + 3]] as [number, number, number, number];
  return (a | (b << 8) | (c << 16) | (d << 24)) >>> 0;
}

export class ProtoReader {
  /** Number and type of the field that `next` has found. */
  field = 0;
  type = 0;

  constructor(
    readonly bytes: Uint8Array,
    public at = 0,
    public end = bytes.length,
  ) {}

  /** Goes to the next field; false at the end of the message. */
  next(): boolean {
    if (this.at >= this.end) return false;
    const tag = this.varint();
    this.field = tag >>> 3;
    this.type = tag & 7;
    return true;
  }

  /** Exact up to 2^53, for lengths, enums and flags. */
  varint(): number {
    let value = 0;
    let weight = 1;
    for (let i = 0; i < 10; i++) {
      if (this.at >= this.end) break;
      const byte = this.bytes[this.at++] as number;
      value += (byte & 0x7f) * weight;
      if (byte < 0x80) return value;
      weight *= 128;
    }
    throw new RangeError('A number is cut off.');
  }

  /** A signed number of 64 bits, as text. */
  int64Text(): string {
    let value = 0n;
    for (let shift = 0n; shift < 70n; shift += 7n) {
      if (this.at >= this.end) break;
      const byte = this.bytes[this.at++] as number;
      value |= BigInt(byte & 0x7f) << shift;
      if (byte < 0x80) return BigInt.asIntN(64, value).toString();
    }
    throw new RangeError('A number is cut off.');
  }

  /** Where the bytes of the field end; `at` is where they begin. */
  bytesEnd(): number {
    const length = this.varint();
    const end = this.at + length;
    if (end > this.end) throw new RangeError('A field is longer than its message.');
    return end;
  }

  text(): string {
    return decoder.decode(this.view());
  }

  /** The bytes of the field where they lie. */
  view(): Uint8Array {
    const end = this.bytesEnd();
    const view = this.bytes.subarray(this.at, end);
    this.at = end;
    return view;
  }

  /** The message in this field, to be read by itself. */
  message(): ProtoReader {
    const end = this.bytesEnd();
    const inner = new ProtoReader(this.bytes, this.at, end);
    this.at = end;
    return inner;
  }

  double(): number {
    const at = this.fixed(8);
    return new DataView(this.bytes.buffer, this.bytes.byteOffset + at, 8).getFloat64(0, true);
  }

  /** Goes into the message in this field, to read it with this reader; what `leave` is to be given. */
  enter(): number {
    const outer = this.end;
    this.end = this.bytesEnd();
    return outer;
  }

  /** Goes on behind the message that `enter` went into. */
  leave(outer: number): void {
    this.at = this.end;
    this.end = outer;
  }

  within(read: () => void): void {
    const outer = this.enter();
    read();
    this.leave(outer);
  }

  /** Passes a number of fixed width; where it begins. */
  fixed(width: 4 | 8): number {
    const at = this.at;
    if (at + width > this.end) throw new RangeError('A number is cut off.');
    this.at = at + width;
    return at;
  }

  skip(): void {
    if (this.type === varintType) this.varint();
    else if (this.type === bytesType) this.at = this.bytesEnd();
    else if (this.type === fixed64Type) this.fixed(8);
    else if (this.type === fixed32Type) this.fixed(4);
    else throw new RangeError(`Fields of type ${this.type} are unknown.`);
  }
}
