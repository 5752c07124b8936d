// SPDX-License-Identifier: Apache-2.0
// Series, log lines and spans that a dashboard's queries find: every selector of its queries becomes a
// series with exactly the labels that it asks for, and every label that a query groups by has a value.
//
//   const found = dataFor(dashboardJson);   // {values, series, streams, service}
//   found.values                            // variable -> value, for the address: var-NAME=VALUE
import { parser } from '@prometheus-io/lezer-promql';
import { matches, samplePattern } from './sample_pattern.mjs';

const built = {
  __rate_interval: '5m',
  __interval: '1m',
  __auto: '1m',
  __range: '30m',
  __range_s: '1800',
  __range_ms: '1800000',
  __interval_ms: '60000',
  __from: '0',
  __to: '0',
};

function walk(value, visit) {
  if (value === null || typeof value !== 'object') return;
  if (!Array.isArray(value)) visit(value);
  for (const one of Object.values(value)) walk(one, visit);
}

const fill = (text, values) =>
  text.replaceAll(/\$\{(\w+)(?::\w+)?\}|\[\[(\w+)(?::\w+)?\]\]|\$(\w+)/g, (all, a, b, c) => {
    const name = a ?? b ?? c;
    return built[name] ?? values.get(name) ?? all;
  });

const queryOf = (variable) =>
  typeof variable.query === 'string' ? variable.query : (variable.query?.query ?? variable.definition ?? '');

/** The label that a variable takes its values from, or null. */
function labelOf(variable) {
  const query = queryOf(variable);
  const asked = /label_values\((?:.*,)?\s*(\w+)\s*\)\s*$/s.exec(query)?.[1];
  const cut = /(\w+)="[^$]*$/.exec(variable.regex ?? '')?.[1];
  return asked ?? cut ?? null;
}

function valueOf(variable, values) {
  const stored = variable.current?.value;
  if (variable.type === 'interval') return '5m';
  if (variable.type === 'textbox') return queryOf(variable);
  if (variable.type === 'constant' || variable.type === 'custom') {
    const first = queryOf(variable).split(',')[0].trim();
    return typeof stored === 'string' && stored !== '' && stored !== '$__all' ? stored : first;
  }
  if (variable.type !== 'query') return null;
  const label = labelOf(variable);
  const isPart = /\$/.test(variable.regex ?? '');
  if (label && !isPart) return `${label}-1`;
  if (/^metrics\(/.test(queryOf(variable)))
    return samplePattern(/\((.*)\)/.exec(variable.regex)?.[1] ?? 'x') ?? fill('', values);
  return isPart ? '0' : `${variable.name}-1`;
}

function selectorsOf(query) {
  const found = [];
  const labels = new Set();
  const comparisons = new Map();
  const text = (node) => query.slice(node.from, node.to);
  parser.parse(query).iterate({
    enter: (ref) => {
      const { node } = ref;
      if (ref.name === 'VectorSelector') {
        const name = node.getChild('Identifier');
        const matchers = [];
        node.cursor().iterate((inner) => {
          if (!/^(Unquoted|Quoted)LabelMatcher$/.test(inner.name)) return;
          const parts = /^\s*"?([\w.]+)"?\s*(=~|!~|!=|=)\s*(["'`])(.*)\3\s*$/s.exec(text(inner));
          if (parts) matchers.push({ name: parts[1], op: parts[2], value: parts[4].replaceAll('\\\\', '\\') });
        });
        found.push({ name: name ? text(name) : null, matchers });
        const equal = /^\s*(?:==|<=|>=)\s*(?:bool\s+)?(\d+(?:\.\d+)?)(?![\w.])/.exec(query.slice(node.to));
        if (name && equal) comparisons.set(text(name), Number(equal[1]));
      }
      if (ref.name === 'GroupingLabels') {
        for (const [label] of text(node).matchAll(/\w+/g)) labels.add(label);
      }
    },
  });
  for (const [, label] of query.matchAll(/label_(?:replace|join)\(.*?"(\w+)"\s*,\s*"[^"]*"\s*\)/gs)) labels.add(label);
  return { found, labels, comparisons };
}

/** The labels of one series that all matchers accept. */
function labelsFor(matchers, defaults) {
  const labels = new Map(defaults);
  for (const { name, op, value } of matchers.filter((one) => one.op.startsWith('='))) {
    if (op === '=') labels.set(name, value);
    else if (!matches(value, labels.get(name) ?? `${name}-1`)) labels.set(name, samplePattern(value) ?? value);
    else if (!labels.has(name)) labels.set(name, `${name}-1`);
  }
  for (const { name, op, value } of matchers.filter((one) => one.op.startsWith('!'))) {
    const isHit = (text) => (op === '!=' ? text === value : matches(value, text));
    if (isHit(labels.get(name) ?? '')) labels.set(name, ['other', 'eth0', '9'].find((one) => !isHit(one)) ?? 'other');
  }
  return labels;
}

function collectQueries(dashboard, values) {
  const metrics = [];
  const logs = [];
  const legends = [];
  walk(dashboard, (object) => {
    if (typeof object.expr === 'string' && object.expr.trim() !== '') {
      const query = fill(object.expr, values);
      const type = `${object.datasource?.type ?? ''} ${object.datasource?.uid ?? object.datasource ?? ''}`;
      (/loki/i.test(type) || /^\s*\{|\|[=~]|count_over_time\(\{/.test(query) ? logs : metrics).push(query);
    }
    if (typeof object.legendFormat === 'string') legends.push(object.legendFormat);
  });
  return { metrics, logs, legends };
}

function streamsOf(logs) {
  return logs.flatMap((query) => {
    const selector = /\{([^}]*)\}/s.exec(query)?.[1] ?? '';
    const matchers = [...selector.matchAll(/(\w+)\s*(=~|!~|!=|=)\s*(["`])(.*?)\3/gs)].map((one) => ({
      name: one[1],
      op: one[2],
      value: one[4],
    }));
    const words = [...query.matchAll(/\|=\s*["`](.*?)["`]/g)].map((one) => one[1]);
    if (matchers.length === 0) return [];
    const labels = labelsFor(matchers, new Map([['level', 'error']]));
    return [
      { labels, line: `level=error ts=1 caller=main.go:1 duration=12ms msg="made for a test" ${words.join(' ')}` },
    ];
  });
}

export function dataFor(dashboard) {
  const variables = dashboard.templating?.list ?? [];
  const values = new Map();
  const defaults = new Map([['instance', 'instance-1']]);
  for (const variable of variables) {
    const value = valueOf(variable, values);
    if (value === null) continue;
    values.set(variable.name, value);
    const label = variable.type === 'query' && !/\$/.test(variable.regex ?? '') ? labelOf(variable) : null;
    if (label) defaults.set(label, value);
  }
  const { metrics, logs, legends } = collectQueries(dashboard, values);
  for (const variable of variables.filter((one) => one.type === 'query')) {
    const query = fill(queryOf(variable), values);
    const isLoki = /loki/i.test(JSON.stringify(variable.datasource ?? ''));
    const inner = /^(?:label_values|query_result)\((.*?)(?:,\s*\w+\s*)?\)\s*$/s.exec(query)?.[1];
    if (inner) (isLoki ? logs : metrics).push(inner);
  }
  const read = metrics.map(selectorsOf);
  for (const { labels } of read) {
    for (const label of labels) if (!defaults.has(label)) defaults.set(label, `${label}-1`);
  }
  for (const legend of legends) {
    for (const [, label] of legend.matchAll(/\{\{\s*(\w+)\s*\}\}/g)) {
      if (!defaults.has(label)) defaults.set(label, `${label}-1`);
    }
  }
  defaults.delete('le');
  defaults.delete('__name__');
  const constants = new Map(read.flatMap((one) => [...one.comparisons]));
  const series = new Map();
  for (const { name, matchers } of read.flatMap((one) => one.found)) {
    const named = matchers.find((one) => one.name === '__name__');
    const metric = name ?? (named ? (named.op === '=' ? named.value : samplePattern(named.value)) : null);
    if (!metric) continue;
    const rest = matchers.filter((one) => one.name !== '__name__' && one.name !== 'le');
    for (const extra of [[], [['instance', 'instance-2']]]) {
      // A series of facts is joined to others: a second one would make the join ambiguous.
      if (extra.length > 0 && (/_info$/.test(metric) || rest.some((one) => one.name === 'instance' && one.op === '=')))
        continue;
      const labels = labelsFor(rest, new Map([...defaults, ...extra]));
      const key = JSON.stringify([metric, ...[...labels].sort()]);
      series.set(key, { metric, labels, constant: constants.get(metric) ?? null });
    }
  }
  return {
    values,
    series: [...series.values()],
    streams: streamsOf(logs),
    service: values.get('service_name') ?? 'shop',
  };
}

const bounds = ['0.005', '0.05', '0.1', '0.3', '0.5', '1', '1.2', '5', '+Inf'];

/** JSON lines of /api/v1/import: `count` samples each, the last at `nowMs`. */
export function importLines(series, nowMs, stepMs, count) {
  const timestamps = Array.from({ length: count }, (_, i) => nowMs - (count - 1 - i) * stepMs);
  const line = (labels, at) =>
    JSON.stringify({ metric: Object.fromEntries(labels), values: timestamps.map((_, i) => at(i)), timestamps });
  return series.flatMap(({ metric, labels, constant }, n) => {
    const named = [['__name__', metric], ...labels];
    const speed = 1 + (n % 7);
    if (/_bucket(:|$)/.test(metric))
      return bounds.map((le, b) => line([...named, ['le', le]], (i) => (i + 1) * speed * (b + 1)));
    if (constant !== null) return [line(named, () => constant)];
    if (/_total$|_count$|_sum$|_seconds$|_bytes$/.test(metric) && !/(timestamp|time)_seconds$/.test(metric))
      return [line(named, (i) => 1000 + (i + 1) * speed * 3 + (i % 5))];
    if (/(timestamp|time)_seconds$/.test(metric)) return [line(named, () => Math.round(nowMs / 1000) - 86_400)];
    return [line(named, (i) => speed + Math.sin(i / 9 + n) * 0.5 + (/^k6|_rate$/.test(metric) ? 0 : i / 40))];
  });
}
