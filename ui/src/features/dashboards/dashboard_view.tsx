// SPDX-License-Identifier: Apache-2.0
// A dashboard at work: its variables, time range and panels; one panel alone; the editor of a panel.
import { useQuery } from '@tanstack/react-query';
import { useMemo, useState } from 'react';
import { sourcesQuery, type DashboardMeta } from '@/api/dashboards';
import { readSources } from '@/model/dashboard/datasource_ref';
import { importDashboard } from '@/model/dashboard/import_dashboard';
import type { JsonObject } from '@/model/dashboard/json';
import { pageScope } from '@/model/dashboard/macros';
import type { Panel } from '@/model/dashboard/types';
import { between } from '@/model/time_range';
import { late } from '@/widgets/late';
import { Notice, Skeleton } from '@/widgets/states';
import { useUrlParams } from '@/widgets/url_state';
import { AnnotationDialog } from './annotation_dialog';
import { DashboardContext, type PageContext } from './dashboard_context';
import { DashboardHead } from './dashboard_head';
import { DashboardRows } from './dashboard_rows';
import { addPanel, arrange, duplicatePanel, removePanel, replacePanel } from './edit_dashboard';
import { PanelFrame } from './panel_frame';
import { useDashboardTime } from './use_dashboard_time';
import { useMarks } from './use_marks';
import { useVariables } from './use_variables';
import { VariablesBar } from './variables_bar';
import styles from './dashboards.module.css';

const PanelEditor = late(() => import('./editing/panel_editor').then((m) => m.PanelEditor), {
  waiting: <Skeleton lines={8} height={40} />,
  failed: <Notice tone="bad" title="The editor could not be loaded. Try to open it again." />,
});

interface DashboardViewProps {
  stored: JsonObject;
  meta: DashboardMeta | null;
  isNew?: boolean;
}

export function DashboardView({ stored, meta, isNew = false }: DashboardViewProps) {
  const [draft, setDraft] = useState<JsonObject | null>(isNew ? stored : null);
  const dashboard = useMemo(() => importDashboard(draft ?? stored), [draft, stored]);
  const [params, change] = useUrlParams();
  const time = useDashboardTime(dashboard);
  const { from, to } = time.resolved;
  const window = useMemo(() => ({ fromMs: from, toMs: to }), [from, to]);
  const sourceList = useQuery(sourcesQuery());
  const known = sourceList.data;
  const sources = useMemo(() => (known ? readSources(known as JsonObject[]) : null), [known]);
  const variables = useVariables(dashboard, params, sources, window);
  const bound = useMemo(() => variables.data?.bound ?? new Map(), [variables.data]);
  const scope = useMemo(() => pageScope(bound, window, dashboard), [bound, window, dashboard]);
  const marks = useMarks(dashboard, window, scope, sources, params);
  const viewId = Number(params.get('viewPanel')?.replace(/^panel-/, '') ?? NaN);
  const editId = Number(params.get('editPanel')?.replace(/^panel-/, '') ?? NaN);
  const set = (name: string, value: string | null): void =>
    change((p) => (value === null ? p.delete(name) : p.set(name, value)));
  const isEditing = draft !== null;
  const [annotated, setAnnotated] = useState<{ panelId: number | null } | null>(null);

  const context = useMemo(
    (): PageContext => ({
      bound,
      sources: sources ?? [],
      window,
      nowMs: window.toMs,
      dashboard: { title: dashboard.title, uid: dashboard.uid },
      syncKey: dashboard.crosshair === 'off' ? null : `dashboard ${dashboard.uid}`,
      marks,
      isEditing,
      onZoom: (a, b) => time.setRange(between(a, b)),
      onView: (id) => set('viewPanel', Number.isNaN(viewId) ? String(id) : null),
      onEdit: (id) => {
        setDraft((before) => before ?? dashboard.raw);
        set('editPanel', String(id));
      },
      onDuplicate: (id) => setDraft(duplicatePanel(dashboard, id)),
      onAnnotate: (panelId) => setAnnotated({ panelId }),
      onRemove: (id) => setDraft(removePanel(dashboard, id)),
    }),
    [bound, sources, window, dashboard, marks, isEditing, viewId],
  );

  const add = (type: string): void => {
    const added = addPanel(dashboard, type);
    setDraft(added.raw);
    set('editPanel', String(added.id));
  };
  const all: Panel[] = dashboard.rows.flatMap((row) => row.panels);
  const viewed = all.find((panel) => panel.id === viewId);
  const edited = all.find((panel) => panel.id === editId);
  const isReady = sources !== null && (variables.data !== undefined || dashboard.variables.length === 0);
  return (
    <DashboardContext.Provider value={context}>
      <div className={styles['page']}>
        {!params.has('kiosk') && (
          <DashboardHead
            dashboard={dashboard}
            stored={stored}
            meta={meta}
            draft={draft}
            time={time}
            isViewing={viewed !== undefined || edited !== undefined}
            onDraft={setDraft}
            onAdd={add}
            onAnnotate={() => setAnnotated({ panelId: null })}
            onBack={() => change((p) => ['viewPanel', 'editPanel'].forEach((name) => p.delete(name)))}
          />
        )}
        {annotated && (
          <AnnotationDialog
            dashboardUid={dashboard.uid}
            panelId={annotated.panelId}
            fromMs={window.fromMs}
            toMs={window.toMs}
            onClose={() => setAnnotated(null)}
          />
        )}
        <VariablesBar
          dashboard={dashboard}
          loaded={variables.data}
          scope={scope}
          onChange={(name, value) =>
            change((p) => {
              p.delete(`var-${name}`);
              value.forEach((one) => p.append(`var-${name}`, one));
            })
          }
        />
        {sourceList.isError && <Notice tone="bad" title="The data sources could not be loaded." />}
        {!isReady ? (
          <Skeleton lines={8} height={60} />
        ) : edited ? (
          <PanelEditor panel={edited} onChange={(raw) => setDraft(replacePanel(dashboard, edited.id, raw))} />
        ) : viewed ? (
          <div style={{ height: 'calc(100dvh - 150px)', minHeight: 320 }}>
            <PanelFrame panel={viewed} />
          </div>
        ) : (
          <DashboardRows
            rows={dashboard.rows}
            bound={bound}
            scope={scope}
            onAdd={() => add('timeseries')}
            onArrange={isEditing ? (row, panels) => setDraft(arrange(dashboard, row, panels)) : undefined}
          />
        )}
      </div>
    </DashboardContext.Provider>
  );
}
