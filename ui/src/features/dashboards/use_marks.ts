// SPDX-License-Identifier: Apache-2.0
// Annotations over the graphs: the stored ones, and those of PromQL queries.
import { useQueries, useQuery } from '@tanstack/react-query';
import { useMemo } from 'react';
import { annotationsQuery } from '@/api/dashboards';
import { rangeQuery } from '@/api/queries';
import { namedColor } from '@/model/dashboard/colors';
import { interpolate, type Scope } from '@/model/dashboard/interpolate';
import { text, type JsonObject } from '@/model/dashboard/json';
import { stepOf, type TimeWindow } from '@/model/dashboard/macros';
import type { Dashboard } from '@/model/dashboard/types';
import { noteText } from '@/model/deploys';
import type { PlotMark } from '@/widgets/chart/mark_layer';
import { usePreferences } from '@/widgets/preferences';

function textOf(raw: JsonObject | undefined, labels: Record<string, string>): string {
  const format = raw ? text(raw, 'titleFormat') || text(raw, 'textFormat') : '';
  const filled = format.replaceAll(/\{\{\s*(\w+)\s*\}\}/g, (_, name: string) => labels[name] ?? '');
  return filled || (raw ? text(raw, 'name') : '');
}

export function useMarks(dashboard: Dashboard | null, window: TimeWindow, scope: Scope): readonly PlotMark[] {
  const theme = usePreferences((p) => p.shownTheme);
  const list = dashboard?.annotations.filter((one) => one.isEnabled) ?? [];
  const isBuiltIn = list.length === 0 || list.some((one) => one.isBuiltIn);
  const stored = useQuery({
    ...annotationsQuery(Math.floor(window.fromMs), Math.ceil(window.toMs), ''),
    enabled: isBuiltIn && dashboard !== null,
  });
  const queried = list.filter((one) => !one.isBuiltIn && text(one.raw, 'expr') !== '');
  const stepMs = stepOf(window, 300, 15_000);
  const range = { start: Math.floor(window.fromMs / stepMs) * (stepMs / 1000), end: Math.floor(window.toMs / 1000) };
  const answers = useQueries({
    queries: queried.map((one) =>
      rangeQuery(interpolate(text(one.raw, 'expr'), scope, 'prometheus'), range, stepMs / 1000),
    ),
  });
  const uid = dashboard?.uid ?? '';
  const data = answers.map((one) => one.data);
  return useMemo(() => {
    const marks: PlotMark[] = (stored.data ?? [])
      .filter((one) => !one.dashboardUID || one.dashboardUID === uid)
      .map((one) => ({
        fromMs: one.time,
        toMs: one.timeEnd || one.time,
        color: namedColor('blue', theme),
        text: noteText(one),
        panelId: one.panelId || null,
      }));
    data.forEach((answer, i) => {
      const color = namedColor(queried[i]?.color ?? 'blue', theme);
      if (answer?.data.resultType !== 'matrix') return;
      for (const series of answer.data.result.slice(0, 50)) {
        let last = -Infinity;
        for (const [time, value] of series.values ?? []) {
          const isNew = time * 1000 - last > stepMs * 1.5;
          last = time * 1000;
          if (isNew && Number(value) !== 0)
            marks.push({
              fromMs: last,
              toMs: last,
              color,
              text: textOf(queried[i]?.raw, series.metric),
              panelId: null,
            });
        }
      }
    });
    return marks;
  }, [stored.data, uid, theme, stepMs, JSON.stringify(data.map((one) => one?.roundTripMs))]);
}
