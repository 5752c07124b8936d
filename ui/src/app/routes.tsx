// SPDX-License-Identifier: Apache-2.0
// Which page an address shows. /graph, /query and the status paths are those of the Prometheus UI.
import type { QueryClient } from '@tanstack/react-query';
import { Signpost } from 'lucide-react';
import { lazy, Suspense, type ComponentType } from 'react';
import { Link, Route, Switch } from 'wouter';
import { dashboardQuery, sourcesQuery } from '@/api/dashboards';
import { HomePage } from '@/features/home/home_page';
import { Card, Page } from '@/widgets/card';
import { preloadEditor } from '@/widgets/editor/promql_editor';
import { Empty, Skeleton } from '@/widgets/states';
import { PageBoundary } from './page_boundary';

type Loader = () => Promise<{ default: ComponentType }>;
const page = (load: Loader): ComponentType => lazy(load);

const loadExplore: Loader = () => import('@/features/explore/explore_page').then((m) => ({ default: m.ExplorePage }));
const ExplorePage = page(loadExplore);
const TracesPage = page(() => import('@/features/traces/traces_page').then((m) => ({ default: m.TracesPage })));
const TracePage = page(() => import('@/features/traces/trace_page').then((m) => ({ default: m.TracePage })));
const LogsPage = page(() => import('@/features/logs/logs_page').then((m) => ({ default: m.LogsPage })));
const ServicesPage = page(() => import('@/features/services/services_page').then((m) => ({ default: m.ServicesPage })));
const ServicePage = page(() => import('@/features/services/service_page').then((m) => ({ default: m.ServicePage })));
const DashboardsPage = page(() =>
  import('@/features/dashboards/dashboards_page').then((m) => ({ default: m.DashboardsPage })),
);
const loadDashboard: Loader = () =>
  import('@/features/dashboards/dashboard_page').then((m) => ({ default: m.DashboardPage }));
const DashboardPage = page(loadDashboard);
const SnapshotPage = page(() =>
  import('@/features/dashboards/dashboard_page').then((m) => ({ default: m.SnapshotPage })),
);
const NewDashboardPage = page(() =>
  import('@/features/dashboards/dashboard_page').then((m) => ({ default: m.NewDashboardPage })),
);
const ImportPage = page(() => import('@/features/dashboards/import_page').then((m) => ({ default: m.ImportPage })));
const InfrastructurePage = page(() =>
  import('@/features/infrastructure/infrastructure_page').then((m) => ({ default: m.InfrastructurePage })),
);
const DifferencePage = page(() =>
  import('@/features/difference/difference_page').then((m) => ({ default: m.DifferencePage })),
);
const ErrorsPage = page(() => import('@/features/errors/errors_page').then((m) => ({ default: m.ErrorsPage })));
const SendDataPage = page(() => import('@/features/home/send_data_page').then((m) => ({ default: m.SendDataPage })));
const UsagePage = page(() => import('@/features/usage/usage_page').then((m) => ({ default: m.UsagePage })));
const TargetsPage = page(() => import('@/features/targets/targets_page').then((m) => ({ default: m.TargetsPage })));
const DiscoveryPage = page(() =>
  import('@/features/targets/discovery_page').then((m) => ({ default: m.DiscoveryPage })),
);
const AlertsPage = page(() => import('@/features/alerts/alerts_page').then((m) => ({ default: m.AlertsPage })));
const RulesPage = page(() => import('@/features/alerts/rules_page').then((m) => ({ default: m.RulesPage })));
const RoutedPage = page(() => import('@/features/alerts/routed_page').then((m) => ({ default: m.RoutedPage })));
const RuleEditorPage = page(() =>
  import('@/features/alerts/rule_editor_page').then((m) => ({ default: m.RuleEditorPage })),
);
const RoutesPage = page(() => import('@/features/alerts/routes_page').then((m) => ({ default: m.RoutesPage })));
const HistoryPage = page(() => import('@/features/alerts/history_page').then((m) => ({ default: m.HistoryPage })));
const SilencesPage = page(() => import('@/features/alerts/silences_page').then((m) => ({ default: m.SilencesPage })));
const SlosPage = page(() => import('@/features/slo/slos_page').then((m) => ({ default: m.SlosPage })));
const SloPage = page(() => import('@/features/slo/slo_page').then((m) => ({ default: m.SloPage })));
const SloReportPage = page(() => import('@/features/slo/slo_report_page').then((m) => ({ default: m.SloReportPage })));
const RuntimePage = page(() => import('@/features/status/runtime_page').then((m) => ({ default: m.RuntimePage })));
const TsdbPage = page(() => import('@/features/status/tsdb_page').then((m) => ({ default: m.TsdbPage })));
const ConfigPage = page(() => import('@/features/status/config_page').then((m) => ({ default: m.ConfigPage })));
const FlagsPage = page(() => import('@/features/status/flags_page').then((m) => ({ default: m.FlagsPage })));

/** Brings the code of the query page and of its editor into the cache of the browser. */
export function preloadExplore(): void {
  void Promise.all([loadExplore(), preloadEditor()]).catch(() => undefined);
}

/** Begins to load what the address will need, before the application is drawn. */
export function preloadPage(path: string, client: QueryClient): void {
  const uid = /^\/d\/([^/]+)/.exec(path)?.[1];
  if (uid === undefined) return;
  void loadDashboard().catch(() => undefined);
  void client.prefetchQuery(dashboardQuery(decodeURIComponent(uid)));
  void client.prefetchQuery(sourcesQuery());
}

const routes: readonly [string, ComponentType][] = [
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
  ['/slos/:id', SloPage],
  ['/slo-report', SloReportPage],
  ['/status', RuntimePage],
  ['/tsdb-status', TsdbPage],
  ['/config', ConfigPage],
  ['/flags', FlagsPage],
];

function NotFound() {
  return (
    <Page title="Not found">
      <Card>
        <Empty icon={<Signpost />} title="There is no such page" actions={<Link href="/">Go to the start page</Link>}>
          Nothing lives at {window.location.pathname}.
        </Empty>
      </Card>
    </Page>
  );
}

export function Routes() {
  return (
    <PageBoundary>
      <Suspense fallback={<Skeleton lines={10} style={{ padding: '24px' }} />}>
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
      </Suspense>
    </PageBoundary>
  );
}
