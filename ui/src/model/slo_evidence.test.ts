// SPDX-License-Identifier: Apache-2.0
import { describe, expect, it } from 'vitest';
import type { BurnEvent, EventAlert } from '@/api/slo_queries';
import { badSpans, evidenceOf, incidentsOf } from './slo_evidence';

const slo = (errorQuery: string, totalQuery: string, labels = {}) => ({
  service: 'shop',
  labels,
  errorQuery,
  totalQuery,
});
const event = { start: '2026-11-27T08:00:00Z', end: '2026-11-27T09:00:00Z' } as BurnEvent;

describe('what burnt a budget', () => {
  it('is found by the service and the name of the span', () => {
    const total = 'sum(rate(traces_spanmetrics_calls_total{service="web",span_name="GET /a",span_kind=~"x|y"}[5m]))';
    expect(badSpans(slo('', total), {})).toEqual({
      spans: 'resource.service.name = "web" && name = "GET /a"',
      pick: 'status = error',
    });
    expect(badSpans(slo('', 'sum(rate(http_requests_total[5m]))'), { service: 'eu' }).spans).toBe(
      'resource.service.name = "eu"',
    );
  });

  it('is slow where speed was promised', () => {
    const errors = 'sum(rate(h_count{service="web"}[5m])) - sum(rate(h_bucket{service="web",le="0.512"}[5m]))';
    expect(badSpans(slo(errors, ''), {}).pick).toBe('duration > 512ms');
    const ms = 'sum(rate(d_milliseconds_count[5m])) - sum(rate(d_milliseconds_bucket{le=~"50|50\\\\.0"}[5m]))';
    expect(badSpans(slo(ms, ''), {}).pick).toBe('duration > 50ms');
  });

  it('may be anywhere on a journey', () => {
    const evidence = evidenceOf(slo('', 'sum(rate(c{span_name="cuj.pay"}[5m]))', { cuj_name: 'pay' }), {}, event);
    expect(new URLSearchParams(evidence.traces.split('?')[1]).get('q')).toBe('{ .cuj.name = "pay" && status = error }');
    expect(new URLSearchParams(evidence.logs.split('?')[1]).get('query')).toContain('{service_name=~".+"}');
    expect(evidence.logs).toContain(`from=${Date.parse(event.start)}`);
  });
});

describe('incidents', () => {
  it('are alerts of one name from the first to the last, own ones first', () => {
    const alert = (name: string, relation: string, start: string, end: string | null) =>
      ({ name, relation, labels: { severity: 'page' }, start, end }) as unknown as EventAlert;
    const found = incidentsOf([
      alert('Down', 'service', '2026-11-27T08:10:00Z', '2026-11-27T08:20:00Z'),
      alert('Down', 'service', '2026-11-27T08:05:00Z', null),
      alert('Burn', 'own', '2026-11-27T08:30:00Z', '2026-11-27T08:40:00Z'),
    ]);
    expect(found.map((one) => [one.name, one.count, one.end === null])).toEqual([
      ['Burn', 1, false],
      ['Down', 2, true],
    ]);
    expect(found[1]?.start).toBe(Date.parse('2026-11-27T08:05:00Z'));
  });
});
