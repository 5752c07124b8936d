// SPDX-License-Identifier: Apache-2.0
// Objectives: written as PromQL on any server, taken from what spans show on one with an incident.
import { check } from './checks.mjs';

const api = '/api/signalbox/v1';
const heading = (page, name) => page.getByRole('heading', { level: 1, name }).waitFor();
const field = (page, label) => page.getByRole('textbox', { name: label, exact: true });
/** The named control with all that stands beside it. */
const fieldBox = (page, label) => page.locator('div', { has: field(page, label) }).last();
const remove = (page, id) => page.request.delete(`${api}/slos/${encodeURIComponent(id)}`);

async function refused(page, label, text) {
  await fieldBox(page, label).getByRole('alert').filter({ hasText: text }).waitFor();
}

/** Spans become metrics every few seconds. */
async function waitForOffer(page, service) {
  for (let i = 0; i < 30; i++) {
    const reply = await page.request.get(`${api}/slo-suggestions`);
    const { data } = await reply.json();
    if (data.suggestions.some((one) => one.service === service && one.calls >= 100)) return;
    await page.waitForTimeout(1000);
  }
  throw new Error(`${service} is never offered`);
}

export const sloFlows = [
  {
    name: 'an objective of own PromQL is tried, refused beside its field, created, changed and deleted',
    onPhone: true,
    async run(page) {
      const name = `e2e-${Date.now()}`;
      await page.goto('/slos');
      await page.getByRole('link', { name: 'New objective' }).click();
      await heading(page, 'New objective');
      await page.getByRole('radio', { name: 'Own PromQL' }).click();
      await field(page, 'First counter').fill('signalbox_http_refused_total{');
      await field(page, 'Counter of all').fill('signalbox_http_connections_accepted_total');
      await refused(page, 'First counter', 'parse error');
      await field(page, 'First counter').fill('signalbox_http_refused_total');
      await field(page, 'Target in percent').fill('101');
      await refused(page, 'Target in percent', 'above 0 and below 100');
      await page.getByRole('button', { name: /^99.5 %/ }).click();
      await refused(page, 'Name', 'needs name and service');
      await field(page, 'Name').fill(name);
      await field(page, 'Service').fill('e2e');
      await field(page, 'Page, fast burn: burn rate').fill('10');
      await page.getByRole('switch', { name: 'Ticket, slow burn' }).click();
      await page.getByText('Last 28 days').waitFor();
      await page.getByText('10× over 1h and 5m').waitFor();
      check((await page.getByText('1× over 3d and 6h').count()) === 0, 'an alert that is off is tried');
      try {
        await page.getByRole('button', { name: 'Create objective' }).click();
        await heading(page, name);
        await page.getByText('page: burns 10× over 1h and 5m').waitFor();
        await page.goto('/slos/new?kind=own');
        await field(page, 'First counter').fill('signalbox_http_refused_total');
        await field(page, 'Counter of all').fill('signalbox_http_connections_accepted_total');
        await field(page, 'Name').fill(name);
        await field(page, 'Service').fill('e2e');
        await page.getByText('Last 28 days').waitFor();
        await page.getByRole('button', { name: 'Create objective' }).click();
        await refused(page, 'Name', 'there is an objective of this name');
        await page.goto(`/slos/e2e-${name}`);
        await page.getByRole('link', { name: 'Change' }).click();
        await heading(page, 'Change the objective');
        check((await field(page, 'Page, fast burn: burn rate').inputValue()) === '10', 'the burn rate was lost');
        await field(page, 'Description').fill('written by a flow');
        await page.getByText('Last 28 days').waitFor();
        await page.getByRole('button', { name: 'Save' }).click();
        await heading(page, name);
        await page.getByText('written by a flow').waitFor();
        page.once('dialog', (dialog) => void dialog.accept());
        await page.getByRole('button', { name: 'Delete' }).click();
        await heading(page, 'Objectives');
        check((await page.request.get(`${api}/slos/e2e-${name}`)).status() === 404, 'it is still there');
      } finally {
        await remove(page, `e2e-${name}`);
      }
    },
  },
];

/** Need the spans of e2e/incident.mjs. */
export const sloSpanFlows = [
  {
    name: 'what spans show is offered, one click fills in the form, and its objective takes the offer away',
    onPhone: true,
    async run(page) {
      await waitForOffer(page, 'checkout');
      await page.goto('/slos?search=checkout');
      const offer = page.locator('li', { hasText: 'service; ' }).filter({ hasText: 'checkout' });
      await offer.getByRole('link', { name: /without error/ }).click();
      await heading(page, 'New objective');
      check((await field(page, 'Service').inputValue()) === 'checkout', 'the service is not filled in');
      await page
        .getByText(/errors of \d/)
        .first()
        .waitFor();
      const name = await field(page, 'Name').inputValue();
      try {
        await page.getByRole('button', { name: 'Create objective' }).click();
        await heading(page, name);
        await page.goto('/slos?search=checkout');
        await page.getByRole('link', { name, exact: true }).waitFor();
        await offer.getByRole('link', { name: /within/ }).waitFor();
        check((await offer.getByRole('link', { name: /without error/ }).count()) === 0, 'it is still offered');
      } finally {
        await remove(page, `checkout-${name}`);
      }
    },
  },
  {
    name: 'a journey and an endpoint are chosen in the form, for speed',
    async run(page) {
      await waitForOffer(page, 'checkout');
      await page.goto('/slos/new');
      await page.getByRole('button', { name: /^pay/ }).click();
      await page.getByRole('radio', { name: 'Quick enough' }).click();
      await page.getByRole('combobox', { name: 'Threshold' }).selectOption({ index: 1 });
      await page.getByText('Last 28 days').waitFor();
      check((await field(page, 'Name').inputValue()) === 'pay-latency', 'the journey is not filled in');
      await page.getByRole('radio', { name: 'Endpoint' }).click();
      await page.getByRole('combobox', { name: 'Service of the endpoints' }).selectOption('checkout');
      await page.getByRole('button', { name: /^POST \/pay/ }).click();
      check((await field(page, 'Name').inputValue()) === 'post-pay-latency', 'the endpoint is not filled in');
      await page.getByRole('radio', { name: 'Its rules' }).click();
      await page.getByText('slo:sli_error:ratio_rate5m').first().waitFor();
    },
  },
];
