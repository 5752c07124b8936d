// SPDX-License-Identifier: Apache-2.0
// Thresholds of a field as they are edited: {mode, steps: [{value, color}]}, the base first. Members that
// are not known here stay.
import { asObject, numberOr, objects, text, type Json, type JsonObject } from '../json';

const cycle = ['green', 'red', 'orange', 'yellow', 'blue', 'purple'];

export const valueOfStep = (step: JsonObject): number | null => numberOr(step['value'], null);

export function stepsIn(thresholds: Json | undefined): JsonObject[] {
  const steps = objects(asObject(thresholds)['steps']);
  return steps.length > 0 ? steps : [{ color: 'green', value: null }];
}

export const isPercentage = (thresholds: Json | undefined): boolean =>
  text(asObject(thresholds), 'mode') === 'percentage';

/** Sorted by value, with a base below all others. */
export function withSteps(thresholds: Json | undefined, steps: readonly JsonObject[]): JsonObject {
  const sorted = [...steps].sort((a, b) => (valueOfStep(a) ?? -Infinity) - (valueOfStep(b) ?? -Infinity));
  const first = sorted[0];
  if (!first || valueOfStep(first) !== null) sorted.unshift({ color: 'green', value: null });
  return { mode: 'absolute', ...asObject(thresholds), steps: sorted };
}

export const withMode = (thresholds: Json | undefined, mode: string): JsonObject => ({
  ...withSteps(thresholds, stepsIn(thresholds)),
  mode,
});

/** One more step above the others, in a colour that none has. */
export function withNewStep(thresholds: Json | undefined): JsonObject {
  const steps = stepsIn(thresholds);
  const last = valueOfStep(steps.at(-1) ?? {});
  const used = new Set(steps.map((step) => text(step, 'color')));
  const color = cycle.find((name) => !used.has(name)) ?? 'red';
  return withSteps(thresholds, [...steps, { color, value: last === null ? 80 : last + 10 }]);
}
