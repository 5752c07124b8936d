// SPDX-License-Identifier: Apache-2.0
// Every page of the router. `route` is its pattern there; `path` may be a function of what the server
// holds: names and ids that a full server has, made-up ones on an empty server.
import { explore } from './screen_steps.mjs';

async function json(base, path) {
  const reply = await fetch(base + path);
  return reply.ok ? reply.json() : null;
}

const wizardOf = (subject) =>
  subject
    ? `/slos/new?${new URLSearchParams({ kind: subject.kind, service: subject.service, journey: subject.journey })}`
    : '/slos/new';

/** What the addresses of the pages need: one of each kind, the busiest if there is a choice. */
export async function namesOf(base) {
  const search = (q) => json(base, `/tempo/api/search?limit=20&q=${encodeURIComponent(q)}`);
  const [traces, failed, hits, slos, alerts, offers] = await Promise.all([
    search('{ span:childCount > 1 }'),
    search('{ status = error }'),
    json(base, '/api/search?limit=5000'),
    json(base, '/api/signalbox/v1/slos'),
    json(base, '/prometheus/api/v1/alerts'),
    json(base, '/api/signalbox/v1/slo-suggestions'),
  ]);
  const boards = (hits ?? []).filter((hit) => hit.type === 'dash-db');
  return {
    trace: traces?.traces?.[0]?.traceID ?? '0123456789abcdef0123456789abcdef',
    other: traces?.traces?.[1]?.traceID ?? '',
    failed: failed?.traces?.[0]?.traceID ?? '0123456789abcdef0123456789abcdef',
    board: boards[0]?.uid ?? 'none',
    folder: boards.find((hit) => hit.folderUid)?.folderUid ?? 'none',
    alert: alerts?.data?.alerts?.find((one) => one.state === 'firing')?.labels.alertname ?? 'Watchdog',
    service: 'api',
    own: 'none',
    playlist: 'none',
    snapshot: 'none',
    slo: slos?.data?.slos?.[0]?.id ?? 'none',
    sloNew: wizardOf(offers?.data?.suggestions?.find((one) => one.availability.covered === '')),
  };
}

/** Pages that are drawn in every state: empty, loading, failing, full. */
export const pages = [
  { name: 'home', route: '/', path: () => '/' },
  { name: 'explore', route: '/explore', path: () => explore([{ expr: 'sum by (job) (up)', tab: 'graph' }]) },
  { name: 'graph-old', route: '/graph', path: () => '/graph?g0.expr=up&g0.tab=0' },
  { name: 'query-old', route: '/query', path: () => '/query?g0.expr=up' },
  { name: 'dashboards', route: '/dashboards', path: () => '/dashboards' },
  { name: 'dashboards-folder', route: '/dashboards/f/:uid/:slug?', path: (n) => `/dashboards/f/${n.folder}` },
  { name: 'dashboard', route: '/d/:uid/:slug?', path: (n) => `/d/${n.board}/x?from=now-30m` },
  { name: 'dashboard-new', route: '/dashboard/new', path: () => '/dashboard/new' },
  { name: 'dashboard-import', route: '/dashboard/import', path: () => '/dashboard/import' },
  { name: 'snapshot', route: '/dashboard/snapshot/:key', path: (n) => `/dashboard/snapshot/${n.snapshot}` },
  { name: 'playlists', route: '/playlists', path: () => '/playlists' },
  { name: 'playlist', route: '/playlists/play/:uid', path: (n) => `/playlists/play/${n.playlist}` },
  { name: 'slos', route: '/slos', path: () => '/slos' },
  { name: 'slo', route: '/slos/:id', path: (n) => `/slos/${encodeURIComponent(n.slo)}` },
  { name: 'slo-wizard', route: '/slos/new', path: (n) => n.sloNew },
  { name: 'slo-edit', route: '/slos/:id/edit', path: (n) => `/slos/${encodeURIComponent(n.slo)}/edit` },
  { name: 'slo-report', route: '/slo-report', path: () => '/slo-report' },
  { name: 'services', route: '/services', path: () => '/services' },
  { name: 'service-map', route: '/services', path: () => '/services?view=map' },
  { name: 'service', route: '/services/:name', path: (n) => `/services/${n.service}` },
  { name: 'errors', route: '/errors', path: () => '/errors' },
  {
    name: 'difference',
    route: '/difference',
    path: (n) =>
      `/difference?from=now-10m&spans=${encodeURIComponent(`resource.service.name = "${n.service}"`)}&logs=${encodeURIComponent(`{service_name="${n.service}"}`)}`,
  },
  { name: 'infrastructure', route: '/infrastructure', path: () => '/infrastructure' },
  { name: 'traces', route: '/traces', path: () => '/traces' },
  { name: 'traces-heatmap', route: '/traces', path: () => '/traces?chart=heatmap' },
  { name: 'trace', route: '/trace/:id', path: (n) => `/trace/${n.failed}` },
  { name: 'logs', route: '/logs', path: () => '/logs' },
  { name: 'logs-patterns', route: '/logs', path: () => '/logs?tab=patterns' },
  { name: 'alerts', route: '/alerts', path: () => '/alerts' },
  { name: 'rules', route: '/rules', path: () => '/rules' },
  { name: 'rule-new', route: '/rules/new', path: () => '/rules/new' },
  { name: 'notifications', route: '/notifications', path: () => '/notifications' },
  { name: 'history', route: '/notification-history', path: () => '/notification-history' },
  { name: 'routes', route: '/routes', path: () => '/routes' },
  { name: 'silences', route: '/silences', path: () => '/silences' },
  { name: 'targets', route: '/targets', path: () => '/targets' },
  { name: 'discovery', route: '/service-discovery', path: () => '/service-discovery' },
  { name: 'storage', route: '/tsdb-status', path: () => '/tsdb-status' },
  { name: 'send-data', route: '/send-data', path: () => '/send-data' },
  { name: 'usage', route: '/usage', path: () => '/usage' },
  { name: 'config', route: '/config', path: () => '/config' },
  { name: 'flags', route: '/flags', path: () => '/flags' },
  { name: 'runtime', route: '/status', path: () => '/status' },
];
