// SPDX-License-Identifier: Apache-2.0
// What people type on the logs page as LogQL: a query that starts with a selector stays as it is, words
// are looked for in every line whatever its case.

export interface LogSearch {
  text: string;
  traceId: string;
  spanId: string;
}

/** Every stream has it: ingest sets it where the sender did not. */
const everything = '{service_name=~".+"}';

const escapeRegex = (text: string): string => text.replace(/[.*+?^${}()|[\]\\]/g, '\\$&');

export const quoteText = (text: string): string => JSON.stringify(text);

function wordFilters(text: string): string {
  const words = text.match(/-?"[^"]*"|\S+/g) ?? [];
  return words
    .map((word) => {
      const isNot = word.startsWith('-') && word.length > 1;
      const plain = (isNot ? word.slice(1) : word).replace(/^"(.*)"$/, '$1');
      return ` ${isNot ? '!~' : '|~'} ${quoteText(`(?i)${escapeRegex(plain)}`)}`;
    })
    .join('');
}

export function isLogql(text: string): boolean {
  return /^\s*(\{|#)/.test(text);
}

export function logqlOf(search: LogSearch): string {
  const text = search.text.trim();
  const base = text === '' ? everything : isLogql(text) ? text : everything + wordFilters(text);
  const ids = [
    search.traceId && ` | trace_id=${quoteText(search.traceId)}`,
    search.spanId && ` | span_id=${quoteText(search.spanId)}`,
  ];
  return base + ids.filter(Boolean).join('');
}

/** A metric query (rate, sum …) has a graph and no lines. */
export function isMetricQuery(query: string): boolean {
  return !/^\s*(#.*\n\s*)*\{/.test(query);
}

/** The query with one more condition: in the selector for a label, after the pipeline for a field. */
export function withCondition(
  query: string,
  name: string,
  value: string,
  isLabel: boolean,
  isNot: boolean,
  parser: string,
): string {
  const operator = isNot ? '!=' : '=';
  if (isLabel) {
    const close = selectorEnd(query);
    const inside = query.slice(query.indexOf('{') + 1, close).trim();
    const condition = `${name}${operator}${quoteText(value)}`;
    return `{${inside === '' ? condition : `${inside.replace(/,\s*$/, '')}, ${condition}`}}${query.slice(close + 1)}`;
  }
  const needsParser = parser !== '' && !new RegExp(`\\|\\s*${parser}\\b`).test(query);
  return `${query}${needsParser ? ` | ${parser}` : ''} | ${name}${operator}${quoteText(value)}`;
}

function selectorEnd(query: string): number {
  let quote = '';
  for (let i = query.indexOf('{'); i < query.length; i++) {
    const c = query[i] ?? '';
    if (quote !== '') {
      if (c === '\\' && quote === '"') i++;
      else if (c === quote) quote = '';
    } else if (c === '"' || c === '`') quote = c;
    else if (c === '}') return i;
  }
  return query.length;
}

export const levelHistogram = (query: string, step: string): string =>
  `sum by (detected_level) (count_over_time(${query} [${step}]))`;

/** The ten most frequent values of a field in the window. */
export function facetQuery(query: string, field: string, parser: string, range: string): string {
  const parsed = parser !== '' && !new RegExp(`\\|\\s*${parser}\\b`).test(query) ? ` | ${parser}` : '';
  const clean = parsed === '' ? '' : ' | __error__=""';
  return `topk(10, sum by (${field}) (count_over_time(${query}${parsed}${clean} | ${field}!="" [${range}])))`;
}
