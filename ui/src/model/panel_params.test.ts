// SPDX-License-Identifier: Apache-2.0
import { describe, expect, it } from 'vitest';
import { durationMs } from '@/base/brand';
import { emptyPanel, readForeignRange, readPanels, writePanels, type QueryPanelState } from './panel_params';

const read = (query: string): QueryPanelState[] => readPanels(new URLSearchParams(query));

describe('links of the Prometheus UI', () => {
  it('opens those of version 2, where 0 is the graph and 1 the table', () => {
    const [first, second] = read(
      'g0.expr=up&g0.tab=0&g0.stacked=1&g0.show_exemplars=1&g0.range_input=1h&g0.step_input=30&g1.expr=rate(x[5m])&g1.tab=1&g1.range_input=1h',
    );
    expect(first).toEqual({
      expr: 'up',
      tab: 'graph',
      isStacked: true,
      hasExemplars: true,
      hasBand: false,
      resolution: { kind: 'fixed', step: 30_000 },
    });
    expect(second).toMatchObject({ expr: 'rate(x[5m])', tab: 'table', isStacked: false });
  });
  it('opens those of version 3', () => {
    const [panel] = read(
      'g0.expr=up&g0.tab=graph&g0.res_type=auto&g0.res_density=high&g0.display_mode=stacked&g0.show_exemplars=0',
    );
    expect(panel).toMatchObject({
      tab: 'graph',
      isStacked: true,
      hasExemplars: false,
      hasBand: false,
      resolution: { kind: 'auto', density: 'high' },
    });
  });
  it('takes the range from the first panel, its end in UTC', () => {
    expect(readForeignRange(new URLSearchParams('g0.range_input=2h'))).toMatchObject({
      from: { back: 7_200_000 },
      to: { back: 0 },
    });
    const fixed = readForeignRange(new URLSearchParams('g0.range_input=1h&g0.end_input=2026-11-23 14:00:00'));
    expect(fixed).toEqual({
      from: { kind: 'absolute', time: Date.UTC(2026, 10, 23, 13) },
      to: { kind: 'absolute', time: Date.UTC(2026, 10, 23, 14) },
    });
    expect(readForeignRange(new URLSearchParams('g0.expr=up'))).toBeNull();
  });
});

it('reads back what it writes and keeps other parameters', () => {
  const panels: QueryPanelState[] = [
    { ...emptyPanel, expr: 'sum by (job) (rate(x{a="ä&=+"}[5m]))', isStacked: true },
    {
      ...emptyPanel,
      expr: 'up',
      tab: 'table',
      hasExemplars: true,
      hasBand: false,
      resolution: { kind: 'fixed', step: durationMs(15_000) },
    },
  ];
  const params = new URLSearchParams('from=now-1h&g0.expr=old&g7.expr=older');
  writePanels(params, panels);
  expect(params.get('from')).toBe('now-1h');
  expect(params.has('g7.expr')).toBe(false);
  expect(read(params.toString())).toEqual(panels);
});

it('starts with one empty panel', () => {
  expect(read('')).toEqual([emptyPanel]);
});
