// SPDX-License-Identifier: Apache-2.0
// Goes once through the bytes of a trace (OTLP's TracesData) and makes its spans, in the order of the
// answer. Only what the tree needs is read; the rest is passed over by its length.
import { ProtoReader, uint32At } from '@/base/protobuf';
import { attribute, attributesOf } from './attributes';
import { readResource, readScope } from './otlp_bytes';
import { nsAfter, Span, type SpanBytes, type SpanOrigin } from './span';

/** Names repeat: each is decoded once. */
class Names {
  private readonly known = new Map<number, { begin: number; end: number; text: string }>();

  read(reader: ProtoReader): string {
    const { bytes, at } = reader;
    const end = reader.bytesEnd();
    const begin = reader.at;
    let hash = end - begin;
    for (let i = begin; i < end; i++) hash = (Math.imul(hash, 31) + (bytes[i] as number)) | 0;
    const one = this.known.get(hash);
    if (one && isSame(bytes, one.begin, one.end, begin, end)) {
      reader.at = end;
      return one.text;
    }
    reader.at = at;
    const text = reader.text();
    if (!one) this.known.set(hash, { begin, end, text });
    return text;
  }
}

function isSame(bytes: Uint8Array, begin: number, end: number, otherBegin: number, otherEnd: number): boolean {
  if (end - begin !== otherEnd - otherBegin) return false;
  for (let i = begin, j = otherBegin; i < end; i++, j++) if (bytes[i] !== bytes[j]) return false;
  return true;
}

/** Where the eight bytes of an id begin; -1 for none: ids of another length or of zeros are not ids. */
function idPlace(reader: ProtoReader): number {
  const end = reader.bytesEnd();
  const at = reader.at;
  reader.at = end;
  if (end - at !== 8) return -1;
  return uint32At(reader.bytes, at) === 0 && uint32At(reader.bytes, at + 4) === 0 ? -1 : at;
}

/** Whether a status is code 2. */
function isError(reader: ProtoReader): boolean {
  let isCode2 = false;
  const outer = reader.enter();
  while (reader.next()) {
    if (reader.field === 3) isCode2 = reader.varint() === 2;
    else reader.skip();
  }
  reader.leave(outer);
  return isCode2;
}

export class SpanReader {
  readonly spans: Span[] = [];
  readonly source: SpanBytes;
  private readonly names = new Names();
  private readonly reader: ProtoReader;
  private hasBase = false;

  constructor(bytes: Uint8Array) {
    this.source = { bytes, baseHigh: 0, baseLow: 0, startNs: 0 };
    this.reader = new ProtoReader(bytes);
  }

  /** All spans, their times counted from the first start. */
  readAll(): Span[] {
    const { reader } = this;
    while (reader.next()) {
      if (reader.field === 1) reader.within(() => this.readResourceSpans());
      else reader.skip();
    }
    let first = this.spans[0]?.startUs ?? 0;
    for (const span of this.spans) if (span.startUs < first) first = span.startUs;
    this.source.startNs = first;
    for (const span of this.spans) span.startUs = (span.startUs - first) / 1000;
    return this.spans;
  }

  /** Milliseconds since the epoch, with their fraction, of the first start. */
  startMs(): number {
    const { baseHigh, baseLow, startNs } = this.source;
    const ns = BigInt(baseHigh) * 4_294_967_296n + BigInt(baseLow) + BigInt(startNs);
    return Number(ns / 1000n) / 1000;
  }

  private readResourceSpans(): void {
    const { reader } = this;
    const origin: SpanOrigin = { resource: [], service: 'unknown_service', scope: '' };
    const groups: { at: number; end: number }[] = [];
    while (reader.next()) {
      if (reader.field === 1) {
        origin.resource = attributesOf(readResource(reader.message()));
        origin.service = attribute(origin.resource, 'service.name') ?? origin.service;
      } else if (reader.field === 2) {
        const end = reader.bytesEnd();
        groups.push({ at: reader.at, end });
        reader.at = end;
      } else reader.skip();
    }
    // The resource may stand behind its spans.
    const { at, end } = reader;
    for (const group of groups) {
      reader.at = group.at;
      reader.end = group.end;
      this.readScopeSpans({ ...origin });
    }
    reader.at = at;
    reader.end = end;
  }

  private readScopeSpans(origin: SpanOrigin): void {
    const { reader } = this;
    while (reader.next()) {
      if (reader.field === 1) origin.scope = readScope(reader.message());
      else if (reader.field === 2) reader.within(() => this.readSpan(origin));
      else reader.skip();
    }
  }

  private readSpan(origin: SpanOrigin): void {
    const { reader } = this;
    const span = new Span(reader.at, reader.end, origin, this.source);
    let startAt = -1;
    let endAt = -1;
    while (reader.next()) {
      if (reader.field === 2) span.idAt = idPlace(reader);
      else if (reader.field === 4) span.parentIdAt = idPlace(reader);
      else if (reader.field === 5) span.name = this.names.read(reader);
      else if (reader.field === 6) span.kind = reader.varint();
      else if (reader.field === 7) startAt = reader.fixed(8);
      else if (reader.field === 8) endAt = reader.fixed(8);
      else if (reader.field === 15) span.hasError = isError(reader);
      else reader.skip();
    }
    this.setTimes(span, startAt, endAt);
    this.spans.push(span);
  }

  /** The start stays in nanoseconds after the base until the first is known. */
  private setTimes(span: Span, startAt: number, endAt: number): void {
    if (startAt >= 0 && !this.hasBase) {
      this.source.baseLow = uint32At(this.source.bytes, startAt);
      this.source.baseHigh = uint32At(this.source.bytes, startAt + 4);
      this.hasBase = true;
    }
    span.startUs = startAt < 0 ? 0 : nsAfter(this.source, startAt);
    span.durationUs = endAt < 0 ? 0 : Math.max(0, nsAfter(this.source, endAt) - span.startUs) / 1000;
  }
}
