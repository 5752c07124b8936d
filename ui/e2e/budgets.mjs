// SPDX-License-Identifier: Apache-2.0
// Measures the budgets of the interface against a running Signalbox in headless Chromium:
//   BASE_URL=http://127.0.0.1:3000 DASHBOARD=/d/rYdddlPWk/node-exporter-full node e2e/budgets.mjs
// Times count from the start of the navigation, with a warm HTTP cache (the second of five loads on),
// and are the median. Prints one line each; exit code 1 if one is over its budget.
import { chromium } from 'playwright-core';

const base = process.env.BASE_URL ?? 'http://127.0.0.1:3000';
const dashboard = process.env.DASHBOARD ?? '/d/rYdddlPWk/node-exporter-full';
const rounds = 5;

const browser = await chromium.launch({
  executablePath: process.env.CHROMIUM ?? '/usr/bin/chromium',
  args: ['--no-sandbox', '--disable-gpu', '--disable-background-networking'],
});
const context = await browser.newContext({ viewport: { width: 1440, height: 900 } });
const page = await context.newPage();

/** Milliseconds until the expression is true, asked once a frame. */
async function until(path, expression) {
  await page.goto(base + path, { waitUntil: 'commit' });
  await page.waitForFunction(expression, null, { polling: 'raf', timeout: 30_000 });
  return page.evaluate(() => performance.now());
}

async function median(path, expression) {
  await until(path, expression);
  const times = [];
  for (let i = 0; i < rounds; i++) times.push(await until(path, expression));
  return times.sort((a, b) => a - b)[Math.floor(rounds / 2)];
}

const drawn = (count) =>
  `[...document.querySelectorAll('[data-panel]')].filter((panel) => panel.querySelector('canvas, svg[role=img], table, [role=table]') || /\\d/.test(panel.children[panel.children.length - 1]?.textContent ?? '')).length >= ${count}`;

const rows = [
  ['home, first figures', 300, await median('/', `/\\d/.test(document.querySelector('main')?.textContent ?? '')`)],
  ['dashboard, first panel drawn', 500, await median(dashboard, drawn(1))],
  ['dashboard, ten panels drawn', 1500, await median(dashboard, drawn(10))],
];
// Waiting depends on who else uses the machine; the work of the page itself does not.
const session = await context.newCDPSession(page);
await session.send('Performance.enable');
await until(dashboard, drawn(10));
const metrics = Object.fromEntries(
  (await session.send('Performance.getMetrics')).metrics.map(({ name, value }) => [name, value]),
);
console.log(
  `      dashboard, ten panels: ${Math.round(metrics.TaskDuration * 1000)} ms of main thread, ${Math.round(metrics.ScriptDuration * 1000)} ms of it script`,
);
let isOver = false;
for (const [name, budget, ms] of rows) {
  isOver ||= ms > budget;
  console.log(`${ms <= budget ? 'ok   ' : 'OVER '} ${name}: ${Math.round(ms)} ms (budget ${budget} ms)`);
}
await browser.close();
process.exit(isOver ? 1 : 0);
