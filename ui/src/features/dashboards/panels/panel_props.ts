// SPDX-License-Identifier: Apache-2.0
// What every kind of panel is given.
import { createContext, useContext, useMemo } from 'react';
import type { TimestampMs } from '@/base/brand';
import type { Zone } from '@/base/time_format';
import type { Frame } from '@/model/dashboard/frame';
import type { Scope } from '@/model/dashboard/interpolate';
import type { TimeWindow } from '@/model/dashboard/macros';
import type { Panel } from '@/model/dashboard/types';
import type { Coloring } from '@/model/dashboard/view_series';
import { seriesColor } from '@/widgets/chart/palette';
import type { PlotMark } from '@/widgets/chart/mark_layer';
import { usePreferences, type Theme } from '@/widgets/preferences';

export interface PanelProps {
  panel: Panel;
  /** After transformations and field configuration. */
  frames: readonly Frame[];
  window: TimeWindow;
  scope: Scope;
  width: number;
  height: number;
  syncKey: string | null;
  marks: readonly PlotMark[];
  onZoom: (from: TimestampMs, to: TimestampMs) => void;
}

/** Colours and time zone of a panel that is drawn for a file, whatever the page around it has. */
export const FixedLook = createContext<{ theme: Theme; zone: Zone } | null>(null);

export function useLook(): { coloring: Coloring; zone: Zone } {
  const preferred = usePreferences();
  const fixed = useContext(FixedLook);
  const shownTheme = fixed?.theme ?? preferred.shownTheme;
  const zone = fixed?.zone ?? preferred.zone;
  const coloring = useMemo(
    (): Coloring => ({ theme: shownTheme, palette: (index) => seriesColor(index, shownTheme) }),
    [shownTheme],
  );
  return { coloring, zone };
}
