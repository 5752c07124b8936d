// SPDX-License-Identifier: Apache-2.0
// From a symptom to its cause, and what one does about it. Needs spans, logs and a firing alert of the
// service `checkout` (e2e/incident.mjs makes them).
import { check } from './checks.mjs';

const heading = (page, name) => page.getByRole('heading', { level: 1, name }).waitFor();

export const causeFlows = [
  {
    name: 'from the firing alert to the log line that says why, and back',
    async run(page) {
      await page.goto('/');
      await page.getByRole('link', { name: 'CheckoutFails' }).first().waitFor({ timeout: 30_000 });
      await page
        .locator('li', { hasText: 'CheckoutFails' })
        .getByRole('link', { name: 'checkout', exact: true })
        .click();
      await heading(page, 'checkout');
      check(page.url().includes('from='), `the time was not carried: ${page.url()}`);
      await page
        .locator('li', { hasText: 'card declined' })
        .getByRole('link', { name: 'latest trace' })
        .first()
        .click();
      await heading(page, /checkout: POST \/pay/);
      await page.getByRole('treeitem').first().waitFor();
      await page.getByRole('link', { name: 'Logs' }).last().click();
      await page.getByText('payment refused by the bank').first().waitFor();
      await page.goBack();
      await heading(page, /checkout: POST \/pay/);
      await page.goBack();
      await heading(page, 'checkout');
      await page.goBack();
      await heading(page, 'Home');
    },
  },
  {
    name: 'a service shows its queries, calls, queues, instances and deploys',
    async run(page) {
      await page.goto('/services/checkout?from=now-1h&to=now');
      await page.getByRole('link', { name: 'SELECT * FROM cart WHERE id = ?' }).waitFor();
      await page.getByRole('table', { name: 'External calls' }).getByText('bank.example').waitFor();
      await page.getByRole('table', { name: 'Queues' }).getByText('orders').first().waitFor();
      await page.getByRole('table', { name: 'Instances' }).getByText('version 1.5').first().waitFor();
      await page.getByText('deploy of checkout 1.5').waitFor();
      await page.getByText('PaymentError').first().waitFor();
      await page.getByRole('link', { name: 'SELECT * FROM cart WHERE id = ?' }).click();
      await heading(page, 'Traces');
      await page
        .getByRole('link', { name: /checkout POST \/pay/ })
        .first()
        .waitFor();
    },
  },
  {
    name: 'a trace is searched, read span by span, and folded',
    onPhone: true,
    async run(page) {
      await page.goto(`/traces?${new URLSearchParams({ q: '{ name = "charge" && status = error }', from: 'now-1h' })}`);
      await page
        .getByRole('link', { name: /checkout POST \/pay/ })
        .first()
        .click();
      const rows = page.getByRole('treeitem');
      await rows.nth(3).waitFor();
      if ((await rows.count()) !== 4) throw new Error(`${await rows.count()} rows instead of 4`);
      await page.getByLabel('Find in this trace').fill('server.address=BANK charge');
      await page.getByText('1 span', { exact: true }).waitFor();
      await page.getByRole('button', { name: 'Next', exact: true }).click();
      const span = page.getByRole('complementary', { name: 'Chosen span' });
      await span.getByRole('heading', { name: 'charge' }).waitFor();
      await span.getByText('bank.example').waitFor();
      await span.getByText('card declined').waitFor();
      await page.waitForURL((url) => /^[0-9a-f]{16}$/.test(url.searchParams.get('span') ?? ''));
      await span.getByRole('button', { name: 'Close' }).click();
      await rows.first().click();
      await span.getByText('PaymentError').waitFor();
      await page.getByRole('tree').press('ArrowLeft');
      await rows.nth(1).waitFor({ state: 'detached' });
      await page.getByRole('tree').press('ArrowRight');
      await rows.nth(3).waitFor();
    },
  },
  {
    name: 'the page of an unknown service says so and leads to the one that is meant',
    onPhone: true,
    async run(page) {
      await page.goto('/services/checkou?from=now-1h&to=now');
      await page.getByText('No span of checkou was received in this time').waitFor();
      check((await page.getByRole('heading', { name: 'Endpoints' }).count()) === 0, 'its empty parts are drawn');
      await page.getByRole('link', { name: 'checkout', exact: true }).click();
      await heading(page, 'checkout');
      await page.getByRole('heading', { name: 'Endpoints' }).waitFor();
    },
  },
  {
    name: 'what is different names the version and the level that the time before did not have',
    onPhone: true,
    async run(page) {
      await page.goto('/services/checkout?from=now-10m&to=now');
      await page.getByRole('link', { name: 'What is different' }).first().click();
      await heading(page, 'What is different');
      const version = page.getByRole('region', { name: 'resource.service.version' });
      await version.getByRole('link', { name: '1.5' }).waitFor();
      await page.getByRole('region', { name: 'detected_level' }).getByText('error').waitFor();
      await page.reload();
      await version.getByRole('link', { name: '1.5' }).click();
      await heading(page, 'Traces');
      check(decodeURIComponent(page.url()).includes('resource.service.version'), `no condition in ${page.url()}`);
    },
  },
  {
    name: 'the menu beside the time carries time and service on',
    async run(page) {
      await page.goto(
        '/explore?g0.expr=' + encodeURIComponent('up{service="checkout"}') + '&g0.tab=graph&from=now-20m&to=now',
      );
      await page.getByRole('button', { name: /^This time elsewhere/ }).click();
      await page.getByRole('menuitem', { name: 'Logs' }).click();
      await heading(page, 'Logs');
      const params = new URL(page.url()).searchParams;
      check(params.get('query') === '{service_name="checkout"}', `the service was not carried: ${page.url()}`);
      check(params.get('from') === 'now-20m', `the time was not carried: ${page.url()}`);
    },
  },
  {
    name: 'a box over the heatmap compares what is inside with the rest',
    async run(page) {
      await page.goto('/traces?service=checkout&chart=heatmap&from=now-1h&to=now');
      const map = page.getByRole('img', { name: /spans? by start and duration/ });
      await map.waitFor();
      const box = await map.boundingBox();
      await page.mouse.move(box.x + box.width * 0.6, box.y + 8);
      await page.mouse.down();
      await page.mouse.move(box.x + box.width - 12, box.y + box.height * 0.6, { steps: 4 });
      await page.mouse.up();
      await page.waitForURL(/min=/);
      await page.getByRole('button', { name: /^This time elsewhere/ }).click();
      await page.getByRole('menuitem', { name: 'What is different' }).click();
      await heading(page, 'What is different');
      check(new URL(page.url()).searchParams.get('pick')?.includes('duration >='), `no duration in ${page.url()}`);
      await page
        .getByText(/selected: \d/)
        .first()
        .waitFor();
    },
  },
  {
    name: 'an alert is acknowledged and silenced',
    async run(page) {
      await page.goto('/notifications');
      const alert = page.locator('li, article, section').filter({ hasText: 'CheckoutFails' }).last();
      await alert.waitFor();
      await page.getByRole('button', { name: 'Acknowledge' }).first().click();
      const dialog = page.getByRole('dialog');
      await dialog.getByLabel('Name').fill('the test');
      await dialog.locator('button[type=submit]').click();
      await dialog.waitFor({ state: 'detached' });
      await page.getByText('the test').first().waitFor();
      await page.goto('/alerts?search=CheckoutFails');
      await page.getByRole('button', { name: 'Silence' }).first().click();
      const silence = page.getByRole('dialog');
      await silence.getByText(/Hits 1 alert now/).waitFor();
      await silence.getByLabel('Comment').fill('the bank knows');
      await silence.getByLabel('Author').fill('the test');
      await silence.getByRole('button', { name: 'Silence' }).click();
      await silence.waitFor({ state: 'detached' });
      await page.goto('/silences');
      await page.getByText('the bank knows').waitFor();
    },
  },
  {
    name: 'a metric that nobody asks for leads to a rule that drops it',
    onPhone: true,
    async run(page) {
      await page.goto('/usage');
      await page.getByRole('checkbox').first().click();
      const rule = page.getByLabel('Rule that drops them');
      await rule.getByText('metric_relabel_configs').waitFor();
      check((await rule.innerText()).includes('drop'), 'the rule does not drop');
      await page.getByRole('button', { name: 'Copy' }).first().waitFor();
    },
  },
  {
    name: 'the page for sending data shows who sends',
    onPhone: true,
    async run(page) {
      await page.goto('/send-data');
      await page.getByRole('heading', { name: 'What has arrived' }).waitFor();
      await page.getByText(/\d+ spans from checkout/).waitFor();
      await page.getByRole('button', { name: 'Python' }).click();
      await page.getByText('opentelemetry-instrument python app.py').waitFor();
      check(page.url().includes('stack=python'), `the choice is not in the address: ${page.url()}`);
      const line = { stream: { service_name: 'e2e-new' }, values: [[`${Date.now()}000000`, 'the first line']] };
      await page.request.post('/loki/api/v1/push', { data: { streams: [line] } });
      await page.getByText(/received 1 log line from e2e-new/).waitFor();
    },
  },
  {
    name: 'an alert link on a phone shows what and since when, and leads on',
    onPhone: true,
    async run(page) {
      await page.goto('/alerts?search=CheckoutFails');
      await page.getByRole('heading', { name: 'CheckoutFails' }).waitFor();
      await page
        .getByText(/^since /)
        .first()
        .waitFor();
      await page.getByRole('link', { name: 'Service checkout' }).first().click();
      await heading(page, 'checkout');
    },
  },
  {
    name: 'every signal is explored from its own page',
    async run(page) {
      await page.goto(
        '/explore?g0.expr=' +
          encodeURIComponent('sum by (service) (rate(traces_spanmetrics_calls_total[5m]))') +
          '&g0.tab=graph',
      );
      await page.locator('.u-over').waitFor();
      await page.goto('/traces?q=' + encodeURIComponent('{ resource.service.name = "checkout" && status = error }'));
      await page
        .getByRole('link', { name: /checkout POST \/pay/ })
        .first()
        .waitFor();
      await page.goto('/logs?query=' + encodeURIComponent('{service_name="checkout"} |= "refused"'));
      await page.getByText('payment refused by the bank').first().waitFor();
      await page.goto('/errors?search=checkout');
      await page.getByRole('table', { name: 'Errors' }).getByText('PaymentError').first().waitFor();
    },
  },
];
