// SPDX-License-Identifier: Apache-2.0
import { describe, expect, it } from 'vitest';
import {
  allAnnotations,
  annotationAsk,
  eventText,
  isOverPanel,
  isShown,
  lineEvents,
  panelFilter,
  seriesEvents,
} from './annotation_events';
import {
  annotationNotes,
  annotationProblem,
  annotationSummary,
  duplicatedAnnotation,
  newAnnotation,
  readOwn,
  withAnnotationSource,
  withExpression,
  withOwn,
  withPanelFilter,
} from './edit_annotation';
import { importDashboard } from './import_dashboard';
import type { JsonObject } from './json';
import type { Annotation } from './types';

const window = { fromMs: 0, toMs: 3_600_000 };
const read = (raw: JsonObject): Annotation =>
  importDashboard({ annotations: { list: [raw] } }).annotations[0] as Annotation;

describe('what annotations ask', () => {
  it('asks each kind of source its own question', () => {
    const ask = (raw: JsonObject, family: Parameters<typeof annotationAsk>[2]) =>
      annotationAsk(read(raw), raw, family, window);
    expect(ask({ expr: 'x', step: '60s' }, 'prometheus')).toEqual({ kind: 'prometheus', query: 'x', stepMs: 60_000 });
    expect(ask({ target: { expr: 'y' } }, 'loki')).toMatchObject({ kind: 'loki', query: 'y', limit: 500 });
    expect(ask({ target: { type: 'tags', tags: ['a', 'b'], matchAny: true, limit: 7 } }, 'own')).toEqual({
      kind: 'own',
      tags: ['a', 'b'],
      isAnyTag: true,
      isOfDashboard: false,
      limit: 7,
    });
    expect(ask({ type: 'tags', tags: ['old'] }, 'own')).toMatchObject({ tags: ['old'], isOfDashboard: false });
    expect(ask({ builtIn: 1, type: 'dashboard' }, 'none')).toMatchObject({ kind: 'own', isOfDashboard: true });
    for (const family of ['none', 'other', 'prometheus'] as const) expect(ask({}, family).kind).toBe('none');
  });

  it('follows the address before the dashboard, and knows the own notes of every dashboard', () => {
    const off = read({ name: 'Deploys', enable: false, expr: 'x' });
    expect(isShown(off, new URLSearchParams())).toBe(false);
    expect(isShown(off, new URLSearchParams('note-Deploys=on'))).toBe(true);
    expect(isShown(read({ name: 'a' }), new URLSearchParams('note-a=off'))).toBe(false);
    expect(allAnnotations([off]).map((one) => one.isBuiltIn)).toEqual([true, false]);
    expect(allAnnotations([read({ builtIn: 1, enable: false })])).toHaveLength(1);
  });
});

describe('events', () => {
  const restarts = read({
    name: 'Restarts',
    titleFormat: 'restart',
    textFormat: '{{ instance }} of {{job}}',
    tagKeys: 'job, az',
  });
  const metric = { instance: 'a:1', job: 'api' };

  it('joins samples that follow each other and leaves out zeros', () => {
    const values: [number, string][] = [
      [10, '1'],
      [20, '2'],
      [30, '0'],
      [40, '1'],
      [80, '1'],
      [90, 'NaN'],
    ];
    const events = seriesEvents(restarts, [{ metric, values }], 10_000);
    expect(events.map((one) => [one.fromMs, one.toMs])).toEqual([
      [10_000, 20_000],
      [40_000, 40_000],
      [80_000, 80_000],
    ]);
    expect(events[0]).toMatchObject({ title: 'restart', text: 'a:1 of api', tags: ['api'] });
    expect(eventText(events[0] as never)).toBe('restart  a:1 of api  #api');
  });

  it('takes times from values, each once', () => {
    const boot = read({ name: 'Boot', useValueForTime: true });
    const events = seriesEvents(
      boot,
      [
        {
          metric: {},
          values: [
            [10, '5000'],
            [20, '5000'],
            [30, '25000'],
          ],
        },
      ],
      10_000,
    );
    expect(events.map((one) => one.fromMs)).toEqual([5000, 25_000]);
    expect(events[0]?.title).toBe('Boot');
  });

  it('makes an event of every log line', () => {
    const streams = [
      { stream: { app: 'shop' }, values: [['2000000000', 'late'] as const, ['1000000000', 'early'] as const] },
    ];
    expect(lineEvents(read({ name: 'L', tagKeys: 'app' }), streams)).toEqual([
      { fromMs: 1000, toMs: 1000, title: '', text: 'early', tags: ['shop'], panelId: null },
      { fromMs: 2000, toMs: 2000, title: '', text: 'late', tags: ['shop'], panelId: null },
    ]);
    expect(lineEvents(read({ name: 'L', textFormat: '{{app}}: {{__line__}}' }), streams)[0]?.text).toBe('shop: early');
  });

  it('stands over the panels of its filter', () => {
    expect(panelFilter({})).toBeNull();
    const only = panelFilter({ filter: { exclude: false, ids: [1] } });
    const others = panelFilter({ filter: { exclude: true, ids: [1] } });
    expect([1, 2].map((id) => isOverPanel(only, id))).toEqual([true, false]);
    expect([1, 2].map((id) => isOverPanel(others, id))).toEqual([false, true]);
    expect(isOverPanel(panelFilter({ filter: { exclude: false, ids: [] } }), 1)).toBe(false);
    expect(panelFilter({ filter: { exclude: true, ids: [] } })).toBeNull();
  });
});

describe('annotations as JSON', () => {
  it('writes an expression where it was', () => {
    expect(withExpression({ expr: 'a', more: 1 }, 'b')).toEqual({ expr: 'b', more: 1 });
    expect(withExpression({ target: { expr: 'a', refId: 'x' } }, 'b')).toEqual({ target: { expr: 'b', refId: 'x' } });
    expect(withExpression(newAnnotation([], null), 'b')).toMatchObject({
      expr: 'b',
      target: { expr: 'b', refId: 'Anno' },
    });
  });

  it('changes the source, and the question with its language', () => {
    const prometheus = { ...newAnnotation([], null), expr: 'x', future: 1 };
    const other = withAnnotationSource(prometheus, { uid: 'p2' }, 'prometheus', 'prometheus');
    expect(other).toEqual({ ...prometheus, datasource: { uid: 'p2' } });
    const own = withAnnotationSource(prometheus, { uid: '-- Grafana --' }, 'prometheus', 'own');
    expect(own).toMatchObject({ future: 1, target: { type: 'tags', tags: [] } });
    expect(own).not.toHaveProperty('expr');
  });

  it('changes tags inside of target or beside the rest, as they were', () => {
    const old = withOwn({ type: 'tags', tags: ['a'], limit: 9 }, { tags: ['b'] });
    expect(old).toEqual({ type: 'tags', tags: ['b'], limit: 9 });
    const now = withOwn({ target: { type: 'dashboard', x: 1 } }, { isByTags: true, isAnyTag: true });
    expect(now).toEqual({ target: { type: 'tags', x: 1, matchAny: true } });
    expect(readOwn(now)).toEqual({ isByTags: true, tags: [], isAnyTag: true, limit: 100 });
  });

  it('filters panels, keeps unknown members and takes the filter away', () => {
    const raw = withPanelFilter(
      { name: 'a', filter: { exclude: true, ids: [1], more: 2 } },
      { isExcluded: false, ids: [3] },
    );
    expect(raw).toEqual({ name: 'a', filter: { exclude: false, ids: [3], more: 2 } });
    expect(annotationNotes({ ...raw, enable: false })).toBe('off at first, over 1 panel only');
    expect(withPanelFilter(raw, null)).toEqual({ name: 'a' });
  });

  it('names, describes and duplicates', () => {
    expect(annotationProblem({ name: ' ' }, [])).not.toBeNull();
    expect(annotationProblem({ name: 'a' }, ['a'])).not.toBeNull();
    expect(annotationProblem({ name: 'a' }, ['b'])).toBeNull();
    expect(annotationSummary({ expr: 'changes(x)' })).toBe('changes(x)');
    expect(annotationSummary({ target: { type: 'tags', tags: ['a', 'b'] } })).toBe('notes tagged a and b');
    expect(annotationSummary({ builtIn: 1, target: { type: 'dashboard' } })).toBe('notes of this dashboard');
    expect(duplicatedAnnotation({ name: 'a', builtIn: 1, x: 1 }, [])).toEqual({ name: 'a copy', x: 1 });
  });
});
