// SPDX-License-Identifier: Apache-2.0
// Dashboards: import, look, change, save, versions, export. Each flow makes what it needs by the API and
// removes it; the server's own metrics are the data.
import { check, put, remove } from './checks.mjs';

const board = (uid, title) => ({
  uid,
  title,
  schemaVersion: 14,
  __inputs: [{ name: 'DS_PROMETHEUS', type: 'datasource', pluginId: 'prometheus' }],
  templating: {
    list: [{ name: 'job', type: 'query', query: 'label_values(up, job)', refresh: 1, datasource: '${DS_PROMETHEUS}' }],
  },
  rows: [
    {
      title: 'First row',
      showTitle: true,
      height: '250px',
      panels: [
        {
          id: 1,
          type: 'graph',
          title: 'Up of $job',
          span: 8,
          datasource: '${DS_PROMETHEUS}',
          targets: [{ refId: 'A', expr: 'up{job="$job"}' }],
        },
        {
          id: 2,
          type: 'singlestat',
          title: 'Targets',
          span: 4,
          format: 'none',
          valueName: 'current',
          targets: [{ refId: 'A', expr: 'count(up)' }],
        },
      ],
    },
    {
      title: 'Second row',
      showTitle: true,
      collapse: true,
      panels: [
        { id: 3, type: 'graph', title: 'Nothing', span: 6, targets: [{ refId: 'A', expr: 'no_such_metric_at_all' }] },
        { id: 4, type: 'grafana-polystat-panel', title: 'Foreign', span: 6 },
      ],
    },
  ],
});

export const dashboardFlows = [
  {
    name: 'an old exported dashboard is shown with data',
    onPhone: true,
    async run(page) {
      await put(page, board('e2e-old', 'E2E old'));
      await page.goto('/d/e2e-old/x?from=now-5m');
      await page.getByRole('heading', { level: 1, name: 'E2E old' }).waitFor();
      await page.getByRole('heading', { name: /^Up of \w+/ }).waitFor();
      await page.locator('[data-panel="1"] .u-over').waitFor();
      await page.locator('[data-panel="2"]').getByText(/^\d+$/).waitFor();
      check((await page.locator('[data-panel="3"]').count()) === 0, 'a folded row draws its panels');
      await page.getByRole('button', { name: /Second row/ }).click();
      await page.getByText('No metric named no_such_metric_at_all').waitFor();
      await page.getByText(/Panels of the kind "grafana-polystat-panel"/).waitFor();
      await remove(page, 'e2e-old');
    },
  },
  {
    name: 'a dashboard asks each variable and each query once, and stops asking when it is left',
    async run(page) {
      const list = [
        { name: 'job', type: 'query', query: 'label_values(up, job)', refresh: 1 },
        { name: 'instance', type: 'query', query: 'label_values(up{job="$job"}, instance)', refresh: 2 },
      ];
      const panels = Array.from({ length: 6 }, (_, i) => ({
        id: i + 1,
        type: 'timeseries',
        title: `Panel ${i} of $job`,
        gridPos: { x: (i % 3) * 8, y: Math.floor(i / 3) * 8, w: 8, h: 8 },
        targets: [{ refId: 'A', expr: `up{job="$job",instance="$instance"} + ${i}` }],
      }));
      await put(page, { uid: 'e2e-once', title: 'E2E once', schemaVersion: 41, templating: { list }, panels });
      const batch = '/api/signalbox/v1/batch';
      const asked = [];
      let cancelled = 0;
      page.on('request', (request) => {
        const url = new URL(request.url());
        const targets = url.pathname === batch ? request.postData().split('\n') : [url.pathname + url.search];
        asked.push(...targets.filter((one) => /\/(query_range|label\/\w+\/values)\?/.test(one)));
      });
      page.on('requestfailed', (request) => (cancelled += request.url().endsWith(batch) ? 1 : 0));
      await page.goto('/d/e2e-once/x?from=now-5m&refresh=off');
      await page.locator('.u-over').nth(5).waitFor();
      const count = (text) => asked.filter((one) => one.includes(text)).length;
      check(count('/label/job/') === 1, `the variable job was asked ${count('/label/job/')} times`);
      check(count('/label/instance/') === 1, `the variable instance was asked ${count('/label/instance/')} times`);
      check(new Set(asked).size === asked.length, `asked twice: ${asked.join(' ')}`);
      check(count('query_range') === 6, `six panels asked ${count('query_range')} times`);

      let running = 0;
      await page.route(`**${batch}`, () => void (running += 1));
      await page.reload();
      await page.locator('[data-state=loading]').nth(5).waitFor();
      await page.getByRole('link', { name: 'Targets' }).click();
      await page.getByRole('heading', { level: 1, name: 'Targets' }).waitFor();
      for (let i = 0; i < 100 && cancelled < running; i++) await page.waitForTimeout(20);
      check(running > 0 && cancelled === running, `${cancelled} of ${running} requests were cancelled`);
      await remove(page, 'e2e-once');
    },
  },
  {
    name: 'a variable changes the address and the queries',
    async run(page) {
      await put(page, board('e2e-variable', 'E2E variable'));
      await page.goto('/d/e2e-variable/x?from=now-5m');
      await page.getByRole('button', { name: /^job: / }).click();
      await page.getByRole('option').first().click();
      await page.waitForURL(/var-job=/);
      await page.locator('[data-panel="1"] .u-over').waitFor();
      await remove(page, 'e2e-variable');
    },
  },
  {
    name: 'a panel is made, edited, saved, compared and restored',
    async run(page) {
      await page.goto('/dashboard/new');
      await page.getByRole('button', { name: 'Add', exact: true }).click();
      await page.getByRole('menuitem', { name: 'Panel' }).click();
      await page.locator('.cm-content').first().click();
      await page.keyboard.insertText('up');
      await page.keyboard.press('Escape');
      await page.getByRole('button', { name: 'Run', exact: true }).click();
      await page.locator('.u-over').first().waitFor();
      await page.getByRole('button', { name: 'Save', exact: true }).click();
      const dialog = page.getByRole('dialog');
      await dialog.getByRole('textbox', { name: 'Title', exact: true }).fill('E2E made');
      await dialog.getByRole('button', { name: 'Save', exact: true }).click();
      await page.waitForURL(/\/d\/[\w-]+\/e2e-made/);
      const uid = /\/d\/([\w-]+)\//.exec(page.url())[1];
      const stored = await (await page.request.get(`/api/dashboards/uid/${uid}`)).json();
      check(stored.dashboard.panels[0].targets[0].expr === 'up', 'the query was not saved');
      await page.request.post('/api/dashboards/db', {
        data: { dashboard: { ...stored.dashboard, description: 'later' }, message: 'by the test' },
      });
      await page.goto(`/d/${uid}/x`);
      await page.getByRole('button', { name: 'Menu of the dashboard' }).click();
      await page.getByRole('menuitem', { name: 'Versions' }).click();
      await page.getByText('by the test').waitFor();
      await page.getByRole('button', { name: 'Compare' }).first().click();
      await page.getByText('+ later').waitFor();
      await page.getByRole('button', { name: 'Restore' }).first().click();
      await page.getByRole('dialog').waitFor({ state: 'detached' });
      const restored = await (await page.request.get(`/api/dashboards/uid/${uid}`)).json();
      check(restored.dashboard.version === 3 && !restored.dashboard.description, 'the version was not restored');
      await remove(page, uid);
    },
  },
  {
    name: 'the import says what will be missing before it saves',
    async run(page) {
      await page.goto('/dashboard/import');
      await page
        .getByRole('textbox', { name: 'JSON of a dashboard' })
        .fill(JSON.stringify(board('e2e-import', 'E2E import')));
      await page.getByRole('button', { name: 'Look at it' }).click();
      await page.getByText('4 panels, 1 variable, 3 shown completely').waitFor();
      await page.getByText(/Foreign: Panels of the kind/).waitFor();
      await page.getByRole('button', { name: 'Save 1 dashboard' }).click();
      await page.getByRole('link', { name: 'Open', exact: true }).click();
      await page.getByRole('heading', { level: 1, name: 'E2E import' }).waitFor();
      await remove(page, 'e2e-import');
    },
  },
  {
    name: 'dashboards are found in the list and by the palette',
    onPhone: true,
    async run(page) {
      await put(page, board('e2e-list', 'E2E listed'));
      await page.goto('/dashboards?search=e2e');
      await page.getByRole('link', { name: 'E2E listed' }).waitFor();
      await page.keyboard.press('Control+K');
      await page.getByRole('combobox', { name: 'Search for anything' }).fill('E2E listed');
      await page.getByRole('option', { name: 'E2E listed', exact: true }).click();
      await page.getByRole('heading', { level: 1, name: 'E2E listed' }).waitFor();
      await remove(page, 'e2e-list');
    },
  },
  {
    name: 'an annotation is written and shown over the graphs',
    async run(page) {
      await put(page, board('e2e-note', 'E2E note'));
      await page.goto('/d/e2e-note/x?from=now-5m&refresh=off');
      await page.locator('[data-panel="1"] .u-over').waitFor();
      await page.getByRole('button', { name: 'Menu of the dashboard' }).click();
      await page.getByRole('menuitem', { name: 'Add annotation' }).click();
      const dialog = page.getByRole('dialog');
      await dialog.getByRole('textbox', { name: 'What happened' }).fill('deploy of the test');
      await dialog.getByRole('textbox', { name: 'Tags' }).fill('deploy, e2e');
      await dialog.getByRole('switch').click();
      await dialog.getByRole('button', { name: 'Save', exact: true }).click();
      await dialog.waitFor({ state: 'detached' });
      const stored = await (await page.request.get('/api/annotations?tags=e2e')).json();
      check(stored.length === 1 && stored[0].text === 'deploy of the test', 'the annotation was not stored');
      await page.locator('[data-panel="1"] .u-over').hover();
      await page.getByText('deploy of the test #deploy #e2e').waitFor();
      await page.request.delete(`/api/annotations/${stored[0].id}`);
      await remove(page, 'e2e-note');
    },
  },
];
