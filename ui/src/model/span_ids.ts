// SPDX-License-Identifier: Apache-2.0
// Finds spans by their ids, compared as numbers: a table of 100,000 texts would take as long as reading the
// whole trace.
import { uint32At } from '@/base/protobuf';
import type { Span } from './span';

/** Of a place: the two halves of the id, and the span's index plus one, 0 where the place is free. */
const width = 3;

export class SpanIds {
  private readonly table: Int32Array;
  /** The number of places, a power of two, less one. */
  private readonly mask: number;

  constructor(
    private readonly bytes: Uint8Array,
    private readonly spans: readonly Span[],
  ) {
    const places = 2 ** Math.ceil(Math.log2(spans.length * 2 + 2));
    this.mask = places - 1;
    this.table = new Int32Array(places * width);
    spans.forEach((span, index) => this.add(span.idAt, index));
  }

  private add(offset: number, index: number): void {
    if (offset < 0) return;
    const [low, high] = [uint32At(this.bytes, offset) | 0, uint32At(this.bytes, offset + 4) | 0];
    const at = this.placeOf(low, high);
    // Of several spans of one id the first is meant.
    if (this.table[at + 2] !== 0) return;
    this.table[at] = low;
    this.table[at + 1] = high;
    this.table[at + 2] = index + 1;
  }

  /** The span whose id lies at the offset; null for -1. */
  at(offset: number): Span | null {
    return offset < 0 ? null : this.get(uint32At(this.bytes, offset) | 0, uint32At(this.bytes, offset + 4) | 0);
  }

  /** By sixteen hexadecimal digits. */
  find(id: string): Span | null {
    if (!/^[0-9a-f]{16}$/i.test(id)) return null;
    const bytes = Uint8Array.from(id.match(/../g) ?? [], (digits) => parseInt(digits, 16));
    return this.get(uint32At(bytes, 0) | 0, uint32At(bytes, 4) | 0);
  }

  private get(low: number, high: number): Span | null {
    const index = this.table[this.placeOf(low, high) + 2] as number;
    return index === 0 ? null : (this.spans[index - 1] as Span);
  }

  /** Where the id stands, or the free place where it would. */
  private placeOf(low: number, high: number): number {
    let hash = Math.imul(low ^ Math.imul(high, 0x9e3779b1), 0x85ebca6b);
    hash ^= hash >>> 15;
    for (let place = hash & this.mask; ; place = (place + 1) & this.mask) {
      const at = place * width;
      if (this.table[at + 2] === 0 || (this.table[at] === low && this.table[at + 1] === high)) return at;
    }
  }
}
