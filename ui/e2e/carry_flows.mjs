// SPDX-License-Identifier: Apache-2.0
// What goes with somebody from page to page: the time of a spike to logs, traces and the difference, filters
// in saved views, and containers and workloads to their own pages. Needs makeIncident of incident.mjs.
import { check } from './checks.mjs';

const heading = (page, name) => page.getByRole('heading', { level: 1, name }).waitFor();

/** Drags over a part of the first graph; the range that the address has then. */
async function brush(page) {
  const plot = page.locator('.u-over').first();
  await plot.waitFor();
  const box = await plot.boundingBox();
  await page.mouse.move(box.x + box.width * 0.55, box.y + box.height / 2);
  await page.mouse.down();
  await page.mouse.move(box.x + box.width * 0.95, box.y + box.height / 2, { steps: 5 });
  await page.mouse.up();
  await page.waitForURL(/from=\d{13}&to=\d{13}/);
  const { searchParams } = new URL(page.url());
  return { from: searchParams.get('from'), to: searchParams.get('to') };
}

/** Samples of gauges of the last ten minutes, every fifteen seconds. */
async function writeSeries(page, series) {
  const now = Math.floor(Date.now() / 15_000) * 15_000;
  const timestamps = Array.from({ length: 40 }, (_, i) => now - (39 - i) * 15_000);
  const lines = series.map(([metric, valueAt]) =>
    JSON.stringify({ metric, timestamps, values: timestamps.map((_, i) => valueAt(i)) }),
  );
  const reply = await page.request.post('/prometheus/api/v1/import', { data: lines.join('\n') });
  check(reply.ok(), `import: ${reply.status()} ${await reply.text()}`);
}

export const carryFlows = [
  {
    name: 'a spike that is brushed carries its time and service to logs, traces, errors and the difference',
    async run(page) {
      // A graph that every server has, of a query that names the service.
      const expr = encodeURIComponent('scrape_duration_seconds or up{service="checkout"}');
      const graph = `/explore?g0.expr=${expr}&g0.tab=graph`;
      await page.goto(`${graph}&from=now-10m&to=now`);
      const { from, to } = await brush(page);
      check(Number(to) - Number(from) < 400_000, 'the range is not a part of the ten minutes');
      for (const [way, title] of [
        ['Logs', 'Logs'],
        ['Traces', 'Traces'],
        ['Errors', 'Errors'],
        ['What is different', 'What is different'],
      ]) {
        await page.goto(`${graph}&from=${from}&to=${to}`);
        await page.getByRole('button', { name: /^This time elsewhere/ }).click();
        await page.getByRole('menuitem', { name: way, exact: true }).click();
        await heading(page, title);
        const url = new URL(page.url());
        check(url.searchParams.get('from') === from && url.searchParams.get('to') === to, `${way}: ${page.url()}`);
        check(decodeURIComponent(url.search).includes('checkout'), `${way} lost the service: ${page.url()}`);
      }
      await page.goto(`${graph}&from=${from}&to=${to}`);
      await page.getByRole('button', { name: /^This time elsewhere/ }).click();
      await page.getByRole('menuitem', { name: 'Alerts' }).click();
      await page.getByText('CheckoutFails').first().waitFor();
    },
  },
  {
    name: 'alerts, rules and usage keep their filters in saved views',
    onPhone: true,
    async run(page) {
      const pages = ['/alerts?state=firing', '/rules?search=CheckoutFails', '/usage?which=all'];
      for (const path of pages) {
        const name = `e2e ${path.split('?')[0].slice(1)} ${page.viewportSize().width}`;
        await page.goto(path);
        await page.getByRole('button', { name: 'Saved views' }).click();
        await page.getByRole('textbox', { name: 'Name of this view' }).fill(name);
        await page.keyboard.press('Enter');
        await page.getByRole('button', { name: `shown ${name}` }).waitFor();
        await page.goto(path.split('?')[0]);
        await page.getByRole('button', { name: 'Saved views' }).click();
        await page.getByRole('button', { name, exact: true }).click();
        await page.waitForURL(`**${path}`);
        await page.getByRole('button', { name: 'Saved views' }).click();
        await page.getByRole('button', { name: `Delete the view ${name}` }).click();
        await page.getByRole('button', { name: `shown ${name}` }).waitFor({ state: 'detached' });
      }
    },
  },
  {
    name: 'containers and Kubernetes workloads are listed with their figures',
    onPhone: true,
    async run(page) {
      const pod = `cart-${page.viewportSize().width}`;
      const container = { namespace: 'e2e-shop', pod, container: 'cart', id: '/kubepods/1' };
      const deployment = { namespace: 'e2e-shop', deployment: pod };
      await writeSeries(page, [
        [{ __name__: 'container_cpu_usage_seconds_total', ...container }, (i) => i * 7.5],
        [{ __name__: 'container_memory_working_set_bytes', ...container }, () => 256 * 1024 * 1024],
        [{ __name__: 'kube_deployment_spec_replicas', ...deployment }, () => 3],
        [{ __name__: 'kube_deployment_status_replicas_ready', ...deployment }, () => 2],
      ]);
      await page.goto('/infrastructure?from=now-15m&to=now');
      const containers = page.getByRole('table', { name: 'Containers' });
      await containers.getByText(pod).first().waitFor();
      await containers.getByText('256').first().waitFor();
      await page.getByRole('table', { name: 'Kubernetes workloads' }).getByText(pod).first().waitFor();
      const address = page.url();
      await page.goto('/');
      await page.goto(address); // a link that somebody was sent
      await containers.getByText(pod).first().waitFor();
    },
  },
];
