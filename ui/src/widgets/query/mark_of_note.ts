// SPDX-License-Identifier: Apache-2.0
// A stored annotation as the mark that graphs draw.
import type { StoredAnnotation } from '@/api/dashboards';
import { namedColor } from '@/model/dashboard/colors';
import { noteText } from '@/model/deploys';
import type { PlotMark } from '../chart/mark_layer';
import type { Theme } from '../preferences';

/** Over one panel only, where `panelId` says which. */
export const markOfNote = (note: StoredAnnotation, theme: Theme, panelId: number | null = null): PlotMark => ({
  fromMs: note.time,
  toMs: note.timeEnd || note.time,
  color: namedColor('blue', theme),
  text: noteText(note),
  panelId,
});
