// SPDX-License-Identifier: Apache-2.0
// `$name`, `${name}`, `${name:format}`, `${name.field}` and `[[name]]` in queries, titles and links.
import { allValue, type Variable, type VariableOption, type VariableValue } from './types';

export interface Bound {
  variable: Variable;
  value: VariableValue;
  options: readonly VariableOption[];
}

/** Where a text stands decides how several values are written; a title is read by people only. */
export type Language = 'prometheus' | 'loki' | 'lucene' | 'text' | 'title' | 'tempo';

export interface Scope {
  variables: ReadonlyMap<string, Bound>;
  /** Names with a fixed text: $__interval, $__from, … */
  builtIns: ReadonlyMap<string, string>;
  /** Names that mean something with a path: ${__field.labels.job}. */
  paths?: (path: string) => string | undefined;
}

const pattern = /\$(\w+)|\[\[(\w+?)(?::(\w+))?\]\]|\$\{(\w+)((?:\.[^:^}]+)?)(?::([^}]+))?\}/g;

export const escapeRegex = (value: string): string => value.replaceAll(/[\\^$*{}[\]'+?.()|/]/g, '\\$&');
/** Inside of a quoted PromQL or LogQL text a backslash needs one more. */
const escapeQuotedRegex = (value: string): string =>
  value
    .replaceAll(/[\\^$*{}[\]+?.()|]/g, '\\$&')
    .replaceAll('\\', '\\\\')
    .replaceAll('"', '\\"');
const escapeQuoted = (value: string): string => value.replaceAll('\\', '\\\\').replaceAll('"', '\\"');
const escapeLucene = (value: string): string => value.replaceAll(/[+\-=&|><!(){}[\]^"~*?:\\/ ]/g, '\\$&');

function languageDefault(values: readonly string[], isSeveral: boolean, language: Language): string {
  const first = values[0] ?? '';
  if (language === 'prometheus' || language === 'loki') {
    if (!isSeveral) return escapeQuoted(first);
    const escaped = values.map(escapeQuotedRegex);
    return escaped.length === 1 ? (escaped[0] ?? '') : `(${escaped.join('|')})`;
  }
  if (language === 'lucene') {
    if (values.length === 1) return escapeLucene(first);
    return `(${values.map((value) => `"${value.replaceAll('"', '\\"')}"`).join(' OR ')})`;
  }
  if (language === 'tempo') return values.length > 1 ? values.map(escapeRegex).join('|') : first;
  return values.length > 1 ? `{${values.join(',')}}` : first;
}

export function formatValues(values: readonly string[], name: string, format: string): string | null {
  const [kind = '', argument] = format.split(/:(.*)/s);
  const each = (change: (value: string) => string, between: string): string => values.map(change).join(between);
  switch (kind) {
    case 'csv':
      return values.join(',');
    case 'distributed':
      return values.map((value, i) => (i === 0 ? value : `${name}=${value}`)).join(',');
    case 'doublequote':
      return each((value) => `"${value.replaceAll('"', '\\"')}"`, ',');
    case 'singlequote':
      return each((value) => `'${value.replaceAll("'", "\\'")}'`, ',');
    case 'sqlstring':
      return each((value) => `'${value.replaceAll("'", "''")}'`, ',');
    case 'glob':
      return values.length > 1 ? `{${values.join(',')}}` : (values[0] ?? '');
    case 'json':
      return JSON.stringify(values.length === 1 ? values[0] : values);
    case 'lucene':
      return values.length > 1
        ? `(${each((value) => `"${escapeLucene(value)}"`, ' OR ')})`
        : escapeLucene(values[0] ?? '');
    case 'percentencode':
      return encodeURIComponent(values.length > 1 ? `{${values.join(',')}}` : (values[0] ?? ''));
    case 'uriencode':
      return encodeURI(values.length > 1 ? `{${values.join(',')}}` : (values[0] ?? ''));
    case 'pipe':
      return values.join('|');
    case 'regex':
      return values.length > 1 ? `(${each(escapeRegex, '|')})` : escapeRegex(values[0] ?? '');
    case 'raw':
      return values.join(',');
    case 'queryparam':
      return each((value) => `var-${name}=${encodeURIComponent(value)}`, '&');
    case 'customqueryparam':
      return each((value) => `${(argument ?? name).split(':')[0] ?? name}=${encodeURIComponent(value)}`, '&');
    case 'join':
      return values.join(argument ?? ',');
    case 'date':
      return formatDates(values, argument ?? '');
    default:
      return null;
  }
}

function formatDates(values: readonly string[], format: string): string {
  const ms = Number(values[0]);
  if (!Number.isFinite(ms)) return values.join(',');
  if (format === '' || format === 'iso') return new Date(ms).toISOString();
  if (format === 'seconds') return String(Math.round(ms / 1000));
  const d = new Date(ms);
  const two = (n: number): string => String(n).padStart(2, '0');
  const named: Record<string, string> = {
    YYYY: String(d.getUTCFullYear()),
    YY: String(d.getUTCFullYear()).slice(2),
    MM: two(d.getUTCMonth() + 1),
    DD: two(d.getUTCDate()),
    HH: two(d.getUTCHours()),
    mm: two(d.getUTCMinutes()),
    ss: two(d.getUTCSeconds()),
  };
  return format.replaceAll(/YYYY|YY|MM|DD|HH|mm|ss/g, (token) => named[token] ?? token);
}

/** The values behind a bound variable, with All written out. */
export function valuesOf(bound: Bound): { values: string[]; isRaw: boolean } {
  const { variable, value, options } = bound;
  if (!value.includes(allValue)) return { values: value, isRaw: false };
  if (variable.allValue !== '') return { values: [variable.allValue], isRaw: true };
  if (options.length === 0) return { values: ['.*'], isRaw: true };
  return { values: options.map((option) => option.value), isRaw: false };
}

function textOf(bound: Bound): string {
  if (bound.value.includes(allValue)) return 'All';
  return bound.value.map((value) => bound.options.find((option) => option.value === value)?.text ?? value).join(' + ');
}

function write(bound: Bound, path: string, format: string, language: Language): string {
  const { name } = bound.variable;
  if (format === 'text' || path === '.text') return textOf(bound);
  if (format === 'queryparam' && bound.value.includes(allValue)) return `var-${name}=${encodeURIComponent(allValue)}`;
  // People read "All", whatever stands for it in queries.
  if (language === 'title' && format === '') return textOf(bound);
  const { values, isRaw } = valuesOf(bound);
  if (isRaw && format !== 'percentencode' && format !== 'queryparam') return values[0] ?? '';
  const formatted = format === '' ? null : formatValues(values, name, format);
  if (formatted !== null) return formatted;
  if (language === 'text' && format === '') return values.length > 1 ? textOf(bound) : (values[0] ?? '');
  const isSeveral = bound.variable.isMulti || bound.variable.includeAll;
  return languageDefault(values, isSeveral, language);
}

/** Unknown names stay as they are: they may belong to the query language. */
export function interpolate(written: string, scope: Scope, language: Language = 'text'): string {
  if (!written.includes('$') && !written.includes('[[')) return written;
  const replace = (input: string): string =>
    input.replaceAll(pattern, (whole: string, ...groups: (string | undefined)[]) => {
      const [plain, bracket, bracketFormat, braced, path = '', bracedFormat] = groups;
      const name = plain ?? bracket ?? braced ?? '';
      const format = bracketFormat ?? bracedFormat ?? '';
      const bound = scope.variables.get(name);
      if (bound) return write(bound, path, format, language);
      const builtIn = scope.builtIns.get(name);
      if (builtIn !== undefined) return (format ? formatValues([builtIn], name, format) : null) ?? builtIn;
      return scope.paths?.(name + path) ?? whole;
    });
  const once = replace(written);
  // A constant or an interval may itself be written with variables.
  return once !== written && once.includes('$') ? replace(once) : once;
}
