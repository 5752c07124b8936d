// SPDX-License-Identifier: Apache-2.0
// One colour per service of a trace, the same in all views of it.
import { useMemo } from 'react';
import type { Trace } from '@/model/trace';
import { seriesColor } from '@/widgets/chart/palette';
import { usePreferences } from '@/widgets/preferences';

export type ServiceColors = (service: string) => string;

export function useServiceColors(trace: Trace): ServiceColors {
  const theme = usePreferences((p) => p.shownTheme);
  return useMemo(() => {
    const colors = new Map(trace.services.map((service, index) => [service.name, seriesColor(index, theme)]));
    return (service) => colors.get(service) ?? seriesColor(0, theme);
  }, [trace, theme]);
}
