// SPDX-License-Identifier: Apache-2.0
// The simple queries that a form can write: a metric with filters, a function over a window, an
// aggregation. Queries of other shapes are left to the code editor.
import { commaList } from '@/base/lists';

export interface QueryForm {
  metric: string;
  filters: { label: string; op: string; value: string }[];
  /** "", "rate", "increase", "irate", "avg_over_time", … */
  over: string;
  window: string;
  /** "", "sum", "avg", "max", … */
  aggregation: string;
  by: string[];
}

export const overFunctions = ['rate', 'increase', 'irate', 'delta', 'avg_over_time', 'max_over_time', 'min_over_time'];
export const aggregations = ['sum', 'avg', 'max', 'min', 'count'];
export const emptyForm: QueryForm = {
  metric: '',
  filters: [],
  over: '',
  window: '$__rate_interval',
  aggregation: '',
  by: [],
};

const quote = (value: string): string => `"${value.replaceAll('\\', '\\\\').replaceAll('"', '\\"')}"`;

export function writeForm(form: QueryForm): string {
  if (form.metric === '') return '';
  const filters = form.filters
    .filter((one) => one.label !== '')
    .map((one) => `${one.label}${one.op}${quote(one.value)}`);
  const selector = `${form.metric}${filters.length > 0 ? `{${filters.join(', ')}}` : ''}`;
  const over = form.over ? `${form.over}(${selector}[${form.window}])` : selector;
  if (form.aggregation === '') return over;
  const by = form.by.filter((label) => label !== '');
  return `${form.aggregation}${by.length > 0 ? ` by (${by.join(', ')}) ` : ''}(${over})`;
}

const shape =
  /^\s*(?:(sum|avg|max|min|count)\s*(?:by\s*\(([^)]*)\)\s*)?\()?\s*(?:(rate|increase|irate|delta|avg_over_time|max_over_time|min_over_time)\s*\()?\s*([a-zA-Z_:][\w:]*)\s*(?:\{((?:[^{}"]|"(?:[^"\\]|\\.)*")*)\})?\s*(?:\[([^\]]+)\])?\s*(\)*)\s*$/;

/** Null for a query that the form cannot write. */
export function readForm(query: string): QueryForm | null {
  if (query.trim() === '') return emptyForm;
  const match = shape.exec(query);
  if (!match) return null;
  const [, aggregation = '', by = '', over = '', metric = '', inner = '', window, closing = ''] = match;
  const wanted = (aggregation ? 1 : 0) + (over ? 1 : 0);
  if (closing.length !== wanted || (over !== '') !== (window !== undefined)) return null;
  const filters = [...inner.matchAll(/([\w.]+)\s*(=~|!~|!=|=)\s*"((?:[^"\\]|\\.)*)"/g)].map((one) => ({
    label: one[1] ?? '',
    op: one[2] ?? '=',
    value: (one[3] ?? '').replaceAll(/\\(.)/g, '$1'),
  }));
  return {
    metric,
    filters,
    over,
    window: window ?? emptyForm.window,
    aggregation,
    by: commaList(by),
  };
}
