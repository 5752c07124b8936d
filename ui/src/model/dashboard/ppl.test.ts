// SPDX-License-Identifier: Apache-2.0
import { describe, expect, it } from 'vitest';
import { logfmtTags } from './other_frames';
import { parsePpl } from './ppl';

describe('PPL', () => {
  it('becomes a Lucene query and columns', () => {
    const read = parsePpl(
      'search source=otel-logs-* | where resource.service.name="shop" and severity.text != "INFO" |\u00a0fields @timestamp, body\n',
    );
    expect(read.lucene).toBe('service.name:"shop" AND NOT severity.text:"INFO"');
    expect(read.fields).toEqual([
      { name: '@timestamp', source: '@timestamp' },
      { name: 'body', source: 'message' },
    ]);
    expect(read.problem).toBeNull();
  });

  it('names what it does not understand', () => {
    expect(parsePpl('source=x | stats count() by y').problem).toContain('"stats"');
    expect(parsePpl('source=x | where a > 3').problem).toContain('a > 3');
  });
});

describe('tags of a Jaeger search', () => {
  it('are JSON whether written as logfmt or as JSON', () => {
    expect(logfmtTags('error=true service.name="my shop"')).toBe('{"error":"true","service.name":"my shop"}');
    expect(logfmtTags('{"a":"b"}')).toBe('{"a":"b"}');
    expect(logfmtTags('')).toBeUndefined();
  });
});
