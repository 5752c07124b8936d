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
import type { Transformation } from './types';
import { regexOf } from './variable';

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

function isFor(one: Transformation): (of: Frame) => boolean {
  if (one.refIds === '') return () => true;
  const pattern = one.refIds.startsWith('/') ? regexOf(one.refIds) : null;
  return (of) => (pattern ? pattern.test(of.refId) : of.refId === one.refIds);
}

/** One step; frames of queries that it is not for pass it, behind those that it made. */
export function applyTransformation(frames: readonly Frame[], one: Transformation): Frame[] {
  const transform = one.isDisabled ? undefined : transformers[one.id];
  if (!transform) return [...frames];
  const wants = isFor(one);
  const taken = frames.filter(wants);
  const others = frames.filter((of) => !wants(of));
  if (taken.length === 0 && one.id !== 'merge') return [...frames];
  return [...transform(taken, one.options), ...others];
}

export function applyTransformations(frames: readonly Frame[], list: readonly Transformation[]): Frame[] {
  return list.reduce<Frame[]>((before, one) => applyTransformation(before, one), [...frames]);
}

/** What is there before the first step, and after each. */
export function transformationStages(frames: readonly Frame[], list: readonly Transformation[]): Frame[][] {
  const stages = [[...frames]];
  for (const one of list) stages.push(applyTransformation(stages.at(-1) ?? [], one));
  return stages;
}
