// SPDX-License-Identifier: Apache-2.0
// Every dialog, menu and further view of a full server, reached by an address or by clicks. `looks` limits a
// view to the sizes on which it exists.
import { foreignBoard } from './screen_fixtures.mjs';
import { button, explore, fill, inMenu, key, steps } from './screen_steps.mjs';

const menu = 'Menu of the dashboard';
const own =
  (more = '') =>
  (n) =>
    `/d/${n.own}/x?from=now-30m&to=now${more}`;
const palette = (text) => steps(key('Control+k'), (page) => page.keyboard.type(text));
const tab = (name) => (page) =>
  page
    .getByRole('radio', { name: new RegExp(`^${name}`) })
    .first()
    .click();
/** On the phone there is one in the head of every page too. */
const search = (page) => page.getByRole('main').getByRole('button', { name: 'Search', exact: true }).click();
const onPhone = ['phone-dark', 'phone-light'];

export const views = [
  // Explore
  { name: 'explore-start', path: () => '/explore' },
  { name: 'explore-table', path: () => explore([{ expr: 'topk(20, scrape_samples_scraped or up)', tab: 'table' }]) },
  { name: 'explore-unknown', path: () => explore([{ expr: 'scrape_duration_second', tab: 'graph' }]) },
  { name: 'explore-mistake', path: () => explore([{ expr: 'sum(up) by job)', tab: 'graph' }]) },
  { name: 'explore-metrics', path: () => '/explore', act: button('Metric explorer') },
  {
    name: 'explore-two',
    path: () =>
      explore([
        { expr: 'up', tab: 'graph' },
        { expr: 'rate(process_cpu_seconds_total[5m])', tab: 'graph' },
      ]),
  },
  { name: 'explore-history', path: () => explore([{ expr: 'up', tab: 'graph' }]), act: button('Query history') },
  { name: 'explore-panel-menu', path: () => explore([{ expr: 'up', tab: 'graph' }]), act: button(/^More/, false) },
  { name: 'explore-step', path: () => explore([{ expr: 'up', tab: 'graph' }]), act: button(/Step|Resolution/i, false) },
  // The head of every page
  { name: 'time-picker', path: () => explore([{ expr: 'up', tab: 'graph' }]), act: button('Last 30 minutes') },
  {
    name: 'refresh-menu',
    path: () => explore([{ expr: 'up', tab: 'graph' }]),
    act: button(/^Refresh interval/, false),
  },
  { name: 'ways-menu', path: (n) => `/services/${n.service}`, act: button(/^This time elsewhere/, false) },
  { name: 'views-menu', path: () => '/traces?min=1s&from=now-1h&to=now', act: button('Saved views') },
  { name: 'views-none', path: () => '/infrastructure', act: button('Saved views') },
  { name: 'palette', path: () => '/', act: key('Control+k') },
  { name: 'palette-found', path: () => '/', act: palette('check') },
  { name: 'palette-trace', path: () => '/', act: (page, n) => palette(n.trace)(page) },
  { name: 'palette-nothing', path: () => '/', act: palette('nothing is called that') },
  { name: 'keys', path: () => '/', act: key('?') },
  { name: 'drawer', path: () => '/', act: button('Menu'), looks: onPhone },
  { name: 'not-found', path: () => '/no/such/page' },
  // Dashboards
  { name: 'board', path: own() },
  { name: 'board-menu', path: own(), act: button(menu) },
  { name: 'board-share', path: own(), act: inMenu(menu, 'Share') },
  { name: 'board-settings', path: own(), act: inMenu(menu, 'Settings') },
  { name: 'board-variables', path: own(), act: steps(inMenu(menu, 'Settings'), tab('Variables')) },
  { name: 'board-annotations', path: own(), act: steps(inMenu(menu, 'Settings'), tab('Annotations')) },
  { name: 'board-links', path: own(), act: steps(inMenu(menu, 'Settings'), tab('Links')) },
  { name: 'board-json', path: own(), act: steps(inMenu(menu, 'Settings'), tab('JSON')) },
  {
    name: 'board-variable-form',
    path: own(),
    act: steps(inMenu(menu, 'Settings'), tab('Variables'), (page) => page.locator('[data-part=pick]').first().click()),
  },
  {
    name: 'board-variable-rename',
    path: own(),
    act: steps(
      inMenu(menu, 'Settings'),
      tab('Variables'),
      (page) => page.locator('[data-part=pick]').first().click(),
      fill('Name', 'another_name'),
    ),
  },
  {
    name: 'board-annotation-form',
    path: own(),
    act: steps(inMenu(menu, 'Settings'), tab('Annotations'), button('Add annotation')),
  },
  {
    name: 'board-link-form',
    path: own(),
    act: steps(inMenu(menu, 'Settings'), tab('Links'), button('Add link'), (page) =>
      page.getByRole('menuitem', { name: 'To the dashboards with tags' }).click(),
    ),
  },
  { name: 'board-versions', path: own(), act: inMenu(menu, 'Versions') },
  { name: 'board-annotate', path: own(), act: inMenu(menu, 'Add annotation') },
  { name: 'board-variable', path: own(), act: button(/^Job/, false) },
  {
    name: 'board-panel-menu',
    path: own(),
    act: async (page) => {
      await page.locator('[data-panel="1"]').hover();
      await page.locator('[data-panel="1"] [data-menu]').click();
    },
  },
  { name: 'board-panel-view', path: own('&viewPanel=1') },
  // Without the head, whose title other pages are known by.
  { name: 'board-kiosk', path: own('&kiosk=1'), ready: (page) => page.locator('[data-panel]').first().waitFor() },
  { name: 'board-editing', path: own(), act: button('Edit') },
  { name: 'board-add', path: own(), act: steps(button('Edit'), button('Add')) },
  { name: 'panel-editor', path: own('&editPanel=1') },
  {
    name: 'panel-looks',
    path: own('&editPanel=1'),
    act: steps(
      button('Add mapping'),
      button('Add threshold'),
      (page) => page.getByText('More settings').click(),
      ...['line width', 'scale'].map((name) =>
        steps(button('Add setting'), (page) => page.keyboard.type(name), key('Enter')),
      ),
    ),
  },
  {
    name: 'panel-color',
    path: own('&editPanel=1'),
    act: steps(button('Add threshold'), button(/^Colour from 80/, false)),
  },
  { name: 'panel-transformations', path: own('&editPanel=2'), act: tab('Transformations') },
  {
    name: 'panel-transformation',
    path: own('&editPanel=2'),
    act: steps(
      tab('Transformations'),
      button(/^Organize fields/, false),
      button('Show the data after transformation 1'),
    ),
  },
  {
    name: 'panel-add-transformation',
    path: own('&editPanel=2'),
    act: steps(tab('Transformations'), button('Add transformation')),
  },
  { name: 'panel-overrides', path: own('&editPanel=1'), act: tab('Overrides') },
  {
    name: 'panel-override',
    path: own('&editPanel=1'),
    act: steps(
      tab('Overrides'),
      button('Add override'),
      key('Enter'),
      ...['unit', 'colour', 'threshold', 'mapping', 'data link', 'hide'].map((name) =>
        steps(button('Add property'), (page) => page.keyboard.type(name), key('Enter')),
      ),
      button('Add mapping'),
      button('Add link'),
    ),
  },
  {
    name: 'panel-add-property',
    path: own('&editPanel=1'),
    act: steps(tab('Overrides'), button('Add override'), key('Enter'), button('Add property')),
  },
  { name: 'panel-json', path: own('&editPanel=1'), act: tab('JSON') },
  {
    name: 'board-save',
    path: own(),
    act: steps(
      button('Edit'),
      button('Add'),
      (page) => page.getByRole('menuitem', { name: 'Text' }).click(),
      button('Save'),
    ),
  },
  {
    name: 'import-report',
    path: () => '/dashboard/import',
    act: steps(fill('JSON of a dashboard', JSON.stringify(foreignBoard)), button('Look at it')),
  },
  {
    name: 'import-mistake',
    path: () => '/dashboard/import',
    act: steps(fill('JSON of a dashboard', '{"title": '), button('Look at it')),
  },
  { name: 'playlist-new', path: () => '/playlists', act: button('New') },
  // Traces
  { name: 'trace-flame', path: (n) => `/trace/${n.trace}?view=flame` },
  { name: 'trace-operations', path: (n) => `/trace/${n.trace}?view=table` },
  { name: 'trace-compare', path: (n) => `/trace/${n.trace}?with=${n.other}` },
  { name: 'trace-span', path: (n) => `/trace/${n.failed}`, act: (page) => page.getByRole('treeitem').first().click() },
  { name: 'traces-traceql', path: () => `/traces?q=${encodeURIComponent('{ duration > 20ms }')}` },
  { name: 'traces-none', path: () => `/traces?q=${encodeURIComponent('{ name = "none" }')}` },
  { name: 'traces-mistake', path: () => `/traces?q=${encodeURIComponent('{ name = ')}` },
  // Logs
  { name: 'logs-words', path: () => '/logs?query=POST&look=wrap' },
  { name: 'logs-live', path: () => '/logs?tab=live' },
  { name: 'logs-labels', path: () => '/logs', act: button('Labels') },
  { name: 'logs-recent', path: () => '/logs?query=POST', act: steps(search, button('Recent searches')) },
  { name: 'logs-export', path: () => '/logs', act: button('Export the loaded lines') },
  {
    name: 'logs-metric',
    path: () => `/logs?query=${encodeURIComponent('sum by (service_name) (rate({service_name=~".+"}[1m]))')}`,
  },
  { name: 'logs-none', path: () => '/logs?query=zzzzqqqq' },
  { name: 'logs-mistake', path: () => `/logs?query=${encodeURIComponent('{service_name="api" |= "x"')}` },
  { name: 'logs-line', path: () => '/logs', act: (page) => page.locator('[role=log] [role=button]').nth(1).click() },
  {
    name: 'logs-context',
    path: () => '/logs',
    act: steps((page) => page.locator('[role=log] [role=button]').nth(1).click(), button('Lines around it')),
  },
  // Alerting
  { name: 'alert-link', path: (n) => `/alerts?search=${n.alert}` },
  { name: 'alert-none', path: () => '/alerts?search=NoSuchAlert' },
  { name: 'alert-silence', path: (n) => `/alerts?search=${n.alert}`, act: button('Silence') },
  { name: 'alert-acknowledge', path: () => '/notifications', act: button('Acknowledge') },
  {
    name: 'silence-new',
    path: () => '/silences',
    act: steps(button('New silence'), fill('Matchers', 'severity="critical"')),
  },
  {
    name: 'rule-open',
    path: (n) => `/rules?search=${n.alert}`,
    act: (page) => page.locator('main [aria-expanded]').first().click(),
  },
  { name: 'rule-preview', path: () => `/rules/new?expr=${encodeURIComponent('scrape_samples_scraped > 100')}` },
  {
    name: 'rule-backtest',
    path: () => `/rules/new?expr=${encodeURIComponent('up == 0')}`,
    act: steps(fill('Name', 'Down'), button('Try it')),
  },
  { name: 'routes-test', path: () => '/routes?labels=severity%3Dcritical' },
  { name: 'slo-own', path: () => '/slos/new?kind=own' },
  // System
  {
    name: 'target',
    path: () => '/targets',
    act: (page) => page.getByRole('table').first().getByRole('button', { name: /^http/ }).first().click(),
  },
  { name: 'usage-all', path: () => '/usage?which=all' },
  { name: 'send-kubernetes', path: () => '/send-data?stack=kubernetes' },
];
