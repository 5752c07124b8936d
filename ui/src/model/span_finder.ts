// SPDX-License-Identifier: Apache-2.0
// Full-text search in the spans of a trace: name, service, id, status message, key=value of attributes and
// names of events, without regard to case. What can be found is written once into one text, so that a key
// pressed costs a pass over it and not over 100,000 spans' attributes.
import { ProtoReader } from '@/base/protobuf';
import { valueOf } from './attributes';
import { readValue } from './otlp_bytes';
import type { Span, Trace } from './trace';

const [newline, equals] = [10, 61];
const encoder = new TextEncoder();
const decoder = new TextDecoder();
// A character a byte, whatever the byte: places in the text are places in the bytes.
const bytewise = new TextDecoder('windows-1252');

/** Bytes that grow; texts are added in small letters. */
class TextWriter {
  bytes = new Uint8Array(1 << 20);
  length = 0;

  private reserve(more: number): void {
    if (this.length + more <= this.bytes.length) return;
    const bigger = new Uint8Array(Math.max(this.bytes.length * 2, this.length + more));
    bigger.set(this.bytes.subarray(0, this.length));
    this.bytes = bigger;
  }

  byte(value: number): void {
    this.reserve(1);
    this.bytes[this.length++] = value;
  }

  copy(bytes: Uint8Array): void {
    this.reserve(bytes.length);
    this.bytes.set(bytes, this.length);
    this.length += bytes.length;
  }

  text(text: string): void {
    this.copy(encoder.encode(text.toLowerCase()));
  }

  /** Digits and signs. */
  plain(text: string): void {
    this.reserve(text.length);
    for (let i = 0; i < text.length; i++) this.bytes[this.length++] = text.charCodeAt(i);
  }

  /** The text in this field, copied from its bytes. */
  field(reader: ProtoReader): void {
    const end = reader.bytesEnd();
    const { bytes, at } = reader;
    this.reserve(end - at);
    const into = this.bytes;
    let out = this.length;
    let seen = 0;
    for (let i = at; i < end; i++) {
      const byte = bytes[i] as number;
      seen |= byte;
      into[out++] = byte >= 65 && byte <= 90 ? byte + 32 : byte;
    }
    // Letters beyond ASCII have small ones too.
    if (seen >= 128) this.text(decoder.decode(bytes.subarray(at, end)));
    else this.length = out;
    reader.at = end;
  }
}

/** Writes what stands behind `key=`; the reader is at the value's field. */
function writeValue(reader: ProtoReader, out: TextWriter): void {
  const outer = reader.enter();
  const { at, end } = reader;
  const kind = reader.next() ? reader.field : 0;
  if (kind === 1) out.field(reader);
  else if (kind === 3) out.plain(reader.int64Text());
  else out.text(valueOf(readValue(new ProtoReader(reader.bytes, at, end))).text);
  reader.leave(outer);
}

function writeAttribute(reader: ProtoReader, out: TextWriter): void {
  const outer = reader.enter();
  while (reader.next()) {
    if (reader.field === 1) {
      out.field(reader);
      out.byte(equals);
    } else if (reader.field === 2) writeValue(reader, out);
    else reader.skip();
  }
  reader.leave(outer);
  out.byte(newline);
}

/** The name of an event, the message of a status: both are the second field. */
function writeSecond(reader: ProtoReader, out: TextWriter): void {
  const outer = reader.enter();
  while (reader.next()) {
    if (reader.field === 2) out.field(reader);
    else reader.skip();
  }
  reader.leave(outer);
  out.byte(newline);
}

/** Everything of the span but its service. */
function writeSpan(span: Span, out: TextWriter): void {
  out.plain(span.id);
  out.byte(newline);
  const reader = span.reader();
  while (reader.next()) {
    if (reader.field === 5) {
      out.field(reader);
      out.byte(newline);
    } else if (reader.field === 9) writeAttribute(reader, out);
    else if (reader.field === 11 || reader.field === 15) writeSecond(reader, out);
    else reader.skip();
  }
}

export class SpanFinder {
  private text: string | null = null;
  private readonly begins: Uint32Array;

  constructor(private readonly trace: Trace) {
    this.begins = new Uint32Array(trace.spans.length + 1);
  }

  /** Spans in which every word stands, in the order of the trace. */
  find(words: readonly string[]): Span[] {
    const { spans } = this.trace;
    const hits = new Uint8Array(spans.length);
    for (const [nth, word] of words.entries()) this.mark(word, hits, nth);
    return spans.filter((_, index) => hits[index] === words.length);
  }

  /** Counts up the spans that hold the word and have held all before it. */
  private mark(word: string, hits: Uint8Array, before: number): void {
    const text = this.written();
    const wanted = bytewise.decode(encoder.encode(word.toLowerCase()));
    const { begins } = this;
    let index = 0;
    for (let at = text.indexOf(wanted); at >= 0 && index < hits.length;) {
      while ((begins[index + 1] as number) <= at) index++;
      if (hits[index] === before) hits[index] = before + 1;
      at = text.indexOf(wanted, begins[index + 1]);
    }
  }

  private written(): string {
    if (this.text !== null) return this.text;
    const out = new TextWriter();
    const services = new Map(
      this.trace.services.map(({ name }) => [name, encoder.encode(`${name.toLowerCase()}\n`)] as const),
    );
    this.trace.spans.forEach((span, index) => {
      this.begins[index] = out.length;
      out.copy(services.get(span.service) as Uint8Array);
      writeSpan(span, out);
    });
    this.begins[this.trace.spans.length] = out.length;
    return (this.text = bytewise.decode(out.bytes.subarray(0, out.length)));
  }
}
