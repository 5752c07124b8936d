// SPDX-License-Identifier: Apache-2.0
// Every page, with the states of it that its address or a few clicks give. `path` may be a function of
// what the server holds: names and ids that a full server has, made-up ones on an empty server.

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
  const [traces, failed, hits, slos, offers] = await Promise.all([
    search('{ span:childCount > 1 }'),
    search('{ status = error }'),
    json(base, '/api/search?limit=5000'),
    json(base, '/api/signalbox/v1/slos'),
    json(base, '/api/signalbox/v1/slo-suggestions'),
  ]);
  const boards = (hits ?? []).filter((hit) => hit.type === 'dash-db');
  return {
    trace: traces?.traces?.[0]?.traceID ?? '0123456789abcdef0123456789abcdef',
    other: traces?.traces?.[1]?.traceID ?? '',
    failed: failed?.traces?.[0]?.traceID ?? '0123456789abcdef0123456789abcdef',
    board: boards[0]?.uid ?? 'none',
    folder: boards.find((hit) => hit.folderUid)?.folderUid ?? 'none',
    service: 'api',
    slo: slos?.data?.slos?.[0]?.id ?? 'none',
    sloNew: wizardOf(offers?.data?.suggestions?.find((one) => one.availability.covered === '')),
  };
}

const explore = (panels, more = {}) => {
  const params = new URLSearchParams({ from: 'now-30m', to: 'now', ...more });
  panels.forEach((panel, i) => Object.entries(panel).forEach(([name, value]) => params.set(`g${i}.${name}`, value)));
  return `/explore?${params}`;
};
const button =
  (name, exact = true) =>
  (page) =>
    page.getByRole('button', { name, exact }).first().click();
const inMenu = (menu, item) => async (page) => {
  await button(menu)(page);
  await page.getByRole('menuitem', { name: item }).click();
};

/** Pages that are drawn in every state: empty, loading, failing, full. */
export const pages = [
  { name: 'home', path: () => '/' },
  { name: 'explore', path: () => explore([{ expr: 'sum by (job) (up)', tab: 'graph' }]) },
  { name: 'dashboards', path: () => '/dashboards' },
  { name: 'dashboards-folder', path: (n) => `/dashboards/f/${n.folder}` },
  { name: 'dashboard', path: (n) => `/d/${n.board}/x?from=now-30m` },
  { name: 'dashboard-new', path: () => '/dashboard/new' },
  { name: 'dashboard-import', path: () => '/dashboard/import' },
  { name: 'slos', path: () => '/slos' },
  { name: 'slo', path: (n) => `/slos/${encodeURIComponent(n.slo)}` },
  { name: 'slo-wizard', path: (n) => n.sloNew },
  { name: 'slo-report', path: () => '/slo-report' },
  { name: 'services', path: () => '/services' },
  { name: 'service-map', path: () => '/services?view=map' },
  { name: 'service', path: (n) => `/services/${n.service}` },
  { name: 'errors', path: () => '/errors' },
  {
    name: 'difference',
    path: (n) =>
      `/difference?from=now-10m&spans=${encodeURIComponent(`resource.service.name = "${n.service}"`)}&logs=${encodeURIComponent(`{service_name="${n.service}"}`)}`,
  },
  { name: 'infrastructure', path: () => '/infrastructure' },
  { name: 'traces', path: () => '/traces' },
  { name: 'traces-heatmap', path: () => '/traces?chart=heatmap' },
  { name: 'trace', path: (n) => `/trace/${n.failed}` },
  { name: 'logs', path: () => '/logs' },
  { name: 'logs-patterns', path: () => '/logs?tab=patterns' },
  { name: 'alerts', path: () => '/alerts' },
  { name: 'rules', path: () => '/rules' },
  { name: 'rule-new', path: () => '/rules/new' },
  { name: 'notifications', path: () => '/notifications' },
  { name: 'history', path: () => '/notification-history' },
  { name: 'routes', path: () => '/routes' },
  { name: 'silences', path: () => '/silences' },
  { name: 'targets', path: () => '/targets' },
  { name: 'discovery', path: () => '/service-discovery' },
  { name: 'storage', path: () => '/tsdb-status' },
  { name: 'send-data', path: () => '/send-data' },
  { name: 'usage', path: () => '/usage' },
  { name: 'config', path: () => '/config' },
  { name: 'flags', path: () => '/flags' },
  { name: 'runtime', path: () => '/status' },
];

/** Further views of a full server, reached by an address or by clicks. */
export const views = [
  { name: 'explore-start', path: () => '/explore' },
  { name: 'explore-table', path: () => explore([{ expr: 'topk(20, scrape_samples_scraped or up)', tab: 'table' }]) },
  { name: 'explore-unknown', path: () => explore([{ expr: 'scrape_duration_second', tab: 'graph' }]) },
  { name: 'explore-mistake', path: () => explore([{ expr: 'sum(up) by job)', tab: 'graph' }]) },
  { name: 'explore-metrics', path: () => '/explore', act: button('Metric explorer') },
  { name: 'time-picker', path: () => explore([{ expr: 'up', tab: 'graph' }]), act: button('Last 30 minutes') },
  { name: 'dashboard-edit', path: (n) => `/d/${n.board}/x?from=now-30m&edit=1` },
  {
    name: 'dashboard-settings',
    path: (n) => `/d/${n.board}/x?from=now-30m`,
    act: inMenu('Menu of the dashboard', 'Settings'),
  },
  {
    name: 'dashboard-versions',
    path: (n) => `/d/${n.board}/x?from=now-30m`,
    act: inMenu('Menu of the dashboard', 'Versions'),
  },
  {
    name: 'dashboard-annotation',
    path: (n) => `/d/${n.board}/x?from=now-30m`,
    act: inMenu('Menu of the dashboard', 'Add annotation'),
  },
  { name: 'trace-flame', path: (n) => `/trace/${n.trace}?view=flame` },
  { name: 'trace-operations', path: (n) => `/trace/${n.trace}?view=table` },
  { name: 'trace-compare', path: (n) => `/trace/${n.trace}?with=${n.other}` },
  {
    name: 'trace-span',
    path: (n) => `/trace/${n.failed}`,
    act: (page) => page.getByRole('treeitem').first().click(),
  },
  { name: 'traces-traceql', path: () => `/traces?q=${encodeURIComponent('{ duration > 20ms }')}` },
  { name: 'traces-none', path: () => `/traces?q=${encodeURIComponent('{ name = "none" }')}` },
  { name: 'traces-mistake', path: () => `/traces?q=${encodeURIComponent('{ name = ')}` },
  { name: 'logs-words', path: () => '/logs?query=POST&look=wrap' },
  { name: 'logs-live', path: () => '/logs?tab=live' },
  {
    name: 'logs-metric',
    path: () => `/logs?query=${encodeURIComponent('sum by (service_name) (rate({service_name=~".+"}[1m]))')}`,
  },
  { name: 'logs-none', path: () => '/logs?query=zzzzqqqq' },
  {
    name: 'logs-line',
    path: () => '/logs',
    act: (page) => page.locator('[role=log] [role=button]').nth(1).click(),
  },
  { name: 'silence-new', path: () => '/silences', act: button('New silence') },
  { name: 'slo-own', path: () => '/slos/new?kind=own' },
  { name: 'rule-edit', path: () => `/rules/new?expr=${encodeURIComponent('up == 0')}` },
  { name: 'not-found', path: () => '/no/such/page' },
  { name: 'palette', path: () => '/', act: (page) => page.keyboard.press('Control+k') },
  { name: 'keys', path: () => '/', act: (page) => page.keyboard.press('?') },
];
