// SPDX-License-Identifier: Apache-2.0
import { describe, expect, it } from 'vitest';
import type { ActiveTarget, Alert, Rule, RuleGroup } from '@/api/status_types';
import { discoveryPools } from './discovery_groups';
import { meanRate, ratesOf, shownRate, withReading } from './rates';
import { countRules, filterAlerts, filterRules, orderAlerts } from './rule_groups';
import { filterPools, intervalMs, targetPools } from './target_groups';

const target = (
  scrapePool: string,
  instance: string,
  health: ActiveTarget['health'],
  lastError = '',
): ActiveTarget => ({
  scrapePool,
  health,
  lastError,
  labels: { job: scrapePool, instance },
  discoveredLabels: { __address__: instance },
  scrapeUrl: `http://${instance}/metrics`,
  globalUrl: '',
  lastScrape: '',
  lastScrapeDuration: 0,
  scrapeInterval: '15s',
  scrapeTimeout: '10s',
});

describe('targets', () => {
  const targets = {
    activeTargets: [
      target('b', 'h1', 'up'),
      target('a', 'h2', 'up'),
      target('b', 'h3', 'down', 'connection refused'),
      target('c', 'h4', 'unknown'),
    ],
    droppedTargets: [{ discoveredLabels: { job: 'a', __address__: 'h9' } }],
  };
  const pools = targetPools(targets);
  it('are grouped, the failing job first', () => {
    expect(pools.map(({ name, up, down, unknown, dropped }) => [name, up, down, unknown, dropped])).toEqual([
      ['b', 1, 1, 0, 0],
      ['a', 1, 0, 0, 1],
      ['c', 0, 0, 1, 0],
    ]);
  });
  it('are filtered by health, labels and error text', () => {
    const found = (health: 'all' | 'down' | 'up', text: string): string[] =>
      filterPools(pools, health, text).flatMap((pool) => pool.targets.map((one) => one.labels['instance'] ?? ''));
    expect(found('down', '')).toEqual(['h3']);
    expect(found('all', 'job=b h1')).toEqual(['h1']);
    expect(found('all', 'REFUSED')).toEqual(['h3']);
    expect(found('up', 'refused')).toEqual([]);
  });
  it('prefer the counts of the server for dropped ones', () => {
    const counted = targetPools({ ...targets, droppedTargets: [], droppedTargetCounts: { a: 500, z: 0 } });
    expect(counted.find((pool) => pool.name === 'a')?.dropped).toBe(500);
    expect(counted.some((pool) => pool.name === 'z')).toBe(false);
  });
  it('show in discovery whether they survived relabelling', () => {
    expect(discoveryPools(targets)[0]).toMatchObject({
      name: 'a',
      active: 1,
      targets: [{ labels: {} }, { labels: null }],
    });
  });
  it('have intervals that are read as the server writes them', () => {
    expect([intervalMs('1m30s'), intervalMs('500ms'), intervalMs('')]).toEqual([90_000, 500, 0]);
  });
});

const alert = (name: string, state: Alert['state'], severity: string, activeAt: string): Alert => ({
  labels: { alertname: name, severity },
  annotations: { summary: `about ${name}` },
  state,
  activeAt,
  value: '1e+00',
});

describe('alerts', () => {
  const alerts = [
    alert('p', 'pending', 'critical', '3'),
    alert('w', 'firing', 'warning', '2'),
    alert('old', 'firing', 'critical', '1'),
    alert('new', 'firing', 'critical', '2'),
  ];
  it('come by state, severity and age', () => {
    expect(orderAlerts(alerts).map((one) => one.labels['alertname'])).toEqual(['new', 'old', 'w', 'p']);
  });
  it('are filtered by state and by annotation', () => {
    expect(filterAlerts(alerts, 'firing', 'about old')).toHaveLength(1);
    expect(filterAlerts(alerts, 'pending', 'about old')).toHaveLength(0);
  });
});

describe('rules', () => {
  const base = { query: 'up', health: 'ok' as const, evaluationTime: 0, lastEvaluation: '' };
  const rules: Rule[] = [
    { ...base, type: 'alerting', name: 'A', state: 'firing', duration: 0 },
    { ...base, type: 'recording', name: 'job:x', health: 'err', lastError: 'many-to-many' },
  ];
  const groups: RuleGroup[] = [{ name: 'g', file: 'f', interval: 1, evaluationTime: 0, lastEvaluation: '', rules }];
  it('are counted by kind', () => {
    expect(countRules(groups)).toEqual({ all: 2, firing: 1, pending: 0, inactive: 0, recording: 1, broken: 1 });
  });
  it('leave no empty group behind a filter', () => {
    expect(filterRules(groups, 'broken', '')[0]?.rules.map((rule) => rule.name)).toEqual(['job:x']);
    expect(filterRules(groups, 'pending', '')).toEqual([]);
  });
});

describe('rates', () => {
  const readings = [
    { at: 0, value: 100 },
    { at: 1000, value: 300 },
    { at: 3000, value: 50 },
  ];
  it('count a restart from zero', () => {
    expect(ratesOf(readings)).toEqual([200, 25]);
    expect(meanRate(readings)).toBeCloseTo(250 / 3);
  });
  it('are the mean since the start until readings differ or lasted', () => {
    const at = (seconds: number, value: number) => ({ at: seconds * 1000, value });
    expect(shownRate([], 10)).toBeNull();
    expect(shownRate([at(0, 500)], 10)).toEqual({ perSecond: 50, isSinceStart: true });
    expect(shownRate([at(0, 500), at(1, 500)], 11)?.isSinceStart).toBe(true);
    expect(shownRate([at(0, 500), at(1, 530)], 11)).toEqual({ perSecond: 30, isSinceStart: false });
    expect(shownRate([at(0, 500), at(20, 500)], 30)).toEqual({ perSecond: 0, isSinceStart: false });
  });
  it('need two readings, and keep only so many', () => {
    expect(meanRate(readings.slice(0, 1))).toBeNull();
    expect(withReading(readings, { at: 3000, value: 60 }, 2)).toEqual([
      { at: 1000, value: 300 },
      { at: 3000, value: 60 },
    ]);
  });
});
