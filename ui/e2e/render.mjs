// SPDX-License-Identifier: Apache-2.0
// Draws every dashboard of a folder in headless Chromium, with data that fits its queries, and counts
// the panels that really show something: painted pixels, shapes, rows or words, and no error.
//
//   BASE_URL=http://127.0.0.1:3000 PROMETHEUS_URL=… LOKI_URL=… OTLP_URL=… node e2e/render.mjs FOLDER [NAME…]
//
// Writes the data into that (empty) server. Prints each panel that stays blank and why, the counts a
// line a dashboard, and the sum; exit code 1 below 95 %. SCREENSHOTS names a folder for pictures.
import { readFileSync, readdirSync } from 'node:fs';
import { join } from 'node:path';
import { chromium } from 'playwright-core';
import { dataFor, importLines } from './matching_data.mjs';
import { judgePanel } from './judge_panel.mjs';

const base = process.env.BASE_URL ?? 'http://127.0.0.1:3000';
const prometheus = process.env.PROMETHEUS_URL ?? `${base}/prometheus`;
const loki = process.env.LOKI_URL ?? base;
const otlp = process.env.OTLP_URL ?? `${base}/otlp`;
const [folder, ...only] = process.argv.slice(2);
const nowMs = Date.now();

async function post(url, body, type = 'application/json') {
  const reply = await fetch(url, { method: 'POST', body, headers: { 'Content-Type': type } });
  if (!reply.ok) throw new Error(`${url}: ${reply.status} ${(await reply.text()).slice(0, 300)}`);
  return reply.text();
}

const attribute = (key, value) => ({ key, value: { stringValue: value } });

async function sendSpans(service) {
  const id = (n, bytes) => n.toString(16).padStart(bytes * 2, '0');
  const resource = {
    attributes: [attribute('service.name', service), attribute('service.namespace', 'service_namespace-1')],
  };
  const spans = Array.from({ length: 20 }, (_, i) => ({
    traceId: id(i + 1, 16),
    spanId: id(i + 1, 8),
    name: 'GET /cart',
    kind: 2,
    startTimeUnixNano: `${nowMs - 600_000 + i * 1000}000000`,
    endTimeUnixNano: `${nowMs - 600_000 + i * 1000 + 40}000000`,
    status: { code: i % 3 === 0 ? 2 : 0 },
  }));
  const logRecords = spans.map((span) => ({
    timeUnixNano: span.startTimeUnixNano,
    severityNumber: 17,
    severityText: 'ERROR',
    body: { stringValue: 'a line of the test' },
    traceId: span.traceId,
    spanId: span.spanId,
  }));
  await post(`${otlp}/v1/traces`, JSON.stringify({ resourceSpans: [{ resource, scopeSpans: [{ spans }] }] }));
  await post(`${otlp}/v1/logs`, JSON.stringify({ resourceLogs: [{ resource, scopeLogs: [{ logRecords }] }] }));
}

async function send({ series, streams, service }) {
  await post(
    `${prometheus}/api/v1/import`,
    importLines(series, nowMs, 30_000, 100).join('\n'),
    'application/stream+json',
  );
  if (streams.length > 0) {
    const body = streams.map(({ labels, line }) => ({
      stream: Object.fromEntries(labels),
      values: Array.from({ length: 30 }, (_, i) => [`${nowMs - (30 - i) * 30_000}000000`, `${line} n=${i}`]),
    }));
    await post(`${loki}/loki/api/v1/push`, JSON.stringify({ streams: body }));
  }
  await sendSpans(service);
}

async function judge(page, name) {
  const rows = page.locator('button[aria-expanded=false][data-row]');
  while ((await rows.count()) > 0) await rows.first().click();
  const count = await page.locator('[data-panel]').count();
  const verdicts = [];
  for (let i = 0; i < count; i++) {
    const panel = page.locator('[data-panel]').nth(i);
    await panel.evaluate((element) => element.scrollIntoView({ block: 'center' }));
    let verdict = null;
    for (let left = 60; left > 0; left--) {
      verdict = await panel.evaluate(judgePanel);
      if (verdict.isSettled) break;
      await page.evaluate(() => new Promise((resolve) => setTimeout(resolve, 100)));
    }
    verdicts.push(verdict);
  }
  if (process.env.SCREENSHOTS) {
    await page.evaluate(() => document.querySelector('main')?.scrollTo(0, 0));
    await page.screenshot({ path: join(process.env.SCREENSHOTS, `${name}.png`) });
  }
  return verdicts;
}

const files = readdirSync(folder)
  .filter((name) => name.endsWith('.json') && (only.length === 0 || only.includes(name.replace('.json', ''))))
  .sort();
const browser = await chromium.launch({
  executablePath: process.env.CHROMIUM ?? '/usr/bin/chromium',
  args: ['--no-sandbox', '--disable-gpu', '--disable-background-networking', '--disable-dev-shm-usage'],
});
const context = await browser.newContext({ viewport: { width: 1440, height: 1400 }, baseURL: base });
let drawn = 0;
let total = 0;
let thrown = 0;
for (const file of files) {
  const json = JSON.parse(readFileSync(join(folder, file), 'utf8'));
  const name = file.replace('.json', '');
  const found = dataFor(json);
  await send(found);
  const uid = json.uid || name;
  const stored = { ...json, uid, id: null };
  await post(`${base}/api/dashboards/db`, JSON.stringify({ dashboard: stored, overwrite: true }));
  const params = new URLSearchParams({ from: String(nowMs - 1_800_000), to: String(nowMs), refresh: 'off' });
  for (const [variable, value] of found.values) if (value !== '') params.set(`var-${variable}`, value);
  const page = await context.newPage();
  const errors = [];
  page.on('pageerror', (error) => errors.push(String(error)));
  await page.goto(`/d/${uid}/x?${params}`);
  await page.locator('[data-panel]').first().waitFor({ timeout: 30_000 });
  const verdicts = await judge(page, name);
  const good = verdicts.filter((one) => one.isDrawn).length;
  console.log(`${name}: ${good} of ${verdicts.length} panels`);
  for (const one of verdicts.filter((v) => !v.isDrawn)) console.log(`  blank: ${one.title} (${one.state}): ${one.why}`);
  for (const error of errors) console.log(`  thrown: ${error}`);
  drawn += good;
  total += verdicts.length;
  thrown += errors.length;
  await page.close();
}
await browser.close();
console.log(`conformance: dashboard panels in the browser ${drawn} of ${total} drawn, ${files.length} dashboards`);
process.exit(total > 0 && drawn / total >= 0.95 && thrown === 0 ? 0 : 1);
