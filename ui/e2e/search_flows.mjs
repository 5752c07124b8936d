// SPDX-License-Identifier: Apache-2.0
// The global search, saved views and deploy marks.
import { check } from './checks.mjs';

const field = (page) => page.getByRole('combobox', { name: 'Search for anything' });

async function openSearch(page, path = '/') {
  await page.goto(path);
  await page.getByRole('heading', { level: 1 }).waitFor();
  await page.keyboard.press('Control+k');
  await field(page).waitFor();
}

/** Types, waits for the best match to be the wanted one, and opens it without the mouse. */
async function find(page, text, wanted) {
  await page.keyboard.type(text);
  await page.locator('[cmdk-item][data-selected=true]').filter({ hasText: wanted }).waitFor();
  await page.keyboard.press('Enter');
}

export const searchFlows = [
  {
    name: 'the search finds alert rules, objectives and dashboards by keyboard alone',
    async run(page) {
      const json = async (path) => (await page.request.get(path)).json();
      const rules = (await json('/prometheus/api/v1/rules')).data.groups.flatMap((group) => group.rules);
      const alerting = rules.find((rule) => rule.type === 'alerting');
      if (alerting) {
        await openSearch(page);
        await find(page, alerting.name, alerting.name);
        await page.waitForURL((url) => url.searchParams.get('search') === alerting.name);
      }
      const slo = (await json('/api/signalbox/v1/slos')).data.slos[0];
      if (slo) {
        await openSearch(page);
        await page.keyboard.type(slo.name);
        await page.getByRole('option', { name: new RegExp(`^${slo.name} ${slo.service}`) }).click();
        await page.waitForURL(`**/slos/${slo.id}`);
      }
    },
  },
  {
    name: 'the search opens a pasted trace id and says when it is not here',
    onPhone: true,
    async run(page) {
      const id = '0123456789abcdef0123456789abcdef';
      await openSearch(page);
      await page.keyboard.type(`trace_id=${id}`);
      await page.getByRole('option', { name: /no span of it is here/ }).waitFor();
      const found = await (await page.request.get('/tempo/api/search?limit=1&q=%7B%7D')).json();
      const known = (found.traces[0]?.traceID ?? id).padStart(32, '0'); // Tempo's API leaves zeros out
      await field(page).fill(known);
      if (known !== id) await page.getByRole('option', { name: /ms|s$/ }).waitFor();
      await page.keyboard.press('Enter');
      await page.waitForURL(`**/trace/${known}`);
    },
  },
  {
    name: 'the search leads somewhere with every text, and the arrow keys choose',
    async run(page) {
      await openSearch(page);
      await page.keyboard.type('zzqq nothing is called that');
      await page.getByRole('option', { name: /Logs with/ }).waitFor();
      await field(page).fill('a');
      const chosen = page.locator('[cmdk-item][data-selected=true]');
      const first = await chosen.textContent();
      await page.keyboard.press('ArrowDown');
      check((await chosen.textContent()) !== first, 'the arrow key did not move the choice');
      await page.keyboard.press('ArrowUp');
      check((await chosen.textContent()) === first, 'the arrow key did not move back');
      await page.keyboard.press('Escape');
      await field(page).waitFor({ state: 'detached' });
    },
  },
  {
    name: 'a view is saved, found by the search, opened with its time, and deleted',
    onPhone: true,
    async run(page) {
      const name = `e2e view ${page.viewportSize().width}`;
      await page.goto('/logs?query=POST&from=now-15m&to=now');
      await page.getByRole('button', { name: 'Saved views' }).click();
      await page.getByRole('textbox', { name: 'Name of this view' }).fill(name);
      await page.keyboard.press('Enter');
      await page.getByRole('button', { name: `shown ${name}` }).waitFor();
      await openSearch(page, '/targets');
      await find(page, name, name);
      await page.waitForURL(/\/logs\?query=POST&from=now-15m&to=now/);
      await page.getByRole('button', { name: 'Saved views' }).click();
      await page.getByRole('button', { name: `Delete the view ${name}` }).click();
      await page.getByRole('button', { name: `shown ${name}` }).waitFor({ state: 'detached' });
    },
  },
  {
    name: 'a deploy is marked on the graphs of Explore',
    async run(page) {
      const made = await page.request.post('/api/annotations', {
        data: { text: 'e2e version 7', tags: ['deploy', 'e2e'], time: Date.now() - 60_000, timeEnd: Date.now() },
      });
      const { id } = await made.json();
      await page.goto('/explore?from=now-2m&to=now&g0.expr=up&g0.tab=graph');
      const plot = page.locator('.u-over').first();
      await plot.waitFor();
      const box = await plot.boundingBox();
      for (let i = 0; i < 20; i++) {
        await page.mouse.move(box.x + box.width * (0.7 + i * 0.005), box.y + 40);
        if (await page.getByText('e2e version 7').isVisible()) break;
        await page.waitForTimeout(100);
      }
      const isTold = await page.getByText('e2e version 7  #deploy #e2e').isVisible();
      await page.request.delete(`/api/annotations/${id}`);
      check(isTold, 'the graph does not tell of the deploy');
    },
  },
];
