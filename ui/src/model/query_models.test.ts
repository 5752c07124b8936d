// SPDX-License-Identifier: Apache-2.0
import { describe, expect, it } from 'vitest';
import { durationMs } from '@/base/brand';
import { explainEmpty, metricsIn } from './empty_result';
import { exemplarPoints, traceIdOf } from './exemplar_points';
import { bucketRows } from './histogram';
import { summarizeLabels } from './label_summary';
import { metricInfos, suggestQueries } from './metric_info';
import { promqlTokens } from './promql_tokens';
import { errorHint, errorSpan, locateError, offsetOf } from './query_error';
import { graphCsv, labelColumns, resultCsv, sortRows, tableRows } from './query_table';
import { legendNames, seriesName } from './series_name';
import { alignWindow, stepFor } from './step';
import { yamlLine } from './yaml_tokens';

describe('seriesName', () => {
  it('is PromQL, with quotes where names need them', () => {
    expect(seriesName({ __name__: 'up', job: 'a"b\\c', instance: 'x' })).toBe('up{instance="x", job="a\\"b\\\\c"}');
    expect(seriesName({ __name__: 'http.requests', 'service.name': 'x' })).toBe(
      '{"http.requests", "service.name"="x"}',
    );
    expect(seriesName({})).toBe('{}');
  });
  it('is shortened in legends to what differs', () => {
    const series = [
      { __name__: 'up', job: 'a', env: 'p' },
      { __name__: 'up', job: 'b', env: 'p' },
    ];
    expect(legendNames(series)).toEqual(['{job="a"}', '{job="b"}']);
    expect(legendNames(series.slice(0, 1))).toEqual(['up{env="p", job="a"}']);
  });
});

describe('stepFor', () => {
  it('is round and gives about the wanted number of points', () => {
    expect(stepFor({ kind: 'auto', density: 'medium' }, durationMs(3_600_000))).toBe(15_000);
    expect(stepFor({ kind: 'auto', density: 'high' }, durationMs(86_400_000))).toBe(120_000);
  });
  it('never asks for more points than the API gives', () => {
    const year = durationMs(31_536_000_000);
    expect(year / stepFor({ kind: 'fixed', step: durationMs(1) }, year)).toBeLessThanOrEqual(11_000);
  });
  it('moves the window by whole steps', () => {
    expect(alignWindow(1007, 2001, durationMs(10))).toEqual({ start: 1, end: 2.01 });
  });
});

describe('locateError', () => {
  it('finds line and column behind the wrapping', () => {
    const query = 'sum(\n  rate(up[5m])\n';
    expect(locateError('invalid parameter "query": 2:3: parse error: unclosed left parenthesis', query)).toEqual({
      message: 'unclosed left parenthesis',
      offset: 7,
      position: '2:3',
    });
  });
  it('underlines the word at the place, the last character at the end, and nothing in no text', () => {
    expect(errorSpan('sum by rate(x)', 7)).toEqual({ from: 7, to: 11 });
    expect(errorSpan('sum(up', 6)).toEqual({ from: 5, to: 6 });
    expect(errorSpan('a{', 1)).toEqual({ from: 1, to: 2 });
    expect(errorSpan('', 3)).toEqual({ from: 0, to: 0 });
  });
  it('counts columns in bytes', () => {
    expect(offsetOf('{a="äö"} x', 1, 10)).toBe(7);
    expect(offsetOf('up', 9, 9)).toBe(2);
  });
  it('leaves other messages alone, and knows the way out of common ones', () => {
    expect(locateError('query timed out', 'up')).toEqual({ message: 'query timed out', offset: null, position: null });
    expect(errorHint('query timed out in expression evaluation')).toMatch(/Shorten/);
    expect(errorHint('expected type range vector in call to function "rate", got instant vector')).toMatch(/5m/);
    expect(errorHint('something new')).toBeNull();
  });
});

describe('tables', () => {
  const result = {
    resultType: 'vector' as const,
    result: [
      { metric: { __name__: 'm', i: '10', x: 's' }, value: [1, '2.5'] as [number, string] },
      { metric: { __name__: 'm', i: '9', x: 's' }, value: [1, 'NaN'] as [number, string] },
      { metric: { __name__: 'm', i: '1', x: 's' }, value: [1, '+Inf'] as [number, string] },
    ],
  };
  const values = (descending: boolean): string[] =>
    sortRows(tableRows(result), { by: 'value', descending }).map((row) => row.value);
  it('sort by value with NaN last in both directions', () => {
    expect(values(true)).toEqual(['+Inf', '2.5', 'NaN']);
    expect(values(false)).toEqual(['2.5', '+Inf', 'NaN']);
  });
  it('sort labels by the numbers in them', () => {
    expect(sortRows(tableRows(result), { by: 'i', descending: false }).map((row) => row.labels['i'])).toEqual([
      '1',
      '9',
      '10',
    ]);
  });
  it('put the metric first, then what differs', () => {
    expect(labelColumns(tableRows(result))).toEqual(['__name__', 'i', 'x']);
    expect(resultCsv(tableRows(result), 'utc').split('\r\n')[1]).toBe('m,10,s,2.5');
  });
  it('have one line per time and one column per series for a graph', () => {
    const csv = graphCsv(
      [
        {
          metric: { __name__: 'm', i: '1' },
          values: [
            [0, '1'],
            [60, 'NaN'],
          ],
        },
        { metric: { __name__: 'h' }, histograms: [[30, { count: '2', sum: '3' }]], values: [[60, '-4']] },
      ],
      'utc',
    );
    expect(csv.split('\r\n')).toEqual([
      'time,"m{i=""1""}",h',
      expect.stringMatching(/^1970-01-01 00:00:00[^,]*,1,$/),
      expect.stringMatching(/^1970-01-01 00:00:30[^,]*,,count=2 sum=3$/),
      expect.stringMatching(/^1970-01-01 00:01:00[^,]*,NaN,-4$/),
      '',
    ]);
  });
  it('show scalars, ranges and histograms', () => {
    expect(tableRows({ resultType: 'scalar', result: [1, '42'] })[0]).toMatchObject({ value: '42', number: 42 });
    expect(
      resultCsv(
        tableRows({
          resultType: 'matrix',
          result: [
            {
              metric: { a: 'b' },
              values: [
                [0, '1'],
                [1, '2'],
              ],
            },
          ],
        }),
        'utc',
      ),
    ).toBe('a,time,value\r\nb,1970-01-01 00:00:00,1\r\nb,1970-01-01 00:00:01,2\r\n');
    expect(
      bucketRows({
        count: '3',
        sum: '1',
        buckets: [
          [0, '0.5', '1', '1'],
          [3, '-0.1', '0.1', '2'],
        ],
      }),
    ).toEqual([
      { interval: '(0.5, 1]', count: 1, share: 0.5 },
      { interval: '[-0.1, 0.1]', count: 2, share: 1 },
    ]);
  });
});

describe('explainEmpty', () => {
  it('finds the metrics of a query and nothing else', () => {
    expect(
      metricsIn(
        'sum by (job) (rate(http_total{code=~"5..", path="x"}[5m] offset 1h)) / on (job) group_left (team) up # note',
      ),
    ).toEqual(['http_total', 'up']);
    expect(metricsIn('histogram_quantile(0.9, x_bucket) > bool 1e3 and NaN')).toEqual(['x_bucket']);
  });
  it('names what is missing, and what is close', () => {
    const { missing } = explainEmpty('rate(node_cpu_second_total[5m])', ['node_cpu_seconds_total', 'up']);
    expect(missing[0]).toMatchObject({ name: 'node_cpu_second_total', similar: ['node_cpu_seconds_total'] });
    expect(explainEmpty('up == 2', ['up']).missing).toEqual([]);
  });
});

describe('metric explorer', () => {
  it('finds the metadata of a family behind its suffixes', () => {
    const infos = metricInfos(['h_bucket', 'c_total', 'g', 'x_total'], {
      h: [{ type: 'histogram', help: 'H', unit: 's' }],
      c: [{ type: 'counter', help: 'C', unit: '' }],
      g: [{ type: 'gauge', help: 'G', unit: '' }],
    });
    expect(infos.map((info) => [info.type, info.help])).toEqual([
      ['counter', 'H'],
      ['counter', 'C'],
      ['gauge', 'G'],
      ['counter', ''],
    ]);
    expect(suggestQueries(infos[0]!, { job: 'a' })[0]?.query).toBe(
      'histogram_quantile(0.99, sum by (le) (rate(h_bucket{job="a"}[5m])))',
    );
  });
  it('counts label values', () => {
    expect(
      summarizeLabels([
        { __name__: 'm', a: '1', b: 'x' },
        { __name__: 'm', a: '2', b: 'x' },
      ]),
    ).toEqual([
      { name: 'b', values: [{ value: 'x', series: 2 }] },
      {
        name: 'a',
        values: [
          { value: '1', series: 1 },
          { value: '2', series: 1 },
        ],
      },
    ]);
  });
});

describe('exemplarPoints', () => {
  it('keeps the highest of each slice', () => {
    const exemplars = [1, 9, 5].map((value, i) => ({
      labels: { traceID: `t${value}` },
      value: String(value),
      timestamp: 10 + i,
    }));
    const points = exemplarPoints([{ seriesLabels: {}, exemplars }], 60, 2);
    expect(points.map((point) => traceIdOf(point.labels))).toEqual(['t9', 't5']);
  });
});

describe('colouring', () => {
  const kinds = (query: string): string[] =>
    promqlTokens(query)
      .filter((t) => t.text.trim())
      .map((t) => `${t.kind}:${t.text}`);
  it('knows the parts of a query and loses none of its text', () => {
    const query = 'sum by (job) (rate(x_total{code=~"5.."}[1h30m])) > 1e3 # hot';
    expect(
      promqlTokens(query)
        .map((token) => token.text)
        .join(''),
    ).toBe(query);
    expect(kinds(query)).toEqual(
      expect.arrayContaining([
        'keyword:sum',
        'keyword:by',
        'label:job',
        'function:rate',
        'metric:x_total',
        'label:code',
        'string:"5.."',
        'number:1h30m',
        'number:1e3',
        'comment:# hot',
      ]),
    );
  });
  it('knows keys, values and comments of YAML and loses none of its text', () => {
    for (const line of [
      '  - job_name: node',
      'key: "a # b"',
      '# note',
      'x: 15s # why',
      "- 'a:b'",
      'url: http://h:9090/x',
      '',
      '  plain',
    ]) {
      expect(
        yamlLine(line)
          .map((token) => token.text)
          .join(''),
      ).toBe(line);
    }
    expect(yamlLine('x: 15s # why').map((token) => token.kind)).toEqual(['key', 'mark', 'number', 'comment']);
    expect(yamlLine('password: <secret>').at(-1)?.kind).toBe('comment');
  });
});
