// SPDX-License-Identifier: Apache-2.0
// What people do, as flows over the pages. Each asserts by waiting for what must appear.

import { check } from './checks.mjs';
import { dashboardFlows } from './dashboard_flows.mjs';
import { settingsFlows } from './settings_flows.mjs';
import { sloFlows } from './slo_flows.mjs';

const explore = (panels, more = {}) => {
  const params = new URLSearchParams(more);
  panels.forEach((panel, i) => Object.entries(panel).forEach(([name, value]) => params.set(`g${i}.${name}`, value)));
  return `/explore?${params}`;
};

async function typeQuery(page, text) {
  await page.locator('.cm-content').first().click();
  await page.keyboard.press('Control+A');
  await page.keyboard.insertText(text);
  await page.keyboard.press('Escape');
}

const pages = [
  ['/', 'Home'],
  ['/explore', 'Explore'],
  ['/dashboards', 'Dashboards'],
  ['/dashboard/import', 'Import dashboards'],
  ['/alerts', 'Alerts'],
  ['/rules', 'Rules'],
  ['/targets', 'Targets'],
  ['/service-discovery', 'Service discovery'],
  ['/tsdb-status', 'Storage and cardinality'],
  ['/config', 'Configuration'],
  ['/flags', 'Command-line flags'],
  ['/status', 'Runtime and build'],
  ['/no/such/page', 'Not found'],
];

export const flows = [
  ...dashboardFlows,
  ...settingsFlows,
  ...sloFlows,
  {
    name: 'every page opens by its address',
    onPhone: true,
    async run(page) {
      for (const [path, title] of pages) {
        await page.goto(path);
        await page.getByRole('heading', { level: 1, name: title }).waitFor();
        check((await page.getByText('could not be loaded').count()) === 0, `${path} shows an error`);
      }
    },
  },
  {
    name: 'home shows targets and receives samples',
    onPhone: true,
    async run(page) {
      await page.goto('/');
      await page.getByText(/in \d+ jobs?/).waitFor();
      await page.getByText(/sources? since the server started; last/).waitFor({ timeout: 30_000 });
      await page.locator('.u-over').first().waitFor();
    },
  },
  {
    name: 'a typed query is completed, run, and drawn',
    onPhone: true,
    async run(page) {
      await page.goto('/explore');
      await page.locator('.cm-content').click();
      await page.keyboard.type('scrape_duration_sec', { delay: 20 });
      await page.locator('.cm-tooltip-autocomplete li').first().waitFor();
      // The editor ignores keys in the moment in which the list appears.
      await page.waitForTimeout(200);
      await page.keyboard.press('Enter');
      await page.keyboard.press('Enter');
      await page.locator('.u-over').waitFor();
      await page.getByRole('table', { name: 'Series of the graph' }).waitFor();
      check(page.url().includes('g0.expr=scrape_duration_seconds'), `the query is not in the address: ${page.url()}`);
    },
  },
  {
    name: 'a mistake is marked at its place',
    onPhone: true,
    async run(page) {
      await page.goto(explore([{ expr: 'sum(up) by job)', tab: 'graph' }]));
      await page.getByText(/line 1, column \d+/).waitFor();
      await page.locator('.cm-lintRange-error').waitFor();
    },
  },
  {
    name: 'a valid query is not marked, however slow the machine is',
    async run(page) {
      const slow = await page.context().newCDPSession(page);
      await slow.send('Emulation.setCPUThrottlingRate', { rate: 8 });
      const verdict = page.waitForResponse(/format_query/, { timeout: 60_000 });
      await page.goto(
        '/graph?g0.expr=sum%20by%20(mode)%20(rate(node_cpu_seconds_total%5B30s%5D))&g0.tab=0&g0.range_input=5m',
        { timeout: 60_000 },
      );
      await verdict;
      await slow.send('Emulation.setCPUThrottlingRate', { rate: 1 });
      await page.waitForTimeout(1000);
      check((await page.locator('.cm-lintRange').count()) === 0, 'the query is marked as wrong');
    },
  },
  {
    name: 'an unknown metric leads to those that exist',
    async run(page) {
      await page.goto(explore([{ expr: 'scrape_duration_second', tab: 'graph' }]));
      await page.getByRole('button', { name: 'scrape_duration_seconds', exact: true }).click();
      await page.locator('.u-over').waitFor();
    },
  },
  {
    name: 'dragging over the graph zooms, and back returns',
    async run(page) {
      await page.goto(explore([{ expr: 'up', tab: 'graph' }], { from: 'now-15m', to: 'now' }));
      const box = await page.locator('.u-over').boundingBox();
      await page.mouse.move(box.x + 200, box.y + 80);
      await page.mouse.down();
      await page.mouse.move(box.x + 400, box.y + 90, { steps: 5 });
      await page.mouse.up();
      await page.waitForURL(/from=\d{13}&to=\d{13}/);
      await page.goBack();
      await page.waitForURL(/from=now-15m/);
    },
  },
  {
    name: 'the legend hides and isolates series',
    async run(page) {
      await page.goto(explore([{ expr: 'scrape_samples_scraped or scrape_duration_seconds', tab: 'graph' }]));
      const toggles = page.getByRole('button', { name: /^Show / });
      await toggles.first().click();
      check((await toggles.first().getAttribute('aria-pressed')) === 'false', 'the series is still shown');
    },
  },
  {
    name: 'the table sorts and copies as CSV',
    async run(page) {
      await page.context().grantPermissions(['clipboard-read', 'clipboard-write']);
      await page.goto(explore([{ expr: 'scrape_samples_scraped', tab: 'table' }]));
      await page.getByRole('button', { name: 'Value' }).click();
      await page.getByRole('columnheader', { name: 'Value' }).and(page.locator('[aria-sort=descending]')).waitFor();
      await page.getByRole('button', { name: 'Copy CSV' }).click();
      await page.getByRole('button', { name: 'Copied' }).waitFor();
      const text = await page.evaluate(() => navigator.clipboard.readText());
      check(
        text.startsWith('__name__,') && text.includes('scrape_samples_scraped,'),
        `not the table: ${text.slice(0, 80)}`,
      );
    },
  },
  {
    name: 'panels are added, kept in the address, and removed',
    async run(page) {
      await page.goto(explore([{ expr: 'up', tab: 'table' }]));
      await page.getByRole('button', { name: 'Add query' }).click();
      await page.waitForURL(/g1\.expr=/);
      await page.locator('.cm-content').nth(1).click();
      await page.keyboard.insertText('vector(42)');
      await page.keyboard.press('Control+Enter');
      await page.waitForURL(/g1\.expr=vector/);
      await page.reload();
      await page.locator('.cm-content').nth(1).getByText('42').waitFor();
      await page.getByRole('button', { name: 'More' }).first().click();
      await page.getByRole('menuitem', { name: 'Remove panel' }).click();
      await page.waitForURL((url) => !url.search.includes('g1.expr') && url.search.includes('g0.expr=vector'));
      check((await page.locator('.cm-content').innerText()).includes('vector(42)'), 'the wrong panel was removed');
    },
  },
  {
    name: 'links of the Prometheus UI open the same query',
    async run(page) {
      await page.goto('/graph?g0.expr=up&g0.tab=1&g0.range_input=2h');
      await page.getByRole('table', { name: 'Result' }).waitFor();
      await page.getByRole('button', { name: /Last 2h|Last 2 hours/ }).waitFor();
      await page.goto('/query?g0.expr=up&g0.tab=graph&g0.range_input=1h&g0.end_input=2026-01-01+12%3A00');
      await page.getByRole('button', { name: /2026-01-01 12:00:00/ }).waitFor();
    },
  },
  {
    name: 'the time range is typed, and times switch to UTC',
    async run(page) {
      await page.goto(explore([{ expr: 'up', tab: 'graph' }]));
      await page.getByRole('button', { name: 'Last 1 hour' }).click();
      await page.getByLabel('From').last().fill('now-45m');
      await page.getByRole('radio', { name: 'UTC' }).click();
      await page.getByRole('button', { name: 'Apply' }).click();
      await page.waitForURL(/from=now-45m/);
      await page.getByRole('button', { name: 'Last 45m UTC' }).waitFor();
    },
  },
  {
    name: 'the metric explorer finds a metric and runs a query',
    onPhone: true,
    async run(page) {
      await page.goto('/explore');
      await page.getByRole('button', { name: 'Metric explorer' }).click();
      await page.getByLabel('Search metrics').fill('scrape samples scraped');
      await page.getByRole('option').first().click();
      await page.getByText(/series in the last hour/).waitFor();
      await page.getByRole('button', { name: 'Run' }).first().click();
      await page.waitForURL(/g0\.expr=scrape_samples_scraped/);
    },
  },
  {
    name: 'native histograms lead from the graph to the table of buckets',
    async run(page) {
      const metric = { __name__: 'request_seconds', job: 'shop' };
      const histogram = {
        count: '12',
        sum: '3',
        buckets: [
          [0, '0.125', '0.25', '9'],
          [0, '0.25', '0.5', '3'],
        ],
      };
      const answer = (data) => (route) => route.fulfill({ json: { status: 'success', data, warnings: ['take care'] } });
      await page.route(
        '**/query_range?**',
        answer({ resultType: 'matrix', result: [{ metric, histograms: [[1, histogram]] }] }),
      );
      await page.route(
        '**/api/v1/query?**',
        answer({ resultType: 'vector', result: [{ metric, histogram: [1, histogram] }] }),
      );
      await page.goto(explore([{ expr: 'request_seconds', tab: 'graph' }]));
      await page.getByText('take care').waitFor();
      await page.getByRole('button', { name: 'Open the table' }).click();
      await page.getByRole('cell', { name: '(0.125, 0.25]' }).waitFor();
    },
  },
  {
    name: 'exemplars show their trace id',
    async run(page) {
      const now = Math.floor(Date.now() / 1000);
      await page.route('**/query_exemplars?**', (route) =>
        route.fulfill({
          json: {
            status: 'success',
            data: [
              {
                seriesLabels: { job: 'shop' },
                exemplars: [{ labels: { trace_id: 'abc123' }, value: '0.5', timestamp: now - 450 }],
              },
            ],
          },
        }),
      );
      await page.goto(explore([{ expr: 'up', tab: 'graph', show_exemplars: 1 }], { from: 'now-15m', to: 'now' }));
      await page.locator('.u-over').waitFor();
      await page.waitForTimeout(400);
      const box = await page.locator('.u-over').boundingBox();
      const seen = page.getByText('abc123');
      for (let y = 8; y < box.height && (await seen.count()) === 0; y += 6) {
        for (let x = -24; x <= 24 && (await seen.count()) === 0; x += 6)
          await page.mouse.move(box.x + box.width / 2 + x, box.y + y);
      }
      await seen.waitFor();
    },
  },
  {
    name: 'queries that ran are in the history',
    async run(page) {
      await page.goto(explore([{ expr: 'vector(7)', tab: 'table' }]));
      await page.getByRole('table', { name: 'Result' }).waitFor();
      await typeQuery(page, 'vector(8)');
      await page.keyboard.press('Control+Enter');
      await page.waitForURL(/vector%288%29/);
      await page.getByRole('button', { name: 'Query history' }).click();
      await page.getByRole('button', { name: /vector\(7\)/ }).click();
      await page.waitForURL(/vector%287%29/);
    },
  },
  {
    name: 'a query is cancelled by hand and run again',
    async run(page) {
      await page.route('**/query_range?**', () => undefined);
      await page.goto(explore([{ expr: 'up', tab: 'graph' }]));
      await page.getByRole('button', { name: 'Cancel' }).click();
      await page.getByText('The query was cancelled').waitFor();
      await page.unroute('**/query_range?**');
      await page.getByRole('button', { name: 'Run again' }).click();
      await page.locator('.u-over').waitFor();
    },
  },
  {
    name: 'a query is cancelled when its page is left',
    async run(page) {
      let aborted = false;
      page.on('requestfailed', (request) => (aborted ||= request.url().includes('query_range')));
      await page.route('**/query_range?**', () => undefined);
      await page.goto(explore([{ expr: 'up', tab: 'graph' }]));
      await page.getByRole('button', { name: 'Cancel' }).waitFor();
      await page.getByRole('link', { name: 'Targets' }).click();
      await page.getByRole('heading', { level: 1, name: 'Targets' }).waitFor();
      for (let i = 0; i < 50 && !aborted; i++) await page.waitForTimeout(20);
      check(aborted, 'the request is still running');
    },
  },
  {
    name: 'the palette goes to pages and metrics by keyboard alone',
    async run(page) {
      await page.goto('/');
      await page.getByRole('heading', { level: 1 }).waitFor();
      await page.keyboard.press('Control+k');
      await page.keyboard.type('conf');
      await page.getByRole('option', { name: /Configuration/ }).waitFor();
      await page.keyboard.press('Enter');
      await page.getByRole('heading', { level: 1, name: 'Configuration' }).waitFor();
      await page.keyboard.press('g');
      await page.keyboard.press('t');
      await page.getByRole('heading', { level: 1, name: 'Targets' }).waitFor();
    },
  },
  {
    name: 'a target shows its labels and links to its graphs',
    onPhone: true,
    async run(page) {
      await page.goto('/targets');
      await page.getByRole('table').first().getByRole('button', { name: /^http/ }).first().click();
      await page.getByText('Before relabelling').waitFor();
      await page.getByRole('link', { name: 'up', exact: true }).click();
      await page.waitForURL(/\/explore\?g0\.expr=up/);
    },
  },
  {
    name: 'a failed reload is told on every page',
    onPhone: true,
    async run(page) {
      await page.route('**/api/signalbox/v1/status', async (route) => {
        const status = await (await route.fetch()).json();
        const configReload = {
          ok: false,
          time: '2026-11-23T12:00:00Z',
          error: 'prometheus.yml:7:3: unknown field "scrape_intervall"',
        };
        await route.fulfill({ json: { ...status, configReload } });
      });
      await page.goto('/targets');
      await page.getByText('prometheus.yml:7:3: unknown field').waitFor();
    },
  },
  {
    name: 'pages say so when the server is away',
    onPhone: true,
    async run(page) {
      await page.goto('/rules');
      await page.getByRole('heading', { level: 1, name: 'Rules' }).waitFor();
      await page.route('**/api/**', (route) => route.abort());
      await page.goto('/tsdb-status');
      await page.getByText('The storage statistics could not be loaded').waitFor({ timeout: 15_000 });
      await page.getByRole('button', { name: 'Try again' }).waitFor();
    },
  },
  {
    name: 'dark and light are chosen and kept',
    async run(page) {
      await page.goto('/');
      await page.getByRole('radio', { name: 'Light' }).click();
      await page.reload();
      await page.getByRole('heading', { level: 1 }).waitFor();
      const theme = await page.evaluate(() => document.documentElement.dataset.theme);
      check(theme === 'light', `the theme is ${theme}`);
    },
  },
];
