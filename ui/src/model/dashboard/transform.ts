// SPDX-License-Identifier: Apache-2.0
// Transformations: each turns frames into frames. One that is not in the table is left out and named
// on the panel (support.ts).
import type { Frame } from './frame';
import type { JsonObject } from './json';
import { calculateField } from './transform_calculate';
import { convertFieldType, extractFields, formatTime, renameByRegex } from './transform_fields';
import { filterByName, filterByRefId, filterByValue, limit, organize, reduceFields, sortBy } from './transform_filter';
import { concatenate, joinByField, merge, prepareTimeSeries, seriesToRows, timeSeriesTable } from './transform_join';
import { groupBy, groupingToMatrix, histogram, labelsToFields, partitionByValues } from './transform_group';

export type Transformer = (frames: readonly Frame[], options: JsonObject) => Frame[];

export const transformers: Readonly<Record<string, Transformer>> = {
  organize,
  filterFieldsByName: filterByName,
  filterFields: filterByName,
  filterByRefId,
  filterFrames: filterByRefId,
  filterByValue,
  limit,
  sortBy,
  reduce: reduceFields,
  joinByField,
  seriesToColumns: joinByField,
  concatenate,
  merge,
  seriesToRows,
  timeSeriesTable,
  prepareTimeSeries,
  groupBy,
  groupingToMatrix,
  labelsToFields,
  partitionByValues,
  histogram,
  renameByRegex,
  calculateField,
  convertFieldType,
  extractFields,
  formatTime,
};

export function applyTransformations(
  frames: readonly Frame[],
  list: readonly { id: string; options: JsonObject; isDisabled: boolean }[],
): Frame[] {
  let out = [...frames];
  for (const one of list) {
    const transform = one.isDisabled ? undefined : transformers[one.id];
    if (transform && (out.length > 0 || one.id === 'merge')) out = transform(out, one.options);
  }
  return out;
}
