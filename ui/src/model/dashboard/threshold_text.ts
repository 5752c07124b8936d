// SPDX-License-Identifier: Apache-2.0
// Thresholds as people type them: "base green, 80 orange, 90 red".
import { at, numberOr, objects, text, type JsonObject } from './json';

export function thresholdText(raw: JsonObject): string {
  const steps = objects(at(raw, 'fieldConfig.defaults.thresholds.steps'));
  return steps.map((step) => `${numberOr(step['value'], null) ?? 'base'} ${text(step, 'color')}`).join(', ');
}

export function readThresholds(written: string): JsonObject[] {
  return written
    .split(',')
    .map((part) => part.trim().split(/\s+/))
    .filter((part) => part.length === 2)
    .map(([value = '', color = '']) => ({ value: value === 'base' ? null : Number(value), color }))
    .filter((step) => step.value === null || Number.isFinite(step.value));
}
