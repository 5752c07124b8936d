// SPDX-License-Identifier: Apache-2.0
// What a panel asks: each target with its source, its query after substitution, its window and step.
import { familyOf, mixedUid, sourceIn, type KnownSource } from './datasource_ref';
import { interpolate, type Bound, type Language, type Scope } from './interpolate';
import { flag, mapTexts, num, objects, text, type JsonObject } from './json';
import {
  builtIns,
  defaultScrapeMs,
  pointInTime,
  readInterval,
  settleAuto,
  stepOf,
  type Facts,
  type TimeWindow,
} from './macros';
import { parseDuration } from '@/base/duration';
import type { DatasourceRef, Panel, Target } from './types';

export interface PanelQuery {
  refId: string;
  source: KnownSource | null;
  /** prometheus, loki, tempo, … */
  family: string;
  /** The query text, "" when the target has none. */
  query: string;
  /** All other settings, interpolated. */
  raw: JsonObject;
  window: TimeWindow;
  stepMs: number;
  points: number;
  problem: string | null;
}

export interface QueryContext {
  bound: ReadonlyMap<string, Bound>;
  sources: readonly KnownSource[];
  window: TimeWindow;
  nowMs: number;
  /** Width of the panel in pixels: as many points are enough. */
  widthPx: number;
  dashboard: { title: string; uid: string };
}

export function panelScope(panel: Panel, context: QueryContext, facts: Facts): Scope {
  const variables = new Map<string, Bound>();
  for (const [name, bound] of context.bound) {
    const fixed = panel.scope[name];
    variables.set(name, settleAuto(fixed ? { ...bound, value: fixed } : bound, context.window));
  }
  return { variables, builtIns: builtIns(facts) };
}

/** The panel's own range: `timeFrom` is a length back from now, `timeShift` moves it back. */
export function panelWindow(panel: Panel, context: QueryContext, scope: Scope): TimeWindow {
  let { fromMs, toMs } = context.window;
  const from = interpolate(panel.timeFrom, scope);
  const back = parseDuration(from);
  if (back !== null && back > 0) {
    fromMs = toMs - back;
  } else if (from) {
    const start = pointInTime(from, context.nowMs, false);
    const end = pointInTime(from, context.nowMs, true);
    // now/d is a day; now-24h is a moment, from which on the panel looks.
    if (start !== null && end !== null) [fromMs, toMs] = [start, end > start ? end : Math.max(toMs, start + 1000)];
  }
  const shift = parseDuration(interpolate(panel.timeShift, scope)) ?? 0;
  return { fromMs: fromMs - shift, toMs: toMs - shift };
}

const languages: Record<string, Language> = {
  prometheus: 'prometheus',
  loki: 'loki',
  elasticsearch: 'lucene',
  tempo: 'tempo',
};

const isMixed = (ref: DatasourceRef | null): boolean => ref?.uid === mixedUid;

/** PromQL and LogQL stand in `expr`, everything else in `query`. */
export function queryText(raw: JsonObject): string {
  return text(raw, 'expr') || text(raw, 'query') || text(raw, 'expression');
}

function readTarget(panel: Panel, target: Target, context: QueryContext, scope: Scope, window: TimeWindow): PanelQuery {
  const ref = target.datasource ?? (isMixed(panel.datasource) ? null : panel.datasource);
  const source =
    ref?.uid === '__expr__' || ref?.type === '__expr__' ? expressionSource : sourceIn(ref, scope, context.sources);
  const family = source ? familyOf(source.type) : '';
  const points = panel.maxDataPoints ?? Math.max(context.widthPx, 100);
  const least = readInterval(interpolate(text(target.raw, 'interval') || panel.interval, scope)) ?? 1000;
  const factor = Math.max(num(target.raw, 'intervalFactor', 1), 1);
  const stepMs = stepOf(window, points, Math.max(least, family === 'prometheus' ? defaultScrapeMs : 1000)) * factor;
  const facts: Facts = {
    window,
    stepMs,
    scrapeMs: Math.max(defaultScrapeMs, least > 1000 ? least : 0),
    dashboard: context.dashboard,
  };
  const own = { ...scope, builtIns: builtIns(facts) };
  const language = languages[family] ?? 'text';
  const raw = mapTexts(target.raw, (one) => interpolate(one, own, language)) as JsonObject;
  return {
    refId: target.refId,
    source,
    family,
    query: withFilters(interpolate(queryText(target.raw), own, language), family, context.bound, source),
    raw,
    window,
    stepMs,
    points,
    problem: source ? null : `The data source ${ref?.uid || ref?.type || 'of this panel'} does not exist.`,
  };
}

const expressionSource: KnownSource = {
  uid: '__expr__',
  name: 'Expression',
  type: '__expr__',
  isDefault: false,
  mount: '',
};

/** Ad hoc filters become matchers of every selector. */
function withFilters(
  query: string,
  family: string,
  bound: ReadonlyMap<string, Bound>,
  source: KnownSource | null,
): string {
  if (family !== 'prometheus' && family !== 'loki') return query;
  const matchers = [...bound.values()]
    .filter(
      (one) =>
        one.variable.type === 'adhoc' &&
        (!source ||
          one.variable.datasource === null ||
          !one.variable.datasource.uid ||
          one.variable.datasource.uid.includes('$') ||
          one.variable.datasource.uid === source.uid),
    )
    .flatMap((one) => one.value.map(readFilter))
    .filter((one) => one !== '');
  return matchers.length === 0 ? query : addMatchers(query, matchers);
}

/** "key|op|value" as links carry it. */
function readFilter(written: string): string {
  const [key = '', op = '=', value = ''] = written.split('|');
  return key ? `${key}${op}"${value.replaceAll('\\', '\\\\').replaceAll('"', '\\"')}"` : '';
}

export function addMatchers(query: string, matchers: readonly string[]): string {
  const added = matchers.join(',');
  const braces = query.replaceAll(
    /\{((?:[^{}"]|"(?:[^"\\]|\\.)*")*)\}/g,
    (_, inner: string) => `{${inner.trim() ? `${inner.replace(/,\s*$/, '')},` : ''}${added}}`,
  );
  return braces !== query
    ? braces
    : query.replaceAll(
        /\b([a-zA-Z_:][\w:]*)\b(?=\s*(?:\[|\)|$))(?<!\b(?:by|on|without|ignoring)\b)/g,
        (name) => `${name}{${added}}`,
      );
}

export function panelQueries(
  panel: Panel,
  context: QueryContext,
): { queries: PanelQuery[]; scope: Scope; window: TimeWindow } {
  const rough: Facts = {
    window: context.window,
    stepMs: stepOf(context.window, panel.maxDataPoints ?? context.widthPx, defaultScrapeMs),
    scrapeMs: defaultScrapeMs,
    dashboard: context.dashboard,
  };
  const scope = panelScope(panel, context, rough);
  const window = panelWindow(panel, context, scope);
  const queries = panel.targets
    .filter((target) => !target.isHidden || isReferenced(panel, target))
    .map((target) => readTarget(panel, target, context, scope, window))
    .filter((query) => query.query !== '' || needsNoText(query.family, query.raw));
  const points = rough.window === window ? rough : { ...rough, window };
  return { queries, scope: { ...scope, builtIns: builtIns(points) }, window };
}

/** A hidden query still runs when an expression uses it. */
function isReferenced(panel: Panel, target: Target): boolean {
  return panel.targets.some(
    (other) =>
      other !== target &&
      text(other.raw, 'expression').includes(target.refId) &&
      (other.datasource?.type === '__expr__' || other.datasource?.uid === '__expr__'),
  );
}

const needsNoText = (family: string, raw: JsonObject): boolean =>
  ['jaeger', 'zipkin', 'elasticsearch', 'alertmanager', 'dashboard', 'grafana', '__expr__'].includes(family) ||
  (family === 'tempo' && (text(raw, 'queryType') === 'serviceMap' || objects(raw['filters']).length > 0)) ||
  flag(raw, 'isTestData');
