// SPDX-License-Identifier: Apache-2.0
import { describe, expect, it } from 'vitest';
import { showValue, shownText } from './display';
import { differences, framesCsv, toClassic } from './export_dashboard';
import { applyFieldConfig } from './field_config';
import { field, frame, type Frame } from './frame';
import { importDashboard, readPanel } from './import_dashboard';
import { importReport } from './import_report';
import { layOut, settle } from './layout';
import { markdownTree } from './markdown';
import { addMatchers, panelQueries } from './panel_queries';
import { readForm, writeForm } from './query_form';
import { applyTransformations } from './transform';
import { formatText } from './units';
import { readVariable } from './variable';
import { legendRows, plotOf } from './view_series';
import { valueItems } from './view_values';

const scope = { variables: new Map(), builtIns: new Map() };
const coloring = { theme: 'dark' as const, palette: (i: number) => `#00000${i}` };

describe('import', () => {
  it('places rows of before version 16 on the grid', () => {
    const dashboard = importDashboard({
      title: 'Old',
      rows: [
        {
          title: 'One',
          showTitle: true,
          height: '200px',
          panels: [
            { id: 1, type: 'graph', span: 6 },
            { id: 2, type: 'graph', span: 8 },
          ],
        },
        { title: 'Two', collapse: true, panels: [{ id: 3, type: 'singlestat', span: 12 }] },
      ],
    });
    expect(dashboard.rows.map((row) => [row.title, row.isCollapsed, row.panels.length])).toEqual([
      ['One', false, 2],
      ['Two', true, 1],
    ]);
    expect(dashboard.rows[0]?.panels.map((panel) => [panel.grid.x, panel.grid.w])).toEqual([
      [0, 12],
      [0, 16],
    ]);
    expect(dashboard.rows[1]?.panels[0]?.type).toBe('stat');
  });

  it('turns a graph and its overrides into a time series', () => {
    const panel = readPanel({
      type: 'graph',
      stack: true,
      fill: 3,
      nullPointMode: 'connected',
      yaxes: [{ format: 'bytes', min: 0, logBase: 2 }, { format: 's' }],
      legend: { show: true, alignAsTable: true, rightSide: true, values: true, avg: true, current: true },
      seriesOverrides: [{ alias: '/write/', yaxis: 2, transform: 'negative-Y' }],
      aliasColors: { read: '#123456' },
      thresholds: [{ value: 5, colorMode: 'critical', op: 'gt' }],
    });
    expect(panel.type).toBe('timeseries');
    expect(panel.fieldConfig.defaults).toMatchObject({
      unit: 'bytes',
      min: 0,
      custom: { fillOpacity: 30, spanNulls: true, stacking: { mode: 'normal' }, scaleDistribution: { log: 2 } },
    });
    expect(panel.options['legend']).toMatchObject({
      displayMode: 'table',
      placement: 'right',
      calcs: ['mean', 'lastNotNull'],
    });
    expect(panel.fieldConfig.overrides.map((one) => one.matcher.id)).toEqual(['byName', 'byRegexp']);
    expect(panel.unsupported).toEqual([]);
  });

  it('takes envelopes of both versions', () => {
    expect(
      importDashboard({ apiVersion: 'v1', metadata: { name: 'n' }, spec: { title: 'T', panels: [] } }),
    ).toMatchObject({ uid: 'n', title: 'T' });
    const second = importDashboard({
      apiVersion: 'dashboard.grafana.app/v2beta1',
      spec: {
        title: 'Two',
        elements: {
          a: {
            kind: 'Panel',
            spec: {
              id: 1,
              title: 'A',
              data: {
                spec: { queries: [{ spec: { refId: 'A', query: { group: 'prometheus', spec: { expr: 'up' } } } }] },
              },
              vizConfig: { group: 'stat', spec: {} },
            },
          },
        },
        layout: {
          kind: 'RowsLayout',
          spec: {
            rows: [
              {
                spec: {
                  title: 'R',
                  layout: {
                    kind: 'GridLayout',
                    spec: { items: [{ spec: { x: 2, y: 0, width: 6, height: 4, element: { name: 'a' } } }] },
                  },
                },
              },
            ],
          },
        },
      },
    });
    expect(second.rows[0]).toMatchObject({ title: 'R', panels: [{ type: 'stat', grid: { x: 2, w: 6, h: 4 } }] });
  });

  it('resolves the data sources of exported files by type', () => {
    const dashboard = importDashboard({
      __inputs: [{ name: 'DS_MINE', type: 'datasource', pluginId: 'loki' }],
      panels: [{ id: 1, type: 'logs', datasource: '${DS_MINE}', targets: [{ expr: '{a="b"}' }] }],
    });
    const panel = dashboard.rows[0]?.panels[0];
    expect(panel?.datasource).toEqual({ uid: '', type: 'loki' });
    const loki = { uid: 'l', name: 'Logs', type: 'loki', isDefault: false, mount: '/loki' };
    const context = {
      bound: new Map(),
      sources: [loki],
      window: { fromMs: 0, toMs: 3_600_000 },
      nowMs: 0,
      widthPx: 500,
      dashboard,
    };
    expect(panelQueries(panel as never, context).queries[0]?.source?.uid).toBe('l');
  });

  it('names what it cannot show, and never throws', () => {
    const report = importReport({
      title: 'X',
      panels: [
        { id: 1, type: 'grafana-polystat-panel' },
        { id: 2, type: 'stat', transformations: [{ id: 'sql' }] },
      ],
    });
    expect(report).toMatchObject({ panels: 2, complete: 0 });
    expect(report.lines.join()).toContain('"sql"');
    for (const broken of [
      null,
      [],
      'x',
      { panels: 'no' },
      { panels: [null, { type: 7, targets: [1] }], templating: 5 },
    ]) {
      expect(() => importDashboard(broken as never)).not.toThrow();
    }
    expect(() => importReport({ nothing: 1 })).toThrow(/no dashboard/);
  });

  it('saves what it read, with what it does not know', () => {
    const given = {
      title: 'S',
      custom: { a: 1 },
      panels: [{ id: 1, type: 'stat', strange: true, gridPos: { x: 0, y: 0, w: 6, h: 4 } }],
    };
    const saved = toClassic(importDashboard(given));
    expect(saved).toMatchObject({
      custom: { a: 1 },
      schemaVersion: 42,
      panels: [{ strange: true, gridPos: { w: 6 } }],
    });
    expect(differences(given, { ...given, title: 'T' })).toEqual([{ path: 'title', from: 'S', to: 'T' }]);
  });

  it('compares lists by name, says when their order changed, and lists without names by place', () => {
    const [a, b, c] = [{ name: 'a', x: 1 }, { name: 'b' }, { name: 'c' }];
    expect(differences({ list: [a, b] }, { list: [{ ...a, x: 2 }, c, b] })).toEqual([
      { path: 'list[a].x', from: '1', to: '2' },
      { path: 'list[c]', from: null, to: '{"name":"c"}' },
    ]);
    expect(differences({ list: [a, b] }, { list: [b, a] })).toEqual([
      { path: 'list (order)', from: 'a, b', to: 'b, a' },
    ]);
    expect(differences([{ id: 1 }, { id: 2 }], [{ id: 2 }, { id: 1 }])).toEqual([]);
    expect(differences([b, { ...b, x: 1 }], [b, { ...b, x: 2 }])).toEqual([{ path: '[1].x', from: '1', to: '2' }]);
  });
});

const series = (name: string, values: (number | null)[], labels = {}): Frame => ({
  ...frame(
    'A',
    [
      field(
        'Time',
        'time',
        values.map((_, i) => i * 1000),
      ),
      { ...field('Value', 'number', values, labels), displayName: name },
    ],
    'series',
    name,
  ),
});

describe('drawing', () => {
  it('stacks, turns upside down and keeps the true values for the tooltip', () => {
    const frames = applyFieldConfig(
      [series('a', [1, 2]), series('b', [3, null]), series('c', [5, 5])],
      {
        defaults: { custom: { stacking: { mode: 'normal', group: 'A' } } },
        overrides: [
          { matcher: { id: 'byName', options: 'c' }, properties: [{ id: 'custom.transform', value: 'negative-Y' }] },
        ],
      },
      scope,
    );
    const plot = plotOf({ frames, options: {}, coloring });
    expect(plot.series.map((one) => one.drawn)).toEqual([
      [1, 2],
      [4, 2],
      [-5, -5],
    ]);
    expect(plot.series[2]?.values).toEqual([5, 5]);
  });

  it('sorts a legend by its figures', () => {
    const options = {
      legend: { showLegend: true, displayMode: 'table', calcs: ['max'], sortBy: 'Max', sortDesc: true },
    };
    const rows = legendRows(plotOf({ frames: [series('low', [1]), series('high', [9])], options, coloring }));
    expect(rows.map((row) => row.series.name)).toEqual(['high', 'low']);
  });

  it('maps values, then formats them', () => {
    const frames = applyFieldConfig(
      [series('x', [1, 0])],
      {
        defaults: { unit: 'percent', mappings: [{ type: 'value', options: { 0: { text: 'off', color: 'red' } } }] },
        overrides: [],
      },
      scope,
    );
    const [item] = valueItems({ frames, options: { reduceOptions: { calcs: ['last'] } }, coloring, zone: 'utc' });
    expect(item).toMatchObject({ text: 'off', shown: { isColored: true } });
  });

  it('shows a time as a time whatever the unit of the panel', () => {
    const time = { ...field('Time', 'time', [0]), config: { unit: 'short' } };
    expect(shownText(showValue(time, 0, { theme: 'dark', zone: 'utc', seriesColor: '' }))).toBe('1970-01-01 00:00:00');
  });

  it('repeats panels and rows, and what follows moves down', () => {
    const dashboard = importDashboard({
      panels: [
        { id: 1, type: 'stat', repeat: 'v', maxPerRow: 2, gridPos: { x: 0, y: 0, w: 24, h: 4 } },
        { id: 2, type: 'stat', gridPos: { x: 0, y: 4, w: 24, h: 4 } },
      ],
    });
    const variable = readVariable({ name: 'v', multi: true });
    const options = ['a', 'b', 'c'].map((value) => ({ text: value, value }));
    const [row] = layOut(dashboard.rows, new Map([['v', { variable, value: ['a', 'b', 'c'], options }]]));
    expect(row?.panels.map((panel) => [panel.grid.x, panel.grid.y, panel.scope['v']?.[0]])).toEqual([
      [0, 0, 'a'],
      [12, 0, 'b'],
      [0, 4, 'c'],
      [0, 8, undefined],
    ]);
    const moved = settle(
      row?.panels.map((panel, i) => (i === 3 ? { ...panel, grid: { ...panel.grid, y: 0 } } : panel)) ?? [],
      2,
    );
    expect(moved.find((panel) => panel.id === 2)?.grid.y).toBe(0);
    expect(Math.min(...moved.filter((panel) => panel.id !== 2).map((panel) => panel.grid.y))).toBe(4);
  });
});

describe('transformations', () => {
  const table = (refId: string, rows: [string, number][]): Frame =>
    frame(
      refId,
      [
        field(
          'job',
          'string',
          rows.map(([name]) => name),
        ),
        field(
          'Value',
          'number',
          rows.map(([, value]) => value),
        ),
      ],
      'table',
    );
  const run = (frames: Frame[], id: string, options = {}): Record<string, unknown>[] =>
    applyTransformations(frames, [{ id, options, isDisabled: false, refIds: '' }]).map((of) =>
      Object.fromEntries(of.fields.map((one) => [one.displayName ?? one.name, one.values])),
    );

  it('merges tables of several queries by what they share', () => {
    expect(
      run(
        [
          table('A', [
            ['x', 1],
            ['y', 2],
          ]),
          table('B', [['y', 3]]),
        ],
        'merge',
      ),
    ).toEqual([{ job: ['x', 'y'], 'Value #A': [1, 2], 'Value #B': [null, 3] }]);
  });

  it('joins, groups, reduces, calculates and renames', () => {
    expect(run([table('A', [['x', 1]]), table('B', [['x', 2]])], 'joinByField', { byField: 'job' })).toEqual([
      { job: ['x'], 'Value #A': [1], 'Value #B': [2] },
    ]);
    const grouped = {
      fields: {
        job: { operation: 'groupby', aggregations: [] },
        Value: { operation: 'aggregate', aggregations: ['sum'] },
      },
    };
    expect(
      run(
        [
          table('A', [
            ['x', 1],
            ['x', 4],
          ]),
        ],
        'groupBy',
        grouped,
      ),
    ).toEqual([{ job: ['x'], 'Value (sum)': [5] }]);
    expect(run([series('a', [1, 3])], 'reduce', { reducers: ['mean', 'max'] })).toEqual([
      { Field: ['a'], Mean: [2], Max: [3] },
    ]);
    const binary = { mode: 'binary', binary: { left: 'Value', operator: '*', right: '10' }, alias: 'Ten' };
    expect(run([table('A', [['x', 2]])], 'calculateField', binary)[0]).toMatchObject({ Ten: [20] });
    const organized = { renameByName: { Value: 'V' }, excludeByName: { job: true } };
    expect(run([table('A', [['x', 2]])], 'organize', organized)).toEqual([{ V: [2] }]);
    expect(
      run(
        [
          table('A', [
            ['x', 2],
            ['y', 5],
          ]),
        ],
        'filterByValue',
        { type: 'include', filters: [{ fieldName: 'Value', config: { id: 'greater', options: { value: 3 } } }] },
      )[0],
    ).toMatchObject({ job: ['y'] });
    expect(
      run(
        [
          table('A', [
            ['x', 2],
            ['y', 5],
          ]),
        ],
        'sortBy',
        { sort: [{ field: 'Value', desc: true }] },
      )[0],
    ).toMatchObject({ job: ['y', 'x'] });
  });

  it('leaves out what it does not know', () => {
    expect(run([table('A', [['x', 1]])], 'sql')).toEqual([{ job: ['x'], Value: [1] }]);
  });
});

describe('small parts', () => {
  it.each([
    [1536, 'bytes', '1.5 KiB'],
    [1500, 'decbytes', '1.5 kB'],
    [0.25, 'percentunit', '25%'],
    [90, 's', '1.5 min'],
    [0.0042, 's', '4.2 ms'],
    [1234567, 'short', '1.23 Mil'],
    [12, 'reqps', '12 req/s'],
    [3, 'currencyEUR', '€3'],
    [5, 'suffix: apples', '5 apples'],
    [21.5, 'celsius', '21.5 °C'],
    [3661, 'dthms', '01:01:01'],
    [0, 'bool_on_off', 'Off'],
    [7, 'furlongs', '7 furlongs'],
  ])('%s in %s reads %s', (value, unit, expected) => {
    expect(formatText(value, unit)).toBe(expected);
  });

  it('adds ad hoc filters to every selector', () => {
    expect(addMatchers('rate(a{x="1"}[5m]) / b{}', ['y="2"'])).toBe('rate(a{x="1",y="2"}[5m]) / b{y="2"}');
  });

  it('reads and writes the queries of the builder', () => {
    const query = 'sum by (job) (rate(http_requests_total{code=~"5.."}[$__rate_interval]))';
    expect(writeForm(readForm(query) as never)).toBe(query);
    expect(readForm('a / b')).toBeNull();
  });

  it('draws markdown without letting markup through', () => {
    const tree = JSON.stringify(markdownTree('# Hi\n\n[x](javascript:alert(1)) **b** <script>\n\n- one\n- two'));
    expect(tree).toContain('"h1"');
    expect(tree).toContain('"ul"');
    expect(tree).not.toContain('javascript:');
  });

  it('writes frames as CSV with shared times', () => {
    expect(framesCsv([series('a', [1]), series('b', [2])])).toBe('Time,a,b\r\n1970-01-01 00:00:00,1,2\r\n');
  });
});
