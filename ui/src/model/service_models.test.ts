// SPDX-License-Identifier: Apache-2.0
import { describe, expect, it } from 'vitest';
import type { InstantSeries } from '@/api/query_types';
import { errorGroups } from './error_groups';
import { edgeEnds, layOut, serviceEdges } from './service_map';
import { redQueries, redRows } from './service_red';

const sample = (metric: Record<string, string>, value: string): InstantSeries => ({ metric, value: [0, value] });

describe('redRows', () => {
  it('joins rate, errors and durations by labels', () => {
    const rows = redRows({
      rate: [sample({ service: 'a' }, '4'), sample({ service: 'b' }, '10'), sample({ service: 'idle' }, '0')],
      errors: [sample({ service: 'a' }, '1')],
      p50: [sample({ service: 'a' }, '0.01')],
      p95: [sample({ service: 'b' }, 'NaN')],
    });
    expect(rows).toMatchObject([
      { labels: { service: 'b' }, rate: 10, errors: 0, p95Ms: null },
      { labels: { service: 'a' }, rate: 4, errors: 0.25, p50Ms: 10 },
    ]);
  });

  it('asks for entry spans over the window', () => {
    expect(redQueries('service', ['x="y"'], '5m').errors).toBe(
      'sum by (service) (rate(traces_spanmetrics_calls_total{x="y",status_code="STATUS_CODE_ERROR"}[5m]))',
    );
  });
});

describe('service map', () => {
  const edge = (client: string, server: string) => sample({ client, server }, '2');

  it('spreads the lines that meet at one box', () => {
    const map = layOut(serviceEdges([edge('a', 'db'), edge('b', 'db'), edge('c', 'db')], [], []));
    const ends = map.edges.map((one) => edgeEnds(map, 40).get(one)?.to);
    expect([...ends].sort()).toEqual([-13.333333333333334, 0, 13.333333333333334].sort());
  });

  it('puts callers left of what they call and survives rings', () => {
    const map = layOut(
      serviceEdges([edge('web', 'api'), edge('api', 'db'), edge('db', 'api'), edge('api', 'api')], [], []),
    );
    const column = Object.fromEntries(map.nodes.map((node) => [node.name, node.column]));
    expect(column).toEqual({ web: 0, api: 1, db: 2 });
    expect(map.edges.length).toBe(4);
  });

  it('counts errors of the calls a service receives', () => {
    const map = layOut(
      serviceEdges(
        [edge('a', 'b')],
        [sample({ client: 'a', server: 'b' }, '1')],
        [sample({ client: 'a', server: 'b' }, '0.2')],
      ),
    );
    expect(map.nodes.find((node) => node.name === 'b')?.errors).toBe(0.5);
    expect(map.edges[0]?.p95Ms).toBe(200);
  });
});

describe('errorGroups', () => {
  it('takes messages that differ in numbers as one', () => {
    const trace = (id: string, message: string) => ({
      traceID: id,
      startTimeUnixNano: '1',
      spanSets: [
        {
          spans: [
            {
              spanID: 's',
              name: 'pay',
              startTimeUnixNano: '1',
              attributes: [{ key: 'statusMessage', value: { stringValue: message } }],
            },
          ],
        },
      ],
    });
    const groups = errorGroups([
      trace('new', 'order 17 refused'),
      trace('old', 'order 4 refused'),
      trace('x', 'other'),
    ]);
    expect(groups).toMatchObject([
      { count: 2, traceId: 'new', message: 'order 17 refused' },
      { count: 1, traceId: 'x' },
    ]);
  });
});
