// SPDX-License-Identifier: Apache-2.0
import { describe, expect, it } from 'vitest';
import type { WireLogs } from '@/api/log_queries';
import { levelChart } from './log_histogram';
import { fieldsOf, joinPages, linesOf, nextPage } from './log_lines';
import { facetQuery, isLogql, logqlOf, withCondition } from './log_query';

const page = (...entries: [string, string, string][]): WireLogs => ({
  status: 'success',
  data: {
    resultType: 'streams',
    result: entries.map(([app, time, line]) => ({
      stream: { app, detected_level: 'error' },
      values: [[time, line, { structuredMetadata: { detected_level: 'error' } }]],
    })),
  },
});

const search = (text: string) => logqlOf({ text, traceId: '', spanId: '' });

describe('logqlOf', () => {
  it('looks for words anywhere, whatever their case', () => {
    expect(search('Time.out -debug')).toBe('{service_name=~".+"} |~ "(?i)Time\\\\.out" !~ "(?i)debug"');
  });

  it('keeps quoted words together and LogQL as it is', () => {
    expect(search('"two words"')).toBe('{service_name=~".+"} |~ "(?i)two words"');
    expect(search('{a="b"} |= "c"')).toBe('{a="b"} |= "c"');
    expect(isLogql('error {x}')).toBe(false);
  });

  it('adds the ids of a trace', () => {
    expect(logqlOf({ text: '', traceId: 'ab', spanId: 'cd' })).toBe(
      '{service_name=~".+"} | trace_id="ab" | span_id="cd"',
    );
  });
});

describe('withCondition', () => {
  it('puts labels into the selector, past braces in strings', () => {
    expect(withCondition('{a="}"} |= "x"', 'b', 'c', true, false, '')).toBe('{a="}", b="c"} |= "x"');
    expect(withCondition('{}', 'b', 'c', true, true, '')).toBe('{b!="c"}');
  });

  it('parses once before a field', () => {
    expect(withCondition('{a="b"}', 'f', '1', false, false, 'json')).toBe('{a="b"} | json | f="1"');
    expect(withCondition('{a="b"} | json', 'f', '1', false, true, 'json')).toBe('{a="b"} | json | f!="1"');
  });

  it('makes facets that survive lines without the field', () => {
    expect(facetQuery('{a="b"}', 'f', 'logfmt', '60s')).toBe(
      'topk(10, sum by (f) (count_over_time({a="b"} | logfmt | __error__="" | f!="" [60s])))',
    );
  });
});

describe('lines', () => {
  it('come in one order over all streams', () => {
    const lines = linesOf(page(['a', '3000000', 'x'], ['b', '20000000', 'y'], ['a', '1000000', 'z']), 'backward');
    expect(lines.map((line) => line.line).join('')).toBe('yxz');
    expect(lines[0]).toMatchObject({ level: 'error', stream: { app: 'b' } });
  });

  it('are not lost or doubled where pages meet', () => {
    const first = page(['a', '3000000', 'x'], ['a', '2000000', 'y']);
    const second = page(['a', '2000000', 'y'], ['b', '2000000', 'w'], ['a', '1000000', 'z']);
    expect(nextPage(first, 2, 'backward')).toBe('2000001');
    expect(
      joinPages([first, second], 'backward')
        .map((line) => line.line)
        .join(''),
    ).toBe('xywz');
  });

  it('end with the last page, and go past a page of one moment', () => {
    expect(nextPage(page(['a', '3', 'x']), 2, 'backward')).toBeUndefined();
    expect(nextPage(page(['a', '3000000', 'x'], ['a', '3000000', 'y']), 2, 'forward')).toBe('3000001');
  });

  it('show the fields of a JSON line', () => {
    const [line] = linesOf(page(['a', '1000000', '{"user":{"id":7},"ok":true}']), 'backward');
    expect(line && fieldsOf(line).filter((field) => field.from === 'line')).toEqual([
      { name: 'user_id', value: '7', from: 'line' },
      { name: 'ok', value: 'true', from: 'line' },
    ]);
  });
});

describe('the trace of a line', () => {
  it('is found in its text as ingest finds it', () => {
    const id = '4bf92f3577b34da6a3ce929d0e0e4736';
    const traces = [`{"trace_id":"${id}"}`, `traceID=${id} x`, `[trace.id: ${id}]`, `traceparent=00-${id}-00f0-01`, id];
    expect(traces.map((text) => linesOf(page(['a', '1', text]), 'backward')[0]?.traceId)).toEqual([id, id, id, id, '']);
  });
});

describe('fields of a logfmt line', () => {
  const inLine = (text: string): unknown => {
    const [line] = linesOf(page(['a', '1000000', text]), 'backward');
    return line && fieldsOf(line).flatMap((field) => (field.from === 'line' ? [[field.name, field.value]] : []));
  };

  it('are shown, quotes undone', () => {
    expect(inLine('level=error http.path=/a?b=1 err="context \\"x\\" gone" empty=')).toEqual([
      ['level', 'error'],
      ['http_path', '/a?b=1'],
      ['err', 'context "x" gone'],
      ['empty', ''],
    ]);
  });

  it('are not made of prose', () => {
    expect(inLine('set x=1 and go on')).toEqual([]);
  });
});

describe('levelChart', () => {
  it('adds spellings of a level together, the worst on top', () => {
    const chart = levelChart(
      [
        { metric: { detected_level: 'info' }, values: [[0, '5']] },
        {
          metric: { detected_level: 'error' },
          values: [
            [0, '1'],
            [10, '2'],
          ],
        },
        { metric: { detected_level: 'err' }, values: [[10, '3']] },
      ],
      0,
      10,
      10,
    );
    expect(chart.levels).toEqual(['info', 'error']);
    expect(chart.series[1]?.values).toEqual([1, 5]);
    expect(chart.total).toBe(11);
  });
});
