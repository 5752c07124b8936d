// SPDX-License-Identifier: Apache-2.0
// The transformations that are made here, in words, with what can be set of each. Options that need more
// than a field each have an editor of their own (features/dashboards/editing).
import { isObject, texts, type Json, type JsonObject } from '../json';
import type { Option } from './override_properties';

type OptionKind =
  | { kind: 'field' | 'fields' | 'labels' | 'text' | 'pattern' | 'flag' | 'calc' | 'calcs' | 'refIds' | 'operand' }
  | { kind: 'number'; min?: number; max?: number }
  | { kind: 'choice'; options: readonly Option[] };

export type OptionSpec = OptionKind & {
  /** "reduce.reducer" */
  path: string;
  name: string;
  help?: string;
  placeholder?: string;
  /** What holds without it. */
  fallback?: Json;
  when?: { path: string; is: readonly Json[]; fallback: Json };
};

export interface TransformSpec {
  id: string;
  name: string;
  group: string;
  help: string;
  /** Found by these too: what others call it. */
  words?: string;
  initial: JsonObject;
  options: readonly OptionSpec[];
}

const option = (value: Json, name: string): Option => ({ value, name });
const when = (path: string, fallback: Json, ...is: Json[]): OptionSpec['when'] => ({ path, is, fallback });

const mode = 'mode';
const inRow = when(mode, 'reduceRow', 'reduceRow');
const ofTwo = when(mode, 'reduceRow', 'binary');
const ofOne = when(mode, 'reduceRow', 'unary');
const running = when(mode, 'reduceRow', 'cumulativeFunctions');
const windowed = when(mode, 'reduceRow', 'windowFunctions');

const calculate: readonly OptionSpec[] = [
  {
    path: mode,
    name: 'How',
    kind: 'choice',
    fallback: 'reduceRow',
    options: [
      option('reduceRow', 'From the row: sum, mean, …'),
      option('binary', 'Two fields: a + b'),
      option('unary', 'One field: abs, floor, …'),
      option('cumulativeFunctions', 'Running total'),
      option('windowFunctions', 'Over a moving window'),
      option('index', 'Number of the row'),
    ],
  },
  { path: 'reduce.reducer', name: 'Calculation', kind: 'calc', fallback: 'sum', when: inRow },
  { path: 'reduce.include', name: 'Fields', help: 'All numbers, if none is named', kind: 'fields', when: inRow },
  { path: 'binary.left', name: 'Left', kind: 'operand', placeholder: 'field or number', when: ofTwo },
  {
    path: 'binary.operator',
    name: 'Operation',
    kind: 'choice',
    fallback: '+',
    options: ['+', '-', '*', '/', '%', '**'].map((sign) => option(sign, sign)),
    when: ofTwo,
  },
  { path: 'binary.right', name: 'Right', kind: 'operand', placeholder: 'field or number', when: ofTwo },
  {
    path: 'unary.operator',
    name: 'Operation',
    kind: 'choice',
    fallback: 'abs',
    options: ['abs', 'exp', 'ln', 'floor', 'ceil', 'round'].map((name) => option(name, name)),
    when: ofOne,
  },
  { path: 'unary.fieldName', name: 'Field', kind: 'field', when: ofOne },
  { path: 'cumulative.field', name: 'Field', kind: 'field', when: running },
  {
    path: 'cumulative.reducer',
    name: 'Calculation',
    kind: 'choice',
    fallback: 'sum',
    options: [option('sum', 'Total'), option('mean', 'Mean')],
    when: running,
  },
  { path: 'window.field', name: 'Field', kind: 'field', when: windowed },
  { path: 'window.reducer', name: 'Calculation', kind: 'calc', fallback: 'mean', when: windowed },
  {
    path: 'window.windowSizeMode',
    name: 'Window is',
    kind: 'choice',
    fallback: 'percentage',
    options: [option('percentage', 'A part of all rows (0 to 1)'), option('fixed', 'A number of rows')],
    when: windowed,
  },
  { path: 'window.windowSize', name: 'Size', kind: 'number', min: 0, fallback: 0.1, when: windowed },
  {
    path: 'window.windowAlignment',
    name: 'Window stands',
    kind: 'choice',
    fallback: 'trailing',
    options: [option('trailing', 'Before the row'), option('centered', 'Around the row')],
    when: windowed,
  },
  { path: 'alias', name: 'Name of the result', kind: 'text' },
  { path: 'replaceFields', name: 'Leave out all other fields', kind: 'flag' },
];

const format = 'format';

export const transformSpecs: readonly TransformSpec[] = [
  {
    id: 'organize',
    name: 'Organize fields',
    group: 'Choose and order',
    help: 'Hides, renames and orders the fields of a table',
    words: 'rename hide reorder columns',
    initial: { excludeByName: {}, indexByName: {}, renameByName: {}, includeByName: {} },
    options: [],
  },
  {
    id: 'filterFieldsByName',
    name: 'Filter fields by name',
    group: 'Choose and order',
    help: 'Keeps or drops fields by their names or by a pattern',
    words: 'columns',
    initial: { include: { names: [] } },
    options: [
      { path: 'include.names', name: 'Keep only', kind: 'fields' },
      { path: 'include.pattern', name: 'Keep what matches', kind: 'pattern', placeholder: '/^(Time|cpu.*)$/' },
      { path: 'exclude.names', name: 'Drop', kind: 'fields' },
      { path: 'exclude.pattern', name: 'Drop what matches', kind: 'pattern', placeholder: '/^__/' },
    ],
  },
  {
    id: 'filterByRefId',
    name: 'Filter data by query',
    group: 'Choose and order',
    help: 'Keeps what some of the queries return',
    words: 'refId',
    initial: { include: '' },
    options: [{ path: 'include', name: 'Keep the queries', kind: 'refIds' }],
  },
  {
    id: 'filterByValue',
    name: 'Filter rows by value',
    group: 'Choose and order',
    help: 'Keeps or drops rows by conditions on their values',
    words: 'where',
    initial: { type: 'include', match: 'all', filters: [] },
    options: [
      {
        path: 'type',
        name: 'Rows that match',
        kind: 'choice',
        fallback: 'include',
        options: [option('include', 'are kept'), option('exclude', 'are dropped')],
      },
      {
        path: 'match',
        name: 'A row matches when',
        kind: 'choice',
        fallback: 'any',
        options: [option('all', 'all conditions hold'), option('any', 'one condition holds')],
      },
    ],
  },
  {
    id: 'sortBy',
    name: 'Sort',
    group: 'Choose and order',
    help: 'Orders rows by a field',
    words: 'order',
    initial: { fields: {}, sort: [{ field: '' }] },
    options: [],
  },
  {
    id: 'limit',
    name: 'Limit',
    group: 'Choose and order',
    help: 'Keeps the first rows',
    words: 'top head',
    initial: { limitField: 10 },
    options: [{ path: 'limitField', name: 'Rows', kind: 'number', min: 0, fallback: 10 }],
  },
  {
    id: 'renameByRegex',
    name: 'Rename by regex',
    group: 'Choose and order',
    help: 'Renames fields by a pattern; $1 is what its first group matched',
    initial: { regex: '(.*)', renamePattern: '$1' },
    options: [
      { path: 'regex', name: 'Match', kind: 'pattern', placeholder: '/^node-(.*)$/' },
      { path: 'renamePattern', name: 'Replace by', kind: 'text', placeholder: '$1' },
    ],
  },
  {
    id: 'merge',
    name: 'Merge series/tables',
    group: 'Put together',
    help: 'Makes one table of all; rows that agree in what they share become one',
    initial: {},
    options: [],
  },
  {
    id: 'joinByField',
    name: 'Join by field',
    group: 'Put together',
    help: 'Puts rows with the same value of a field beside each other',
    words: 'outer inner series to columns',
    initial: { byField: '', mode: 'outer' },
    options: [
      { path: 'byField', name: 'Field', help: 'The time, if none is named', kind: 'field', fallback: '' },
      {
        path: mode,
        name: 'Keep',
        kind: 'choice',
        fallback: 'outer',
        options: [option('outer', 'All values of the field'), option('inner', 'Values that all tables have')],
      },
    ],
  },
  {
    id: 'concatenate',
    name: 'Concatenate fields',
    group: 'Put together',
    help: 'Puts the fields of all tables beside each other, row by row',
    words: 'append',
    initial: {},
    options: [],
  },
  {
    id: 'calculateField',
    name: 'Add field from calculation',
    group: 'Calculate',
    help: 'Adds a field: a sum of a row, a quotient of two fields, a running total',
    words: 'binary operation math',
    initial: { mode: 'reduceRow', reduce: { reducer: 'sum' } },
    options: calculate,
  },
  {
    id: 'reduce',
    name: 'Reduce',
    group: 'Calculate',
    help: 'Makes one value of each field: its last, mean, largest, …',
    words: 'aggregate',
    initial: { reducers: ['lastNotNull'] },
    options: [
      {
        path: mode,
        name: 'Result',
        kind: 'choice',
        fallback: 'seriesToRows',
        options: [option('seriesToRows', 'A row for each field'), option('reduceFields', 'One row, a value a field')],
      },
      { path: 'reducers', name: 'Calculations', kind: 'calcs', fallback: ['max'] },
      {
        path: 'labelsToFields',
        name: 'Labels become columns',
        kind: 'flag',
        when: when(mode, 'seriesToRows', 'seriesToRows'),
      },
      { path: 'includeTimeField', name: 'Times too', kind: 'flag', when: when(mode, 'seriesToRows', 'reduceFields') },
    ],
  },
  {
    id: 'groupBy',
    name: 'Group by',
    group: 'Calculate',
    help: 'Makes one row of rows with equal values, and calculates over the others',
    words: 'aggregate',
    initial: { fields: {} },
    options: [],
  },
  {
    id: 'groupingToMatrix',
    name: 'Grouping to matrix',
    group: 'Calculate',
    help: 'The values of one field become columns, those of another rows',
    words: 'pivot cross table',
    initial: { columnField: 'Time', rowField: 'Time', valueField: 'Value' },
    options: [
      { path: 'columnField', name: 'Columns', kind: 'field', fallback: 'Time' },
      { path: 'rowField', name: 'Rows', kind: 'field', fallback: 'Time' },
      { path: 'valueField', name: 'Cells', kind: 'field', fallback: 'Value' },
    ],
  },
  {
    id: 'histogram',
    name: 'Histogram',
    group: 'Calculate',
    help: 'Counts how many values fall into each bucket',
    words: 'distribution',
    initial: {},
    options: [
      { path: 'bucketCount', name: 'Buckets', kind: 'number', min: 1, placeholder: '30' },
      { path: 'bucketSize', name: 'Size of a bucket', kind: 'number', min: 0, placeholder: 'by itself' },
      { path: 'bucketOffset', name: 'Begins at', kind: 'number', placeholder: '0' },
      { path: 'combine', name: 'All series together', kind: 'flag' },
    ],
  },
  {
    id: 'labelsToFields',
    name: 'Labels to fields',
    group: 'Change the shape',
    help: 'Makes columns, or rows, of the labels of series',
    words: 'pivot',
    initial: { mode: 'columns' },
    options: [
      {
        path: mode,
        name: 'Labels become',
        kind: 'choice',
        fallback: 'columns',
        options: [option('columns', 'Columns'), option('rows', 'Rows')],
      },
      { path: 'keepLabels', name: 'Labels', help: 'All, if none is named', kind: 'labels' },
      {
        path: 'valueLabel',
        name: 'Value is called as the label',
        kind: 'text',
        placeholder: 'none',
        when: when(mode, 'columns', 'columns'),
      },
    ],
  },
  {
    id: 'seriesToRows',
    name: 'Series to rows',
    group: 'Change the shape',
    help: 'Makes a table of time, metric and value of all series, newest first',
    initial: {},
    options: [],
  },
  {
    id: 'timeSeriesTable',
    name: 'Time series to table',
    group: 'Change the shape',
    help: 'Makes a row of each series: its labels, and its course as a small graph',
    words: 'sparkline trend',
    initial: {},
    options: [],
  },
  {
    id: 'prepareTimeSeries',
    name: 'Prepare time series',
    group: 'Change the shape',
    help: 'Makes time series of tables: one with many fields, or one a series',
    words: 'wide long multi',
    initial: { format: 'multi' },
    options: [
      {
        path: format,
        name: 'Shape',
        kind: 'choice',
        fallback: 'multi',
        options: [option('wide', 'One table, a field a series'), option('multi', 'A table for each series')],
      },
    ],
  },
  {
    id: 'partitionByValues',
    name: 'Partition by values',
    group: 'Change the shape',
    help: 'Makes a table for each value of a field',
    words: 'split group',
    initial: { fields: [] },
    options: [{ path: 'fields', name: 'Fields', kind: 'fields' }],
  },
  {
    id: 'convertFieldType',
    name: 'Convert field type',
    group: 'Change values',
    help: 'Reads texts as numbers or times, numbers as texts, …',
    words: 'cast parse',
    initial: { conversions: [{ targetField: '', destinationType: 'number' }] },
    options: [],
  },
  {
    id: 'extractFields',
    name: 'Extract fields',
    group: 'Change values',
    help: 'Makes fields of JSON, of key=value pairs, of the groups of a pattern',
    words: 'parse json logfmt regexp',
    initial: { source: '', format: 'auto' },
    options: [
      { path: 'source', name: 'Source', kind: 'field' },
      {
        path: format,
        name: 'Format',
        kind: 'choice',
        fallback: 'auto',
        options: [
          option('auto', 'By itself'),
          option('json', 'JSON'),
          option('kvp', 'key=value'),
          option('regexp', 'Pattern with named groups'),
          option('delimiter', 'Parts between a delimiter'),
        ],
      },
      {
        path: 'regExp',
        name: 'Pattern',
        kind: 'pattern',
        placeholder: '/(?<level>\\w+): (?<what>.*)/',
        when: when(format, 'auto', 'regexp'),
      },
      {
        path: 'delimiter',
        name: 'Delimiter',
        kind: 'text',
        placeholder: ',',
        when: when(format, 'auto', 'delimiter'),
      },
      { path: 'replace', name: 'Leave out all other fields', kind: 'flag' },
      { path: 'keepTime', name: 'But keep the time', kind: 'flag', when: when('replace', false, true) },
    ],
  },
  {
    id: 'formatTime',
    name: 'Format time',
    group: 'Change values',
    help: 'Writes times as texts',
    words: 'date',
    initial: { timeField: 'Time', outputFormat: 'YYYY-MM-DD HH:mm:ss' },
    options: [
      { path: 'timeField', name: 'Field', kind: 'field', fallback: 'Time' },
      { path: 'outputFormat', name: 'Format', kind: 'text', placeholder: 'YYYY-MM-DD HH:mm:ss' },
      {
        path: 'timezone',
        name: 'Zone',
        kind: 'choice',
        fallback: 'browser',
        options: [option('browser', 'Of the browser'), option('utc', 'UTC')],
      },
    ],
  },
];

const aliases: Record<string, string> = {
  filterFields: 'filterFieldsByName',
  filterFrames: 'filterByRefId',
  seriesToColumns: 'joinByField',
};
const byId = new Map(transformSpecs.map((one) => [one.id, one]));

export const transformSpec = (id: string): TransformSpec | undefined => byId.get(aliases[id] ?? id);

/** Whether the editor of the option can show its value; others are shown as JSON. */
export function holds(spec: OptionSpec, value: Json | undefined): boolean {
  if (value === undefined || value === null) return true;
  switch (spec.kind) {
    case 'number':
      return typeof value === 'number';
    case 'flag':
      return typeof value === 'boolean';
    case 'fields':
    case 'labels':
    case 'calcs':
      return Array.isArray(value) && texts(value).length === value.length;
    case 'operand':
      return typeof value === 'string' || isObject(value);
    default:
      return typeof value === 'string';
  }
}
