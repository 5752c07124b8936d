// SPDX-License-Identifier: Apache-2.0
// Real dashboards from SIGNALBOX_CONFORMANCE_DIR (skipped without it): each is imported, each query
// parsed after substitution, each panel drawn from made-up answers that fit its queries. PromQL is
// parsed by the grammar of the editor, and by a server too if SIGNALBOX_URL names one.
import { existsSync, readdirSync, readFileSync } from 'node:fs';
import { join } from 'node:path';
import { parser } from '@prometheus-io/lezer-promql';
import { describe, expect, it } from 'vitest';
import { replaced } from '@/base/lists';
import { importDashboard } from '@/model/dashboard/import_dashboard';
import { interpolate } from '@/model/dashboard/interpolate';
import { builtIns } from '@/model/dashboard/macros';
import { framesOfResult, logFrame } from '@/model/dashboard/prometheus_frames';
import { panelQueries } from '@/model/dashboard/panel_queries';
import { isDrawn, needsNoQuery, panelFrames } from '@/model/dashboard/panel_view';
import { field, frame } from '@/model/dashboard/frame';
import { settleAuto } from '@/model/dashboard/macros';
import { chooseValue, datasourceOptions, fixedOptions } from '@/model/dashboard/variable';
import { listOf, withList } from '@/model/dashboard/edit_list';
import { withMember } from '@/model/dashboard/json';
import { differences } from '@/model/dashboard/export_dashboard';
import { readPrometheusForm, writePrometheusForm, writtenOf } from '@/model/dashboard/variable_form';
import { renameVariable, usesOfVariables } from '@/model/dashboard/variable_uses';
import { expressionOf, variableRequest } from '@/model/dashboard/variable_query';

const folder = join(process.env.SIGNALBOX_CONFORMANCE_DIR ?? '/nowhere', 'grafana-dashboards');
const isThere = existsSync(folder);
const server = process.env.SIGNALBOX_URL;

const sources = ['prometheus', 'loki', 'tempo', 'jaeger', 'elasticsearch', 'alertmanager'].map((type) => ({
  uid: type,
  name: type,
  type,
  isDefault: type === 'prometheus',
  mount: `/${type}`,
}));
const window = { fromMs: 1_700_000_000_000, toMs: 1_700_003_600_000 };

/** A value that needs escaping; where a regex cuts it out of a metric's name, one that fits into a name. */
const sample = (variable) => (variable.regex ? { text: 'p95', value: 'p95' } : { text: 'a.b/c-1', value: 'a.b/c-1' });

function bindAll(dashboard) {
  const bound = new Map();
  for (const variable of dashboard.variables) {
    const options =
      variable.type === 'datasource'
        ? datasourceOptions(variable, sources)
        : (fixedOptions(variable) ?? [sample(variable)]);
    const value = chooseValue(variable, variable.current, options);
    bound.set(variable.name, { variable, value, options });
  }
  return bound;
}

function parseError(query) {
  let error = null;
  parser.parse(query).iterate({ enter: (node) => void (node.type.isError && (error ??= `at ${node.from}`)) });
  return error;
}

/** Brackets, quotes and pipes of LogQL fit together; the language itself is the server's business. */
function logqlError(query) {
  const bare = query.replaceAll(/`[^`]*`|"(?:[^"\\]|\\.)*"/g, '""');
  const count = (c) => bare.split(c).length - 1;
  if (/["`]{3}/.test(bare) || bare.includes('$')) return 'quotes or a variable are left over';
  return count('{') === count('}') && count('(') === count(')') && count('[') === count(']') && count('{') > 0
    ? null
    : 'brackets do not fit';
}

const labelsIn = (query, legend) => [
  ...new Set([
    ...[...query.matchAll(/\bby\s*\(([^)]*)\)/g)].flatMap((m) => m[1].split(',').map((one) => one.trim())),
    ...[...legend.matchAll(/\{\{\s*(\w+)\s*\}\}/g)].map((m) => m[1]),
    'instance',
  ]),
];

function answerOf(query) {
  const legend = query.raw.legendFormat ?? '';
  const names = labelsIn(query.query, legend).filter((name) => name !== 'le' && name !== '');
  const les =
    query.raw.format === 'heatmap' || /\bby\s*\([^)]*\ble\b/.test(query.query) ? ['0.1', '1', '+Inf'] : [null];
  const series = [1, 2].flatMap((n) =>
    les.map((le, i) => ({
      metric: { ...Object.fromEntries(names.map((name) => [name, `${name}${n}`])), ...(le ? { le } : {}) },
      at: (step) => String(n * 10 + i * 5 + (step % 7)),
    })),
  );
  const isInstant = query.raw.instant === true && query.raw.range !== true;
  const options = {
    refId: query.refId,
    legend,
    format: query.raw.format ?? 'time_series',
    startMs: window.fromMs,
    endMs: window.toMs,
    stepMs: query.stepMs,
  };
  if (isInstant) {
    const result = series.map((one) => ({ metric: one.metric, value: [window.toMs / 1000, one.at(0)] }));
    return framesOfResult({ resultType: 'vector', result }, options);
  }
  const count = Math.floor((window.toMs - window.fromMs) / query.stepMs) + 1;
  const result = series.map((one) => ({
    metric: one.metric,
    values: Array.from({ length: count }, (_, i) => [(window.fromMs + i * query.stepMs) / 1000, one.at(i)]),
  }));
  return framesOfResult({ resultType: 'matrix', result }, options);
}

function framesFor(query, panel) {
  if (query.family === 'prometheus') return answerOf(query);
  if (query.family === 'loki') {
    const isMetric = /^\s*(sum|count|avg|topk|rate|count_over_time|max|min)/.test(query.query);
    return isMetric
      ? answerOf(query)
      : [logFrame([{ stream: { app: 'x' }, values: [['1700000000000000000', 'line']] }], query.refId)];
  }
  // What the other sources answer are tables of traces, lines or documents.
  return ['jaeger', 'tempo', 'elasticsearch'].includes(query.family)
    ? [
        frame(
          query.refId,
          [field('traceID', 'string', ['1']), field('Time', 'time', [window.toMs]), field('Duration', 'number', [5])],
          panel.type === 'logs' ? 'logs' : 'table',
        ),
      ]
    : [];
}

const demo = join(import.meta.dirname, '../../demo/provisioning/dashboards/json');

describe('the demo dashboards', () => {
  it('are understood whole, and their queries parse', () => {
    const failures = [];
    for (const file of readdirSync(demo)) {
      const dashboard = importDashboard(JSON.parse(readFileSync(join(demo, file), 'utf8')));
      const context = { bound: bindAll(dashboard), sources, window, nowMs: window.toMs, widthPx: 800, dashboard };
      for (const panel of dashboard.rows.flatMap((row) => row.panels)) {
        failures.push(...panel.unsupported.map((what) => `${file}: ${panel.title}: ${what}`));
        for (const query of panelQueries(panel, context).queries) {
          const error = query.family === 'prometheus' ? parseError(query.query) : null;
          if (error || query.problem) failures.push(`${file}: ${query.query} ${error ?? query.problem}`);
        }
      }
    }
    expect(failures).toEqual([]);
  });
});

describe.skipIf(!isThere)('real dashboards', () => {
  const files = isThere ? readdirSync(folder).filter((name) => name.endsWith('.json')) : [];
  const expected = new Map(
    (isThere ? readFileSync(join(folder, 'expected.tsv'), 'utf8') : '')
      .trim()
      .split('\n')
      .slice(1)
      .map((line) => [line.split('\t')[0], line.split('\t')]),
  );

  it('are imported whole', () => {
    let panels = 0;
    for (const file of files) {
      const dashboard = importDashboard(JSON.parse(readFileSync(join(folder, file), 'utf8')));
      const count = dashboard.rows.reduce((sum, row) => sum + row.panels.length, 0);
      expect([file, count]).toEqual([file, Number(expected.get(file)[4])]);
      expect([file, dashboard.variables.length]).toEqual([
        file,
        (expected.get(file)[8] ?? '').split(',').filter(Boolean).length,
      ]);
      panels += count;
    }
    console.log(`conformance: dashboards ${files.length} of ${expected.size} imported, ${panels} panels`);
  });

  it('have queries that parse after substitution', async () => {
    const failures = [];
    let checked = 0;
    const promql = new Set();
    const check = (file, family, query) => {
      checked++;
      if (family === 'prometheus') promql.add(query);
      const error = family === 'loki' ? logqlError(query) : parseError(query);
      if (error) failures.push(`${file}: ${query} (${error})`);
    };
    for (const file of files) {
      const dashboard = importDashboard(JSON.parse(readFileSync(join(folder, file), 'utf8')));
      const bound = bindAll(dashboard);
      const context = { bound, sources, window, nowMs: window.toMs, widthPx: 800, dashboard };
      for (const panel of dashboard.rows.flatMap((row) => row.panels)) {
        for (const query of panelQueries(panel, context).queries) {
          if (query.family === 'prometheus' || query.family === 'loki') check(file, query.family, query.query);
        }
      }
      const variables = new Map([...bound].map(([name, one]) => [name, settleAuto(one, window)]));
      const scope = { variables, builtIns: builtIns({ window, stepMs: 15_000, scrapeMs: 15_000 }) };
      for (const variable of dashboard.variables.filter((one) => one.type === 'query')) {
        const isLoki = /loki/i.test(`${variable.datasource?.type} ${variable.datasource?.uid}`);
        const family = isLoki ? 'loki' : 'prometheus';
        const written = interpolate(variable.query, scope, 'prometheus');
        const expression = expressionOf(variableRequest(variable, written, variable.rawQuery, family));
        if (expression) check(file, family, expression);
      }
      for (const annotation of dashboard.annotations) {
        if (typeof annotation.raw.expr === 'string')
          check(file, 'prometheus', interpolate(annotation.raw.expr, scope, 'prometheus'));
      }
    }
    console.log(
      `conformance: dashboard queries ${checked - failures.length} of ${checked} parse (grammar of the editor)`,
    );
    if (server) {
      let parsed = 0;
      for (const query of promql) {
        const reply = await fetch(`${server}/prometheus/api/v1/format_query`, {
          method: 'POST',
          body: new URLSearchParams({ query }),
        });
        if (reply.ok) parsed++;
        else failures.push(`server: ${query} ${await reply.text()}`);
      }
      console.log(`conformance: dashboard queries ${parsed} of ${promql.size} different PromQL queries parse (server)`);
    }
    expect(failures).toEqual([]);
  }, 120_000);

  it('are drawn when there is data', () => {
    const blank = [];
    const named = [];
    let total = 0;
    for (const file of files) {
      const dashboard = importDashboard(JSON.parse(readFileSync(join(folder, file), 'utf8')));
      const bound = bindAll(dashboard);
      const context = { bound, sources, window, nowMs: window.toMs, widthPx: 800, dashboard };
      for (const panel of dashboard.rows.flatMap((row) => row.panels)) {
        total++;
        const { queries, scope } = panelQueries(panel, context);
        const frames = panelFrames(
          panel,
          queries.flatMap((query) => framesFor(query, panel)),
          scope,
        );
        if (panel.unsupported.length > 0) named.push(`${file}: ${panel.title}: ${panel.unsupported.join(' ')}`);
        if (!needsNoQuery(panel) && !isDrawn(panel, frames)) blank.push(`${file}: ${panel.title} (${panel.type})`);
      }
    }
    console.log(
      `conformance: dashboard panels ${total - blank.length} of ${total} drawn with made-up data, ${named.length} name an unsupported part`,
    );
    if (process.env.VERBOSE) console.log([...blank, ...named].join('\n'));
    expect((total - blank.length) / total).toBeGreaterThanOrEqual(0.95);
  }, 120_000);

  it('keep their variables as they are through the settings', () => {
    let total = 0;
    for (const file of files) {
      const { raw } = importDashboard(JSON.parse(readFileSync(join(folder, file), 'utf8')));
      const list = listOf(raw, 'templating');
      expect(usesOfVariables(raw), file).toHaveLength(list.length);
      list.forEach((variable, i) => {
        total++;
        const there = renameVariable(raw, i, 'a_name_of_nobody', 'follow');
        expect(differences(raw, there).length, `${file} ${variable.name}`).toBeGreaterThan(0);
        expect(renameVariable(there, i, variable.name, 'follow'), `${file} ${variable.name}`).toEqual(raw);
        const form = readPrometheusForm(writtenOf(variable));
        expect(readPrometheusForm(writePrometheusForm(form)), `${file} ${variable.name}`).toEqual(form);
        const labelled = replaced(list, i, withMember(variable, 'label', 'another label'));
        const found = differences(raw, withList(raw, 'templating', labelled));
        expect(found.length, `${file} ${variable.name}`).toBe(1);
      });
    }
    console.log(`conformance: ${total} variables of dashboards keep every member through rename and change`);
    expect(total).toBeGreaterThan(0);
  }, 120_000);
});
