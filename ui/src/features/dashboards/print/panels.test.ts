// SPDX-License-Identifier: Apache-2.0
// Every kind of panel that the pages show is drawn, each from made-up data that fits it.
import '@/base/headless/dom';
import { QueryClient } from '@tanstack/react-query';
import { describe, expect, test } from 'vitest';
import type { Mark } from '@/base/drawing/drawing';
import { field, frame, type Frame } from '@/model/dashboard/frame';
import { readPanel } from '@/model/dashboard/import_dashboard';
import type { JsonObject } from '@/model/dashboard/json';
import { panelFrames } from '@/model/dashboard/panel_view';
import { panelKinds } from '@/model/dashboard/support';
import { drawers, drawPanel, type PanelPicture } from './draw_panel';
import { panelSvg } from './panel_svg';

const start = Date.UTC(2026, 10, 27, 8);
const scope = { variables: new Map(), builtIns: new Map() };
const window = { fromMs: start, toMs: start + 3_600_000 };
const times = Array.from({ length: 61 }, (_, i) => start + i * 60_000);
const wave = (shift: number): number[] => times.map((_, i) => 5 + 4 * Math.sin(i / 6 + shift));

const series: Frame[] = [0, 1, 2].map((i) =>
  frame('A', [field('Time', 'time', times), field('Value', 'number', wave(i), { instance: `host-${i}` })], 'series'),
);
const table = frame('A', [
  field('Name', 'string', ['one', 'two', 'three']),
  field('Value', 'number', [1, 2, 3]),
  field('lat', 'number', [52.5, 48.1, -33]),
  field('lon', 'number', [13.4, 11.6, 151]),
], 'table'); // prettier-ignore
const logs = frame('A', [
  field('Time', 'time', [start, start + 1000]),
  field('Line', 'string', ['level=info all is well', 'level=error <b>broken</b> '.repeat(20)]),
  field('labels', 'string', ['{"level":"info"}', '{}']),
], 'logs'); // prettier-ignore
const trace = frame('A', [
  field('spanID', 'string', ['1', '2']),
  field('serviceName', 'string', ['shop', 'db']),
  field('operationName', 'string', ['GET /', 'SELECT']),
  field('startTime', 'number', [start, start + 3]),
  field('duration', 'number', [20, 5]),
], 'trace'); // prettier-ignore
const nodes = frame('A', [field('id', 'string', ['a', 'b']), field('title', 'string', ['shop', 'db'])], 'nodes');
const edges = frame('A', [
  field('id', 'string', ['e']),
  field('source', 'string', ['a']),
  field('target', 'string', ['b']),
], 'edges'); // prettier-ignore
const flames = frame('A', [
  field('level', 'number', [0, 1]),
  field('value', 'number', [10, 6]),
  field('self', 'number', [4, 6]),
  field('label', 'string', ['main', 'work']),
]); // prettier-ignore
const candles = frame('A', [
  field('Time', 'time', times.slice(0, 9)),
  ...['open', 'high', 'low', 'close'].map((name, i) => field(name, 'number', wave(i).slice(0, 9))),
]); // prettier-ignore

const framesOf: Record<string, Frame[]> = {
  table: [table],
  piechart: [table],
  barchart: [table],
  geomap: [table],
  logs: [logs],
  traces: [trace],
  nodeGraph: [nodes, edges],
  flamegraph: [flames],
  candlestick: [candles],
};

function clientWithAnswers(): QueryClient {
  const client = new QueryClient({ defaultOptions: { queries: { retry: false, staleTime: Infinity } } });
  client.setQueryData(['dashboards', 'search'], [{ uid: 'x', title: 'Node', type: 'dash-db', url: '/d/x', tags: [] }]);
  return client;
}

function pictureOf(model: JsonObject, frames: readonly Frame[]): PanelPicture {
  const panel = readPanel({ id: 1, title: 'The title', gridPos: { x: 0, y: 0, w: 12, h: 8 }, ...model });
  const shown = panelFrames(panel, frames, scope);
  const data = { frames: shown, queries: [], scope, window, error: null, errors: [] };
  return { panel, data, marks: [], theme: 'light', zone: 'utc', client: clientWithAnswers() };
}

const textsOf = (marks: readonly Mark[]): string =>
  marks.flatMap((mark) => (mark.kind === 'text' ? [mark.text] : [])).join('|');
const box = { x: 0, y: 0, width: 600, height: 300 };

describe('panels on paper', () => {
  test('there is a drawing for every kind', () => {
    expect(panelKinds.filter((kind) => !drawers[kind])).toEqual([]);
  });

  test.each(panelKinds.filter((kind) => !['alertlist', 'annolist'].includes(kind)))('%s is drawn', async (kind) => {
    const options =
      kind === 'text' || kind === 'welcome' ? { content: '# Hello\n- one\n- `two`\n\n|a|b|\n|-|-|\n|1|2|' } : {};
    const picture = pictureOf({ type: kind, options }, framesOf[kind] ?? series);
    const marks = await drawPanel(picture, box);
    expect(textsOf(marks)).toContain('The title');
    expect(textsOf(marks)).not.toContain('could not be drawn');
    expect(textsOf(marks)).not.toMatch(/Not shown|No data/);
    expect(marks.length, textsOf(marks)).toBeGreaterThan(4);
    const open = marks.reduce((sum, mark) => sum + (mark.kind === 'clip' ? 1 : mark.kind === 'unclip' ? -1 : 0), 0);
    expect(open).toBe(0);
    for (const mark of marks) {
      if (mark.kind === 'text') expect(mark.matrix.every(Number.isFinite), mark.text).toBe(true);
      else if (mark.kind !== 'unclip') {
        const ends = mark.path.filter((one) => one.kind !== 'close');
        expect(ends.every((one) => Number.isFinite(one.x + one.y))).toBe(true);
      }
    }
  });

  test('time series have lines, an axis of times in the zone, and their legend', async () => {
    const marks = await drawPanel(pictureOf({ type: 'timeseries' }, series), box);
    expect(textsOf(marks)).toContain('08:30');
    expect(textsOf(marks)).toContain('host-2');
    expect(marks.filter((mark) => mark.kind === 'stroke' && mark.path.length > 50)).toHaveLength(3);
  });

  test('an unknown kind, a failure and no query are named', async () => {
    const why = async (model: JsonObject, error: unknown = null): Promise<string> => {
      const picture = pictureOf(model, []);
      return textsOf(await drawPanel({ ...picture, data: { ...picture.data, error } }, box));
    };
    expect(await why({ type: 'acme-robot-panel' })).toContain('acme-robot-panel');
    expect(await why({ type: 'timeseries' }, new Error('parse error at char 3'))).toContain('parse error at char 3');
    expect(await why({ type: 'timeseries' })).toContain('This panel has no query.');
  });

  test('what does not fit is counted', async () => {
    const many = frame(
      'A',
      [
        field(
          'Name',
          'string',
          Array.from({ length: 100 }, (_, i) => `row ${i}`),
        ),
      ],
      'table',
    );
    expect(textsOf(await drawPanel(pictureOf({ type: 'table' }, [many]), box))).toMatch(/and 9\d more rows/);
  });

  test('a drawing that fails is named and leaves the others', async () => {
    const picture = pictureOf({ type: 'logs' }, [
      frame('A', [field('Line', 'string', ['x']), field('labels', 'string', ['no json'])], 'logs'),
    ]);
    expect(textsOf(await drawPanel(picture, box))).toContain('The logs panel could not be drawn');
  });

  test('are SVG that holds no markup of their texts', async () => {
    const picture = pictureOf(
      {
        type: 'text',
        title: '<script>',
        options: { mode: 'html', content: '<img src=x onerror=y><script>alert(1)</script><p onclick=z>safe</p>' },
      },
      [],
    );
    const svg = await panelSvg(picture, 400, 200);
    expect(svg).toContain('safe');
    expect(svg).not.toMatch(/<script|onerror|onclick|alert/);
  });
});
