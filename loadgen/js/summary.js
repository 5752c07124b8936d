// The text at the end of a test, and what scripts import from https://jslib.k6.io/k6-summary/…/index.js.
const COMPACT = new Set(['http_req_blocked', 'http_req_connecting', 'http_req_tls_handshaking', 'http_req_sending', 'http_req_waiting', 'http_req_receiving', 'group_duration']);
const SECTIONS = [
  ['HTTP', /^http_/], ['EXECUTION', /^(vus|vus_max|iterations|iteration_duration|dropped_iterations)$/],
  ['NETWORK', /^data_/], ['WEBSOCKET', /^ws_/], ['GROUPS', /^group_/],
];
const baseName = (name) => name.split('{')[0];
const isBuiltIn = (name) => name === 'checks' || SECTIONS.some(([, re]) => re.test(baseName(name)));

const fixed = (value, digits) => String(Number(value.toFixed(digits)));
const cut = (value, digits) => fixed(Math.trunc(value * 10 ** digits) / 10 ** digits, digits);
const UNITS = { s: [0.001, 's'], ms: [1, 'ms'], us: [1000, 'µs'] };
function time(ms, unit) {
  if (UNITS[unit]) return `${(ms * UNITS[unit][0]).toFixed(2)}${UNITS[unit][1]}`;
  if (ms === 0) return '0s';
  if (ms < 0.001) return `${Math.trunc(ms * 1e6)}ns`;
  if (ms < 1) return `${cut(ms * 1000, 2)}µs`;
  if (ms < 1000) return `${cut(ms, 2)}ms`;
  const seconds = `${cut((ms % 60000) / 1000, ms > 60000 ? 0 : 2)}s`;
  const minutes = Math.trunc(ms / 60000);
  if (minutes < 1) return seconds;
  return minutes < 60 ? `${minutes}m${seconds}` : `${Math.trunc(minutes / 60)}h${minutes % 60}m${seconds}`;
}
function bytes(count) {
  const names = ['B', 'kB', 'MB', 'GB', 'TB', 'PB'];
  if (count < 10) return `${count} B`;
  const power = Math.min(Math.floor(Math.log(count) / Math.log(1000)), names.length - 1);
  const value = Math.floor((count / 1000 ** power) * 10 + 0.5) / 10;
  return `${value < 10 && power > 0 ? value.toFixed(1) : value.toFixed(0)} ${names[power]}`;
}
function number(value, metric, unit) {
  if (metric.type === 'rate') return `${(Math.trunc(value * 10000) / 100).toFixed(2)}%`;
  if (metric.contains === 'data') return bytes(value);
  return metric.contains === 'time' ? time(value, unit) : fixed(value, 6);
}

const STYLES = { green: '\x1b[32m', red: '\x1b[31m', faint: '\x1b[2m', bold: '\x1b[1m', cyan: '\x1b[36m' };
const painter = (on) => (style, text) => (on && STYLES[style] ? `${STYLES[style]}${text}\x1b[0m` : text);

// The columns after a metric's name; a trend has its own columns.
function columns(metric, options) {
  const v = metric.values;
  switch (metric.type) {
    case 'counter': return [number(v.count, metric, options.unit), metric.contains === 'data' ? `${bytes(v.rate)}/s` : `${number(v.rate, { ...metric, type: '' }, options.unit)}/s`];
    case 'gauge': return [number(v.value, metric, options.unit), `min=${number(v.min, metric, options.unit)}`, `max=${number(v.max, metric, options.unit)}`];
    case 'rate': return [number(v.rate, metric, options.unit), `${v.passes} out of ${v.passes + v.fails}`];
    default: return options.stats.filter((s) => s in v).map((s) => `${s}=${s === 'count' ? v[s] : number(v[s], metric, options.unit)}`);
  }
}
function padAll(rows) {
  const widths = [];
  for (const row of rows) row.forEach((cell, i) => { widths[i] = Math.max(widths[i] || 0, [...cell].length); });
  return rows.map((row) => row.map((cell, i) => (i === row.length - 1 && rows.some((r) => r.length === row.length) ? cell : cell.padEnd(widths[i]))).join(' '));
}

function thresholdsText(data, options, paint) {
  const lines = [];
  for (const name of Object.keys(data.metrics).sort()) {
    const metric = data.metrics[name];
    if (!metric.thresholds) continue;
    lines.push(`    ${name}`);
    for (const [source, state] of Object.entries(metric.thresholds)) {
      const aggregate = source.split(/[<>=!]/)[0].replace(/\s/g, '');
      const key = metric.type === 'gauge' ? 'value' : aggregate;
      const value = state.value ?? metric.values[key === 'p(50)' ? 'med' : key];
      const kind = { ...metric, type: aggregate === 'rate' && metric.type === 'counter' ? '' : metric.type };
      const shown = value === undefined ? '' : ` ${aggregate}=${aggregate === 'count' ? value : number(value, kind, options.unit)}`;
      lines.push(`    ${state.ok ? paint('green', '✓') : paint('red', '✗')} '${source}'${shown}`);
    }
    lines.push('');
  }
  return lines.length === 0 ? [] : [`  ${paint('bold', '█ THRESHOLDS')} `, '', ...lines, ''];
}

function checksOf(group) { return [...group.checks, ...group.groups.flatMap(checksOf)]; }
function checksText(data, paint, seconds) {
  const total = data.metrics.checks;
  if (!total) return [];
  const { passes, fails } = total.values;
  const all = passes + fails;
  const rows = padAll([[String(all), `${fixed(all / seconds, 6)}/s`], [number(total.values.rate, total), `${passes} out of ${all}`], [number(all === 0 ? 0 : fails / all, total), `${fails} out of ${all}`]]);
  const lines = [`    checks_total.......: ${paint('cyan', rows[0])}`, `    checks_succeeded...: ${paint('cyan', rows[1])}`, `    checks_failed......: ${paint('cyan', rows[2])}`, ''];
  for (const check of checksOf(data.root_group)) {
    if (check.fails === 0) { lines.push(`    ${paint('green', '✓')} ${check.name}`); continue; }
    lines.push(`    ${paint('red', `✗ ${check.name}`)}`);
    lines.push(`      ${paint('red', `↳  ${Math.floor((100 * check.passes) / (check.passes + check.fails))}% — ✓ ${check.passes} / ✗ ${check.fails}`)}`);
  }
  return [...lines, ''];
}

function metricsText(data, options, paint) {
  const shown = Object.keys(data.metrics).filter((name) => baseName(name) !== 'checks' && (options.full || !COMPACT.has(baseName(name))));
  const rows = [];
  for (const [title, re] of [['CUSTOM', null], ...SECTIONS]) {
    const mine = shown.filter((name) => (re === null ? !isBuiltIn(name) : re.test(baseName(name)))).sort();
    if (mine.length > 0) rows.push({ title });
    for (const name of mine) {
      const sub = name.includes('{') ? `  { ${name.slice(name.indexOf('{') + 1, -1)} }` : name;
      rows.push({ label: sub, metric: data.metrics[name], cells: columns(data.metrics[name], options) });
    }
    if (mine.length > 0) rows.push({ end: true });
  }
  const width = Math.max(0, ...rows.filter((r) => r.label).map((r) => [...r.label].length)) + 3;
  for (const trend of [true, false]) {
    const some = rows.filter((r) => r.label && (r.metric.type === 'trend') === trend);
    padAll(some.map((r) => r.cells)).forEach((text, i) => { some[i].text = text; });
  }
  return rows.map((r) => {
    if (r.title) return `    ${paint('bold', r.title)}`;
    if (r.end) return '';
    return `    ${r.label}${paint('faint', '.'.repeat(width - [...r.label].length) + ':')} ${paint('cyan', r.text)}`;
  });
}

export function textSummary(data, given = {}) {
  const paint = painter(given.enableColors === true);
  const options = {
    unit: given.summaryTimeUnit ?? data.options?.summaryTimeUnit, full: given.full === true,
    stats: given.summaryTrendStats ?? data.options?.summaryTrendStats ?? ['avg', 'min', 'med', 'max', 'p(90)', 'p(95)'],
  };
  const seconds = Math.max(data.state.testRunDurationMs / 1000, 1e-9);
  const lines = ['', '', ...thresholdsText(data, options, paint), `  ${paint('bold', '█ TOTAL RESULTS')} `, '',
    ...checksText(data, paint, seconds), ...metricsText(data, options, paint)];
  const indent = given.indent ?? '';
  return lines.map((line) => (line === '' ? '' : indent + line)).join('\n') + '\n';
}

const xml = (s) => String(s).replace(/[<>&"']/g, (c) => `&#${c.charCodeAt(0)};`);
export function jUnit(data, options = {}) {
  const cases = [];
  let failures = 0;
  for (const [name, metric] of Object.entries(data.metrics)) {
    for (const [source, state] of Object.entries(metric.thresholds || {})) {
      if (!state.ok) failures++;
      cases.push(`    <testcase name="${xml(`${name} - ${source}`)}"${state.ok ? ' />' : '><failure message="failed" /></testcase>'}`);
    }
  }
  return `<?xml version="1.0"?>\n<testsuites tests="${cases.length}" failures="${failures}">\n  <testsuite name="${xml(options.name || 'k6 thresholds')}" tests="${cases.length}" failures="${failures}">\n${cases.join('\n')}\n  </testsuite>\n</testsuites>\n`;
}
export const humanizeValue = (value, metric, unit) => number(value, metric, unit);
export default { textSummary, jUnit, humanizeValue };
