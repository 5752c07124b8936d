// SPDX-License-Identifier: Apache-2.0
// A panel that a dashboard takes from the library: its model stands there, its place here.
import { useQuery } from '@tanstack/react-query';
import { useMemo } from 'react';
import { libraryQuery } from '@/api/dashboards';
import { readPanel } from '@/model/dashboard/import_dashboard';
import type { JsonObject } from '@/model/dashboard/json';
import type { Panel } from '@/model/dashboard/types';

/** Exported dashboards carry the model as well; then nothing is asked. */
export const isBareLibrary = (panel: Panel): boolean =>
  panel.libraryUid !== null && (panel.type === '' || panel.type.startsWith('library'));

export function withModel(panel: Panel, model: JsonObject): Panel {
  const read = readPanel(model);
  const { id, grid, scope, title } = panel;
  return { ...read, id, grid, scope, title: title || read.title };
}

export const lostModel = 'The library panel does not exist any more.';

export function useLibraryPanel(panel: Panel): Panel {
  const isBare = isBareLibrary(panel);
  const stored = useQuery(libraryQuery(isBare ? (panel.libraryUid ?? '') : ''));
  return useMemo(() => {
    if (!isBare) return panel;
    if (!stored.data) {
      const reason = stored.isError ? lostModel : 'The library panel is being loaded.';
      return { ...panel, unsupported: [reason] };
    }
    return withModel(panel, stored.data.result.model as JsonObject);
  }, [panel, isBare, stored.data, stored.isError]);
}
