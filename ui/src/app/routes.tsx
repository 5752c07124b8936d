// SPDX-License-Identifier: Apache-2.0
// Which page an address shows. /graph, /query and the status paths are those of the Prometheus UI.
import type { QueryClient } from '@tanstack/react-query';
import type { ComponentType } from 'react';
import { Route, Switch } from 'wouter';
import { dashboardQuery, sourcesQuery } from '@/api/dashboards';
import { statusQuery } from '@/api/queries';
import { HomePage } from '@/features/home/home_page';
import { preloadEditor } from '@/widgets/editor/promql_editor';
import { late, type Late } from '@/widgets/late';
import { Skeleton } from '@/widgets/states';
import { NotFound } from './not_found';
import { PageBoundary } from './page_boundary';

const latePage = (loader: () => Promise<ComponentType>) =>
  late(loader, { waiting: <Skeleton lines={10} style={{ padding: '24px' }} /> });

const ExplorePage = latePage(() => import('@/features/explore/explore_page').then((m) => m.ExplorePage));
const TracesPage = latePage(() => import('@/features/traces/traces_page').then((m) => m.TracesPage));
const TracePage = latePage(() => import('@/features/traces/trace_page').then((m) => m.TracePage));
const LogsPage = latePage(() => import('@/features/logs/logs_page').then((m) => m.LogsPage));
const ServicesPage = latePage(() => import('@/features/services/services_page').then((m) => m.ServicesPage));
const ServicePage = latePage(() => import('@/features/services/service_page').then((m) => m.ServicePage));
const DashboardsPage = latePage(() => import('@/features/dashboards/dashboards_page').then((m) => m.DashboardsPage));
const DashboardPage = latePage(() => import('@/features/dashboards/dashboard_page').then((m) => m.DashboardPage));
const SnapshotPage = latePage(() => import('@/features/dashboards/dashboard_page').then((m) => m.SnapshotPage));
const NewDashboardPage = latePage(() => import('@/features/dashboards/dashboard_page').then((m) => m.NewDashboardPage));
const PlaylistsPage = latePage(() => import('@/features/dashboards/playlists_page').then((m) => m.PlaylistsPage));
const PlaylistPlayer = latePage(() => import('@/features/dashboards/playlist_player').then((m) => m.PlaylistPlayer));
const ImportPage = latePage(() => import('@/features/dashboards/import_page').then((m) => m.ImportPage));
const InfrastructurePage = latePage(() =>
  import('@/features/infrastructure/infrastructure_page').then((m) => m.InfrastructurePage),
);
const DifferencePage = latePage(() => import('@/features/difference/difference_page').then((m) => m.DifferencePage));
const ErrorsPage = latePage(() => import('@/features/errors/errors_page').then((m) => m.ErrorsPage));
const SendDataPage = latePage(() => import('@/features/home/send_data_page').then((m) => m.SendDataPage));
const UsagePage = latePage(() => import('@/features/usage/usage_page').then((m) => m.UsagePage));
const TargetsPage = latePage(() => import('@/features/targets/targets_page').then((m) => m.TargetsPage));
const DiscoveryPage = latePage(() => import('@/features/targets/discovery_page').then((m) => m.DiscoveryPage));
const AlertsPage = latePage(() => import('@/features/alerts/alerts_page').then((m) => m.AlertsPage));
const RulesPage = latePage(() => import('@/features/alerts/rules_page').then((m) => m.RulesPage));
const RoutedPage = latePage(() => import('@/features/alerts/routed_page').then((m) => m.RoutedPage));
const RuleEditorPage = latePage(() => import('@/features/alerts/rule_editor_page').then((m) => m.RuleEditorPage));
const RoutesPage = latePage(() => import('@/features/alerts/routes_page').then((m) => m.RoutesPage));
const HistoryPage = latePage(() => import('@/features/alerts/history_page').then((m) => m.HistoryPage));
const SilencesPage = latePage(() => import('@/features/alerts/silences_page').then((m) => m.SilencesPage));
const SlosPage = latePage(() => import('@/features/slo/slos_page').then((m) => m.SlosPage));
const SloPage = latePage(() => import('@/features/slo/slo_page').then((m) => m.SloPage));
const NewSloPage = latePage(() => import('@/features/slo/slo_wizard_page').then((m) => m.NewSloPage));
const EditSloPage = latePage(() => import('@/features/slo/slo_wizard_page').then((m) => m.EditSloPage));
const SloReportPage = latePage(() => import('@/features/slo/slo_report_page').then((m) => m.SloReportPage));
const RuntimePage = latePage(() => import('@/features/status/runtime_page').then((m) => m.RuntimePage));
const TsdbPage = latePage(() => import('@/features/status/tsdb_page').then((m) => m.TsdbPage));
const ConfigPage = latePage(() => import('@/features/status/config_page').then((m) => m.ConfigPage));
const FlagsPage = latePage(() => import('@/features/status/flags_page').then((m) => m.FlagsPage));

/** Brings the code of the query page and of its editor into the cache of the browser. */
export function preloadExplore(): void {
  void Promise.all([ExplorePage.load(), preloadEditor()]).catch(() => undefined);
}

const routes: readonly (readonly [string, ComponentType | Late<object>])[] = [
  ['/', HomePage],
  ['/explore', ExplorePage],
  ['/graph', ExplorePage],
  ['/query', ExplorePage],
  ['/dashboards', DashboardsPage],
  ['/dashboards/f/:uid/:slug?', DashboardsPage],
  ['/dashboard/new', NewDashboardPage],
  ['/dashboard/import', ImportPage],
  ['/dashboard/snapshot/:key', SnapshotPage],
  ['/d/:uid/:slug?', DashboardPage],
  ['/playlists', PlaylistsPage],
  ['/playlists/play/:uid', PlaylistPlayer],
  ['/services', ServicesPage],
  ['/services/:name', ServicePage],
  ['/traces', TracesPage],
  ['/trace/:id', TracePage],
  ['/logs', LogsPage],
  ['/infrastructure', InfrastructurePage],
  ['/errors', ErrorsPage],
  ['/difference', DifferencePage],
  ['/usage', UsagePage],
  ['/send-data', SendDataPage],
  ['/targets', TargetsPage],
  ['/service-discovery', DiscoveryPage],
  ['/alerts', AlertsPage],
  ['/rules', RulesPage],
  ['/rules/new', RuleEditorPage],
  ['/notifications', RoutedPage],
  ['/notification-history', HistoryPage],
  ['/routes', RoutesPage],
  ['/silences', SilencesPage],
  ['/slos', SlosPage],
  ['/slos/new', NewSloPage],
  ['/slos/:id', SloPage],
  ['/slos/:id/edit', EditSloPage],
  ['/slo-report', SloReportPage],
  ['/status', RuntimePage],
  ['/tsdb-status', TsdbPage],
  ['/config', ConfigPage],
  ['/flags', FlagsPage],
];

/** "/d/:uid/:slug?" and the like. */
function isAt(pattern: string, path: string): boolean {
  const wanted = pattern.split('/');
  const parts = path.replace(/(.)\/$/, '$1').split('/');
  const fits = (want: string, part: string | undefined): boolean =>
    want.startsWith(':') ? part !== undefined || want.endsWith('?') : want === part;
  return parts.length <= wanted.length && wanted.every((want, i) => fits(want, parts[i]));
}

/** Begins to load what the address will need; resolves when all of it is there. */
export async function preloadPage(path: string, client: QueryClient): Promise<void> {
  const page = routes.find(([pattern]) => isAt(pattern, path))?.[1];
  const uid = /^\/d\/([^/]+)/.exec(path)?.[1];
  await Promise.all([
    page && 'load' in page ? page.load() : undefined,
    path === '/' ? client.prefetchQuery(statusQuery()) : undefined,
    ...(uid === undefined
      ? []
      : [client.prefetchQuery(dashboardQuery(decodeURIComponent(uid))), client.prefetchQuery(sourcesQuery())]),
  ]);
}

export function Routes() {
  return (
    <PageBoundary>
      <Switch>
        {routes.map(([path, Component]) => (
          <Route key={path} path={path}>
            <Component />
          </Route>
        ))}
        <Route>
          <NotFound />
        </Route>
      </Switch>
    </PageBoundary>
  );
}
