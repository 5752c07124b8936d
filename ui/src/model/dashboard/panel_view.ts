// SPDX-License-Identifier: Apache-2.0
// From the frames of a panel's queries to the frames that it draws, and whether there is something to
// draw: the same steps for the pages, for exports and for the conformance test.
import { applyFieldConfig } from './field_config';
import type { Frame } from './frame';
import { asObject, text } from './json';
import type { Scope } from './interpolate';
import { applyTransformations } from './transform';
import type { Panel } from './types';

/** Transformations, then field configuration. */
export function panelFrames(panel: Panel, frames: readonly Frame[], scope: Scope): Frame[] {
  return applyFieldConfig(applyTransformations(frames, panel.transformations), panel.fieldConfig, scope);
}

const withoutData = new Set(['text', 'dashlist', 'alertlist', 'annolist', 'news', 'welcome', 'library', 'geomap']);

/** Panels that show something without asking a data source. */
export const needsNoQuery = (panel: Panel): boolean => withoutData.has(panel.type);

const hasNumbers = (frames: readonly Frame[]): boolean =>
  frames.some(
    (of) =>
      of.length > 0 &&
      of.fields.some(
        (one) => (one.type === 'number' || one.type === 'boolean') && one.values.some((value) => value !== null),
      ),
  );

/** Whether a panel of this kind has something to draw. */
export function isDrawn(panel: Panel, frames: readonly Frame[]): boolean {
  switch (panel.type) {
    case 'table':
    case 'logs':
    case 'traces':
    case 'nodeGraph':
    case 'flamegraph':
    case 'state-timeline':
    case 'status-history':
      return frames.some((of) => of.length > 0 && of.fields.length > 0);
    case 'stat':
    case 'gauge':
    case 'bargauge':
    case 'piechart': {
      const isAnyField = text(asObject(panel.options['reduceOptions']), 'fields') !== '';
      return isAnyField ? frames.some((of) => of.length > 0) : hasNumbers(frames);
    }
    default:
      return hasNumbers(frames);
  }
}
