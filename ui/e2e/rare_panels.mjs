// SPDX-License-Identifier: Apache-2.0
// A dashboard of the kinds of panel that few dashboards have, with data that fits each: for looking at.
//
//   BASE_URL=http://127.0.0.1:3000 node e2e/rare_panels.mjs PICTURE.png
//
// Writes series named rare_* and the dashboard "rare-panels" into that server. Exit code 1 if a panel
// shows nothing or the page throws.
import { chromium } from 'playwright-core';
import { judgePanel } from './judge_panel.mjs';

const base = process.env.BASE_URL ?? 'http://127.0.0.1:3000';
const picture = process.argv[2];
const nowMs = Date.now();
const stepMs = 30_000;
const steps = 60;

async function post(path, body, type = 'application/json') {
  const reply = await fetch(base + path, { method: 'POST', body, headers: { 'Content-Type': type } });
  const said = reply.ok ? '' : await reply.text();
  // A second run within the half hour finds its older samples there already.
  if (!reply.ok && !said.includes('out of order')) throw new Error(`${path}: ${reply.status} ${said.slice(0, 200)}`);
}

const times = Array.from({ length: steps }, (_, i) => nowMs - (steps - 1 - i) * stepMs);
const line = (name, labels, value) =>
  JSON.stringify({ metric: { __name__: name, ...labels }, values: times.map((_, i) => value(i)), timestamps: times });

/** A walk without chance: the same picture every time. */
const course = (i) => 100 + 14 * Math.sin(i / 7) + 5 * Math.sin(i * 1.9);
const cities = [
  ['Berlin', 52.52, 13.4, 40],
  ['Lagos', 6.45, 3.39, 65],
  ['Singapore', 1.35, 103.82, 25],
  ['São Paulo', -23.55, -46.63, 80],
  ['Seattle', 47.61, -122.33, 55],
  ['Sydney', -33.87, 151.2, 15],
];
const frames = [
  [0, 'main', 1000, 0],
  [1, 'serve', 900, 60],
  [2, 'parse', 240, 240],
  [2, 'query', 600, 180],
  [3, 'scan', 420, 420],
  [1, 'flush', 100, 100],
];
const phases = ['running', 'running', 'running', 'degraded', 'running', 'down', 'running', 'running'];
const phase = (shift) => (i) =>
  ({ running: 1, degraded: 2, down: 3 })[phases[Math.floor(i / 8 + shift) % phases.length]];

const series = [
  line('rare_open', {}, (i) => course(i)),
  line('rare_close', {}, (i) => course(i + 1)),
  line('rare_high', {}, (i) => Math.max(course(i), course(i + 1)) + 3),
  line('rare_low', {}, (i) => Math.min(course(i), course(i + 1)) - 3),
  line('rare_volume', {}, (i) => 20 + 15 * Math.abs(Math.sin(i / 3))),
  ...cities.map(([city, lat, lon, size]) =>
    line('rare_visitors', { city, latitude: String(lat), longitude: String(lon) }, () => size),
  ),
  ...frames.map(([level, label, value], n) =>
    line('rare_frame_value', { n: String(n), level: String(level), label }, () => value),
  ),
  ...frames.map(([level, label, , self], n) =>
    line('rare_frame_self', { n: String(n), level: String(level), label }, () => self),
  ),
  ...['api', 'worker', 'database'].map((service, n) => line('rare_state', { service }, phase(n))),
  ...Array.from({ length: 40 }, (_, n) =>
    line('rare_latency', { n: String(n) }, () => 20 + 12 * Math.sin(n * 1.7) + (n % 5)),
  ),
  ...Array.from({ length: 24 }, (_, n) => line('rare_size', { n: String(n) }, () => n * 3 + 8 * Math.sin(n))),
  ...Array.from({ length: 24 }, (_, n) =>
    line('rare_cost', { n: String(n) }, () => n * n * 0.4 + 20 * Math.cos(n * 2)),
  ),
];

const prometheus = { type: 'prometheus', uid: 'prometheus' };
const target = (refId, expr, more = {}) => ({ refId, datasource: prometheus, expr, ...more });
const table = { instant: true, range: false, format: 'table' };
const mappings = [
  {
    type: 'value',
    options: {
      1: { text: 'running', color: 'green', index: 0 },
      2: { text: 'degraded', color: 'orange', index: 1 },
      3: { text: 'down', color: 'red', index: 2 },
    },
  },
];
const states = { fieldConfig: { defaults: { mappings, custom: { fillOpacity: 80 } }, overrides: [] } };
const joined = (field) => [{ id: 'joinByField', options: { byField: field, mode: 'outer' } }];

const kinds = [
  {
    type: 'candlestick',
    title: 'Candlestick',
    targets: ['open', 'high', 'low', 'close', 'volume'].map((name, i) =>
      target('ABCDE'[i], `rare_${name}`, { legendFormat: name }),
    ),
    options: { mode: 'candles+volume', candleStyle: 'candles', colorStrategy: 'open-close' },
  },
  {
    type: 'flamegraph',
    title: 'Flame graph',
    targets: [target('A', 'rare_frame_value', table), target('B', 'rare_frame_self', table)],
    transformations: [
      ...joined('n'),
      { id: 'sortBy', options: { sort: [{ field: 'n' }] } },
      {
        id: 'organize',
        options: { renameByName: { 'Value #A': 'value', 'Value #B': 'self', 'level 1': 'level', 'label 1': 'label' } },
      },
      { id: 'convertFieldType', options: { conversions: [{ targetField: 'level', destinationType: 'number' }] } },
    ],
  },
  {
    type: 'xychart',
    title: 'XY chart',
    targets: [target('A', 'rare_size', table), target('B', 'rare_cost', table)],
    transformations: [
      ...joined('n'),
      { id: 'organize', options: { renameByName: { 'Value #A': 'size', 'Value #B': 'cost' } } },
    ],
    options: {
      mapping: 'manual',
      series: [
        { x: { matcher: { id: 'byName', options: 'size' } }, y: { matcher: { id: 'byName', options: 'cost' } } },
      ],
    },
  },
  {
    type: 'geomap',
    title: 'Geomap',
    targets: [target('A', 'rare_visitors', table)],
    transformations: [
      {
        id: 'convertFieldType',
        options: {
          conversions: ['latitude', 'longitude'].map((targetField) => ({ targetField, destinationType: 'number' })),
        },
      },
    ],
    options: { view: { id: 'zero', zoom: 1 }, layers: [{ type: 'markers', location: { mode: 'coords' } }] },
  },
  {
    type: 'status-history',
    title: 'Status history',
    targets: [target('A', 'rare_state', { legendFormat: '{{service}}' })],
    ...states,
  },
  {
    type: 'state-timeline',
    title: 'State timeline',
    targets: [target('A', 'rare_state', { legendFormat: '{{service}}' })],
    ...states,
  },
  {
    type: 'histogram',
    title: 'Histogram',
    targets: [target('A', 'rare_latency', table)],
    fieldConfig: { defaults: { unit: 'ms' }, overrides: [] },
  },
  {
    type: 'nodeGraph',
    title: 'Node graph',
    targets: [{ refId: 'A', datasource: { type: 'tempo', uid: 'tempo' }, queryType: 'serviceMap' }],
  },
  {
    type: 'traces',
    title: 'Traces',
    targets: [
      {
        refId: 'A',
        datasource: { type: 'tempo', uid: 'tempo' },
        queryType: 'traceql',
        query: '{ span:childCount > 1 }',
        limit: 8,
      },
    ],
  },
  {
    type: 'logs',
    title: 'Logs',
    targets: [{ refId: 'A', datasource: { type: 'loki', uid: 'loki' }, expr: '{service_name=~".+"}' }],
  },
  { type: 'annolist', title: 'Annotations list', options: { limit: 10, tags: [], showTags: true, showTime: true } },
  {
    type: 'dashlist',
    title: 'Dashboard list',
    options: { showSearch: true, query: '', maxItems: 8, showHeadings: true },
  },
  {
    type: 'alertlist',
    title: 'Alert list',
    options: { viewMode: 'list', stateFilter: { firing: true, pending: true } },
  },
  { type: 'news', title: 'News', options: { feedUrl: '/api/no-such-feed', showImage: false } },
  {
    type: 'table-old',
    title: 'Table (old)',
    targets: [target('A', 'rare_visitors', table)],
    styles: [
      {
        pattern: 'Value',
        type: 'number',
        decimals: 1,
        thresholds: [30, 60],
        colorMode: 'cell',
        colors: ['#3a3', '#d90', '#c33'],
      },
    ],
    transform: 'table',
  },
  {
    type: 'singlestat',
    title: 'Singlestat',
    targets: [target('A', 'rare_close')],
    format: 'ms',
    valueName: 'current',
    sparkline: { show: true },
    thresholds: '95,110',
    colors: ['#299c46', '#ed8128', '#d44a3a'],
    colorValue: true,
  },
  {
    type: 'graph',
    title: 'Graph (old)',
    targets: [target('A', 'rare_open', { legendFormat: 'in' }), target('B', 'rare_volume', { legendFormat: 'out' })],
    lines: true,
    fill: 1,
    seriesOverrides: [{ alias: 'out', transform: 'negative-Y' }],
    legend: { show: true, values: true, max: true, avg: true, alignAsTable: true },
    yaxes: [{ format: 'Bps' }, {}],
  },
  {
    type: 'heatmap',
    title: 'Heatmap',
    targets: [
      target('A', 'sum by (le) (increase(traces_spanmetrics_latency_bucket[1m]))', {
        format: 'heatmap',
        legendFormat: '{{le}}',
      }),
    ],
    options: { calculate: false, yAxis: { unit: 's' } },
  },
];

const dashboard = {
  uid: 'rare-panels',
  title: 'Rare panels',
  schemaVersion: 39,
  time: { from: 'now-30m', to: 'now' },
  panels: kinds.map((kind, i) => ({
    id: i + 1,
    datasource: prometheus,
    gridPos: { x: (i % 3) * 8, y: Math.floor(i / 3) * 9, w: 8, h: 9 },
    ...kind,
  })),
};

await post('/prometheus/api/v1/import', series.join('\n'), 'application/stream+json');
await post('/api/dashboards/db', JSON.stringify({ dashboard, overwrite: true }));

const browser = await chromium.launch({
  executablePath: process.env.CHROMIUM ?? '/usr/bin/chromium',
  args: ['--no-sandbox', '--disable-gpu', '--disable-background-networking', '--disable-dev-shm-usage'],
});
const theme = process.env.THEME ?? 'dark';
const page = await browser.newPage({ viewport: { width: 1440, height: 2700 }, baseURL: base, colorScheme: theme });
const errors = [];
page.on('pageerror', (error) => errors.push(String(error)));
await page.goto('/d/rare-panels/x');
await page.locator('[data-panel]').first().waitFor({ timeout: 30_000 });
const blank = [];
for (let i = 0; i < kinds.length; i++) {
  const panel = page.locator('[data-panel]').nth(i);
  await panel.scrollIntoViewIfNeeded();
  let verdict = null;
  for (let left = 60; left > 0; left--) {
    verdict = await panel.evaluate(judgePanel);
    if (verdict.isSettled) break;
    await page.waitForTimeout(100);
  }
  // A feed that is not there is told on the panel.
  if (!verdict.isDrawn && verdict.title !== 'News') blank.push(`${verdict.title} (${verdict.state}): ${verdict.why}`);
}
await page.waitForTimeout(500);
if (picture) await page.screenshot({ path: picture });
await browser.close();
for (const text of [...blank, ...errors]) console.log(text);
console.log(`rare panels: ${kinds.length - blank.length} of ${kinds.length} show something`);
process.exit(blank.length + errors.length > 0 ? 1 : 0);
