// SPDX-License-Identifier: Apache-2.0
// Frames as a table: columns with their width, alignment and way to show a cell.
import { customOf, rangeOf } from './field_config';
import { displayName, type Field, type Frame, type Value } from './frame';
import { asObject, flag, num, numberOr, objects, text, texts, type JsonObject } from './json';
import { reduceValues } from './reduce';
import { compareValues, takeRows } from './transform_filter';

export interface TableColumn {
  key: string;
  name: string;
  field: Field;
  width: number | null;
  minWidth: number;
  align: 'start' | 'center' | 'end';
  cell: string;
  cellOptions: JsonObject;
  range: { min: number; max: number };
  isTrend: boolean;
}

export interface TableView {
  columns: TableColumn[];
  length: number;
  isHeaderShown: boolean;
  sortBy: string;
  sortDesc: boolean;
  footer: Value[] | null;
  /** Names of the frames when there are several to choose from. */
  frameNames: string[];
}

const oldModes: Record<string, string> = {
  'color-text': 'color-text',
  'color-background': 'color-background',
  'color-background-solid': 'color-background',
  'gradient-gauge': 'gauge',
  'lcd-gauge': 'gauge',
  basic: 'gauge',
  'json-view': 'json-view',
  image: 'image',
  gauge: 'gauge',
  sparkline: 'sparkline',
  pill: 'pill',
  markdown: 'auto',
  'data-links': 'data-links',
};

function columnOf(one: Field, name: string): TableColumn {
  const custom = customOf(one);
  const cellOptions = asObject(custom['cellOptions']);
  const mode = text(cellOptions, 'type') || text(custom, 'displayMode', 'auto');
  const align = text(custom, 'align', 'auto');
  const isTrend = one.type === 'other' && one.config['trendValues'] !== undefined;
  const natural = one.type === 'number' ? 'end' : 'start';
  return {
    key: name,
    name,
    field: one,
    width: numberOr(custom['width'], null),
    minWidth: num(custom, 'minWidth', 50),
    align:
      align === 'auto' || align === '' ? natural : align === 'right' ? 'end' : align === 'center' ? 'center' : 'start',
    cell: isTrend ? 'sparkline' : (oldModes[mode] ?? 'auto'),
    cellOptions,
    range: isTrend ? { min: 0, max: 1 } : rangeOf(one),
    isTrend,
  };
}

function footerOf(options: JsonObject, columns: readonly TableColumn[]): Value[] | null {
  const footer = asObject(options['footer']);
  if (!flag(footer, 'show')) return null;
  const calc = texts(footer['reducer'])[0] ?? 'sum';
  const wanted = texts(footer['fields']);
  return columns.map((column, i) => {
    const isWanted = wanted.length === 0 || wanted.includes(column.name);
    if (column.field.type === 'number' && isWanted) return reduceValues(column.field.values, calc);
    return i === 0 ? 'Total' : null;
  });
}

/** Frames of series become one table; of several tables one is chosen. */
export function tableFrames(frames: readonly Frame[]): Frame[] {
  return frames.filter((of) => of.fields.length > 0);
}

export function tableOf(frames: readonly Frame[], options: JsonObject, index: number): TableView {
  const usable = tableFrames(frames);
  const chosen = usable[Math.min(index, Math.max(usable.length - 1, 0))];
  const header = flag(options, 'showHeader', true);
  if (!chosen)
    return { columns: [], length: 0, isHeaderShown: header, sortBy: '', sortDesc: false, footer: null, frameNames: [] };
  const sort = objects(options['sortBy'])[0];
  const shown = chosen.fields.filter(
    (one) => !flag(customOf(one), 'hidden') && !flag(asObject(customOf(one)['hideFrom']), 'viz'),
  );
  const names = shown.map((one) => displayName(one, chosen, usable.length > 1 ? usable : [chosen]));
  const sortName = sort ? text(sort, 'displayName') : '';
  const byIndex = numberOr(options['sortByIndex'], null);
  const sortBy = sortName || (byIndex === null ? '' : (names[byIndex] ?? ''));
  const at = names.indexOf(sortBy);
  const isDown = sort ? flag(sort, 'desc') : flag(options, 'sortDesc');
  const column = shown[at];
  const order = Array.from({ length: chosen.length }, (_, row) => row);
  if (column)
    order.sort((a, b) => (isDown ? -1 : 1) * compareValues(column.values[a] ?? null, column.values[b] ?? null));
  const sorted = takeRows({ ...chosen, fields: shown }, order);
  const columns = sorted.fields.map((one, i) => columnOf(one, names[i] ?? one.name));
  return {
    columns,
    length: sorted.length,
    isHeaderShown: header,
    sortBy,
    sortDesc: isDown,
    footer: footerOf(options, columns),
    frameNames: usable.length > 1 ? usable.map((of, i) => of.name || of.refId || String(i + 1)) : [],
  };
}
