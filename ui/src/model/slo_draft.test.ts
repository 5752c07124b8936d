// SPDX-License-Identifier: Apache-2.0
import { describe, expect, it } from 'vitest';
import type { SloSubject, TrialPeriod } from '@/api/slo_queries';
import {
  budgetLeft,
  chooseSubject,
  draftOfSpec,
  emptySloDraft,
  measuredSelector,
  specOfDraft,
  usualBurnRate,
  whatIsMissing,
} from './slo_draft';

const offer = (spec: object) => ({ sli: 1, kept: true, objective: 99.5, covered: '', spec, source: '' });
const checkout = {
  kind: 'journey',
  service: 'frontend',
  journey: 'checkout',
  availability: offer({
    name: 'checkout-availability',
    service: 'frontend',
    journey: 'checkout',
    objective: 99.5,
    window: '30d',
    sli: { ratio: { errors: 'c{s="e"}', total: 'c' } },
  }),
  latency: offer({
    name: 'checkout-latency',
    service: 'frontend',
    journey: 'checkout',
    objective: 95,
    window: '30d',
    sli: { latency: { histogram: 'h{a="b"}', threshold: '512ms' } },
  }),
} as unknown as SloSubject;

describe('an objective being written', () => {
  it('takes what is offered and keeps what was chosen before', () => {
    const before = { ...emptySloDraft, period: 'month', labels: 'team: shop' };
    const draft = chooseSubject(before, checkout, 'latency');
    expect(draft.kind).toBe('latency');
    expect(specOfDraft(draft)).toEqual({
      name: 'checkout-latency',
      service: 'frontend',
      journey: 'checkout',
      objective: 95,
      calendar: 'month',
      sli: { latency: { histogram: 'h{a="b"}', threshold: '512ms' } },
      group_by: [],
      labels: { team: 'shop' },
      alerting: {
        page: { labels: { severity: 'critical' } },
        ticket: { labels: { severity: 'warning' } },
        windows: { page_quick: {}, page_slow: {}, ticket_quick: {}, ticket_slow: {} },
      },
    });
    expect(chooseSubject(before, { ...checkout, latency: null }, 'latency').kind).toBe('availability');
  });

  it('survives reading and writing, with what no field shows', () => {
    const spec = {
      name: 'a',
      service: 's',
      objective: 99.9,
      window: '4w',
      sli: { query: { errors: 'e[{{.window}}]', total: 't[{{.window}}]' } },
      group_by: ['region'],
      labels: { team: 'x' },
      alerting: {
        name: 'Burns',
        annotations: { runbook: 'http://r' },
        page: { labels: { severity: 'page' }, annotations: { a: 'b' } },
        ticket: { disabled: true },
        windows: { page_quick: { burn_rate: 10, long: '2h', short: '5m' } },
        failures_min: 3,
      },
    };
    const again = specOfDraft(draftOfSpec(spec));
    expect(again.window).toBe('28d');
    expect(again.sli).toEqual(spec.sli);
    expect(again.alerting).toEqual({
      name: 'Burns',
      annotations: { runbook: 'http://r' },
      page: { labels: { severity: 'page' }, annotations: { a: 'b' } },
      ticket: { labels: {} },
      windows: {
        page_quick: { burn_rate: 10, long: '2h' },
        page_slow: {},
        ticket_quick: { disabled: true },
        ticket_slow: { disabled: true },
      },
      failures_min: 3,
    });
  });

  it('leaves to the server what is no number, so that it can say so', () => {
    expect(specOfDraft({ ...emptySloDraft, objective: 'lots' }).objective).toBe('lots');
  });

  it('says what is missing', () => {
    expect(whatIsMissing(emptySloDraft)).toBe('Choose the service to protect.');
    expect(whatIsMissing({ ...emptySloDraft, subject: 'own' })).toBe('Write the two counters.');
    expect(whatIsMissing({ ...emptySloDraft, part: 'a', total: 'b' })).toBeNull();
    expect(whatIsMissing({ ...emptySloDraft, part: 'a', total: 'b', labels: '?' })).toMatch(/Labels are lines/);
    expect(whatIsMissing({ ...emptySloDraft, kind: 'freeform', isRatio: true, errorQuery: 'x' })).toBeNull();
  });

  it('knows the usual alerts of a period', () => {
    expect(
      (['page_quick', 'page_slow', 'ticket_quick', 'ticket_slow'] as const).map((t) => usualBurnRate(t, '30d')),
    ).toEqual([14.4, 6, 3, 1]);
    expect(usualBurnRate('page_quick', 'week')).toBe(3.36);
  });

  it('knows what another target would have left', () => {
    const period = { total: 1000, errors: 5 } as TrialPeriod;
    expect(budgetLeft(period, 99)).toBeCloseTo(0.5);
    expect(budgetLeft(period, 99.9)).toBeCloseTo(-4);
    expect(budgetLeft({ total: 0, errors: 0 } as TrialPeriod, 99)).toBe(1);
  });

  it('names the series that it could be split by', () => {
    expect(measuredSelector({ ...emptySloDraft, kind: 'latency', histogram: 'h{a="b"}' })).toBe('h_count{a="b"}');
    expect(measuredSelector({ ...emptySloDraft, kind: 'latency', histogram: 'h', isNative: true })).toBe('h');
    expect(measuredSelector({ ...emptySloDraft, total: ' t ' })).toBe('t');
  });
});
