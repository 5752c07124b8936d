// SPDX-License-Identifier: Apache-2.0
// What the panels of a page share.
import { createContext, useContext } from 'react';
import type { TimestampMs } from '@/base/brand';
import type { QueryContext } from '@/model/dashboard/panel_queries';
import type { PlotMark } from '@/widgets/chart/mark_layer';

export interface PageContext extends Omit<QueryContext, 'widthPx'> {
  syncKey: string | null;
  marks: readonly PlotMark[];
  isEditing: boolean;
  onZoom: (from: TimestampMs, to: TimestampMs) => void;
  onView: (panelId: number) => void;
  onEdit: (panelId: number) => void;
  onDuplicate: (panelId: number) => void;
  /** Opens the dialog for an annotation of this panel, or of the dashboard. */
  onAnnotate: (panelId: number | null) => void;
  onRemove: (panelId: number) => void;
}

export const DashboardContext = createContext<PageContext | null>(null);

export function useDashboard(): PageContext {
  const context = useContext(DashboardContext);
  if (!context) throw new Error('a panel stands outside of a dashboard');
  return context;
}
