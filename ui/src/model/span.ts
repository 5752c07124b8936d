// SPDX-License-Identifier: Apache-2.0
// One span of a trace that lies in the answer's bytes. What every span is asked for, to stand in the tree,
// is read at once; ids, attributes, events and links when they are asked for: of 100,000 spans few are
// looked at.
import { ProtoReader, uint32At } from '@/base/protobuf';
import type { WireAttribute } from '@/api/trace_types';
import { attributesOf, type Attribute } from './attributes';
import { readAttribute } from './otlp_bytes';

export interface SpanEvent {
  atUs: number;
  name: string;
  attributes: Attribute[];
}

export interface SpanLink {
  traceId: string;
  spanId: string;
  attributes: Attribute[];
}

/** What spans of one process and one library have in common. */
export interface SpanOrigin {
  resource: Attribute[];
  service: string;
  scope: string;
}

/** The bytes that the spans of a trace lie in, and the moment that their times count from. */
export interface SpanBytes {
  bytes: Uint8Array;
  /** Nanoseconds since the epoch, as two halves of 32 bits. */
  baseHigh: number;
  baseLow: number;
  /** The first start, in nanoseconds after the base. */
  startNs: number;
}

interface Details {
  attributes: Attribute[];
  events: SpanEvent[];
  links: SpanLink[];
  statusMessage: string;
}

const nobody: readonly Span[] = [];

export class Span {
  name = '';
  kind = 0;
  hasError = false;
  /** Microseconds after the start of the trace. */
  startUs = 0;
  durationUs = 0;
  /** Where the eight bytes of the ids begin; -1: none. */
  idAt = -1;
  parentIdAt = -1;
  depth = 0;
  parent: Span | null = null;
  children = nobody as Span[];
  /** Its parent is named but not here. */
  isOrphan = false;
  private read: Details | null = null;

  /** Its message lies from `from` to `to`; whoever makes it (read_spans.ts) sets what it is asked for. */
  constructor(
    private readonly from: number,
    private readonly to: number,
    private readonly origin: SpanOrigin,
    private readonly source: SpanBytes,
  ) {}

  get service(): string {
    return this.origin.service;
  }
  get resource(): Attribute[] {
    return this.origin.resource;
  }
  get scope(): string {
    return this.origin.scope;
  }
  get id(): string {
    return hex(this.source.bytes, this.idAt, 8);
  }
  get parentId(): string {
    return hex(this.source.bytes, this.parentIdAt, 8);
  }
  get statusMessage(): string {
    return this.details().statusMessage;
  }
  get attributes(): Attribute[] {
    return this.details().attributes;
  }
  get events(): SpanEvent[] {
    return this.details().events;
  }
  get links(): SpanLink[] {
    return this.details().links;
  }

  /** The span's own message, for reading what is not kept. */
  reader(): ProtoReader {
    return new ProtoReader(this.source.bytes, this.from, this.to);
  }

  addChild(child: Span): void {
    if (this.children === nobody) this.children = [child];
    else this.children.push(child);
    child.parent = this;
  }

  private details(): Details {
    this.read ??= readDetails(this.reader(), this.source);
    return this.read;
  }
}

const digits = Array.from({ length: 256 }, (_, byte) => byte.toString(16).padStart(2, '0'));

function hex(bytes: Uint8Array, at: number, length: number): string {
  let text = '';
  if (at >= 0) for (let i = at; i < at + length; i++) text += digits[bytes[i] as number];
  return text;
}

function readDetails(reader: ProtoReader, source: SpanBytes): Details {
  const attributes: WireAttribute[] = [];
  const details: Details = { attributes: [], events: [], links: [], statusMessage: '' };
  while (reader.next()) {
    if (reader.field === 9) attributes.push(readAttribute(reader.message()));
    else if (reader.field === 11) details.events.push(readEvent(reader.message(), source));
    else if (reader.field === 13) details.links.push(readLink(reader.message()));
    else if (reader.field === 15) details.statusMessage = readStatusMessage(reader.message());
    else reader.skip();
  }
  details.attributes = attributesOf(attributes);
  return details;
}

function readEvent(reader: ProtoReader, source: SpanBytes): SpanEvent {
  const attributes: WireAttribute[] = [];
  const event: SpanEvent = { atUs: 0, name: '', attributes: [] };
  while (reader.next()) {
    if (reader.field === 1) event.atUs = (nsAfter(source, reader.fixed(8)) - source.startNs) / 1000;
    else if (reader.field === 2) event.name = reader.text();
    else if (reader.field === 3) attributes.push(readAttribute(reader.message()));
    else reader.skip();
  }
  event.attributes = attributesOf(attributes);
  return event;
}

function readLink(reader: ProtoReader): SpanLink {
  const attributes: WireAttribute[] = [];
  const link: SpanLink = { traceId: '', spanId: '', attributes: [] };
  while (reader.next()) {
    if (reader.field === 1 || reader.field === 2) {
      const id = reader.view();
      link[reader.field === 1 ? 'traceId' : 'spanId'] = hex(id, 0, id.length);
    } else if (reader.field === 4) attributes.push(readAttribute(reader.message()));
    else reader.skip();
  }
  link.attributes = attributesOf(attributes);
  return link;
}

function readStatusMessage(reader: ProtoReader): string {
  let message = '';
  while (reader.next()) {
    if (reader.field === 2) message = reader.text();
    else reader.skip();
  }
  return message;
}

/** Nanoseconds from the base to the moment at `at`: exact within a hundred days of it. */
export function nsAfter(source: SpanBytes, at: number): number {
  const high = uint32At(source.bytes, at + 4) - source.baseHigh;
  return high * 2 ** 32 + uint32At(source.bytes, at) - source.baseLow;
}
