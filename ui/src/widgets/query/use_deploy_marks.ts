// SPDX-License-Identifier: Apache-2.0
// Deploys and notes as marks over the graphs of a page. Graphs are worth showing without them: a server
// that does not tell them leaves them out.
import { useQuery } from '@tanstack/react-query';
import { useMemo } from 'react';
import { annotationsQuery } from '@/api/dashboards';
import { namedColor } from '@/model/dashboard/colors';
import { isNoteAbout, noteText } from '@/model/deploys';
import type { ResolvedRange } from '@/model/time_range';
import type { PlotMark } from '../chart/mark_layer';
import { usePreferences } from '../preferences';

const minuteMs = 60_000;

/** Those about `service`; without one, those of no dashboard. */
export function useDeployMarks(range: ResolvedRange, service?: string): readonly PlotMark[] {
  const theme = usePreferences((p) => p.shownTheme);
  const from = Math.floor(range.from / minuteMs) * minuteMs;
  const to = Math.ceil(range.to / minuteMs) * minuteMs;
  const notes = useQuery(annotationsQuery(from, to)).data;
  return useMemo(
    () =>
      (notes ?? [])
        .filter((note) => (service === undefined ? note.dashboardUID === '' : isNoteAbout(note, service)))
        .map((note) => ({
          fromMs: note.time,
          toMs: note.timeEnd || note.time,
          color: namedColor('blue', theme),
          text: noteText(note),
          panelId: null,
        })),
    [notes, service, theme],
  );
}
