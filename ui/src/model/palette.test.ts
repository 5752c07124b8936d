// SPDX-License-Identifier: Apache-2.0
import { describe, expect, it } from 'vitest';
import { rankedGroups, traceIdIn, withTimeOf, type Finding, type FindingGroup } from './palette';

const finding = (label: string, more: Partial<Finding> = {}): Finding => ({
  key: label,
  kind: 'page',
  label,
  ...more,
});
const group = (name: string, findings: Finding[], most = 5): FindingGroup => ({
  name,
  findings,
  most,
  mostAtFirst: 2,
});
const shown = (groups: FindingGroup[]): string[] =>
  groups.flatMap((one) => one.findings.map((found) => `${one.name}/${found.label}`));

describe('rankedGroups', () => {
  const groups = [
    group('Pages', [finding('Home', { words: 'overview checkout' }), finding('Logs'), finding('Traces')]),
    group('Services', [finding('checkout'), finding('api')]),
    group('Metrics', [finding('checkout_total'), finding('logs_checkout')]),
  ];

  it('shows the first of each group before anything is typed', () => {
    expect(shown(rankedGroups(groups, ' '))).toEqual([
      'Pages/Home',
      'Pages/Logs',
      'Services/checkout',
      'Services/api',
      'Metrics/checkout_total',
      'Metrics/logs_checkout',
    ]);
  });

  it('puts the group with the best match first, and a match of other words last', () => {
    expect(shown(rankedGroups(groups, 'checkout'))).toEqual([
      'Services/checkout',
      'Metrics/checkout_total',
      'Metrics/logs_checkout',
      'Pages/Home',
    ]);
  });

  it('finds by the note and cuts each group', () => {
    const alerts = group(
      'Alerts',
      ['a', 'b', 'c'].map((name) => finding(name, { note: 'firing' })),
      2,
    );
    expect(shown(rankedGroups([alerts], 'firing'))).toEqual(['Alerts/a', 'Alerts/b']);
    expect(rankedGroups([alerts], 'zzz')).toEqual([]);
  });
});

describe('traceIdIn', () => {
  const id = 'e38c624890cc370c7d0f600915c5778d';

  it('reads an id in every form in which people paste it', () => {
    for (const text of [
      id,
      ` ${id.toUpperCase()} `,
      'e38c6248-90cc-370c-7d0f-600915c5778d',
      `00-${id}-00f067aa0ba902b7-01`,
      `https://signalbox.example/trace/${id}?view=flame`,
      `level=error trace_id=${id} msg="declined"`,
      `{"traceId":"${id}"}`,
    ])
      expect(traceIdIn(text)).toBe(id);
    expect(traceIdIn('7d0f600915c5778d')).toBe('7d0f600915c5778d');
  });

  it('does not take other texts for ids', () => {
    for (const text of ['', 'checkout', 'e38c62', `${id}00`, 'sum(rate(up[5m]))', 'a'.repeat(33)])
      expect(traceIdIn(text)).toBeNull();
  });
});

describe('withTimeOf', () => {
  it('carries the time of the page on, where the next page has a time', () => {
    expect(withTimeOf('/services/api', '?from=now-3h&to=now-1h')).toBe('/services/api?from=now-3h&to=now-1h');
    expect(withTimeOf('/logs?query=x', '?from=now-3h')).toBe('/logs?query=x&from=now-3h&to=now');
    expect(withTimeOf('/logs?from=now-5m', '?from=now-3h')).toBe('/logs?from=now-5m');
    expect(withTimeOf('/alerts', '?from=now-3h')).toBe('/alerts');
    expect(withTimeOf('/services/api', '')).toBe('/services/api');
  });
});
