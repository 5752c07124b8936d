// SPDX-License-Identifier: Apache-2.0
// The main flows in a real browser against a running Signalbox (or a development server):
//   BASE_URL=http://127.0.0.1:3000 npm run e2e
// CHROMIUM names the browser (default /usr/bin/chromium). Needs at least the server's own metrics.
// INCIDENT=1 writes an incident (incident.mjs) into that server and walks from its alert to its cause too;
// only for servers that may be written into.
// Each flow has its own page; a failure prints the flow, keeps a screenshot if SCREENSHOTS names a
// folder, and makes the exit code 1. Every error that the page logs counts as a failure.
import { chromium } from 'playwright-core';
import { carryFlows } from './carry_flows.mjs';
import { causeFlows } from './cause_flows.mjs';
import { editorFlows } from './editor_flows.mjs';
import { flows as allFlows } from './flows.mjs';
import { makeIncident } from './incident.mjs';
import { qualityFlows } from './quality_flows.mjs';
import { searchFlows } from './search_flows.mjs';
import { sloSpanFlows } from './slo_flows.mjs';

const base = process.env.BASE_URL ?? 'http://127.0.0.1:3000';
const flags = [
  '--no-sandbox',
  '--disable-gpu',
  '--disable-quic',
  '--no-first-run',
  '--disable-background-networking',
  '--disable-component-update',
  '--disable-sync',
];
const sizes = { desktop: { width: 1440, height: 900 }, phone: { width: 390, height: 844 } };

const browser = await chromium.launch({ executablePath: process.env.CHROMIUM ?? '/usr/bin/chromium', args: flags });
let failed = 0;

async function run(flow, sizeName) {
  const context = await browser.newContext({ viewport: sizes[sizeName], baseURL: base, timezoneId: 'Europe/Berlin' });
  context.setDefaultTimeout(20_000);
  const page = await context.newPage();
  const errors = [];
  page.on('pageerror', (error) => errors.push(String(error)));
  const began = performance.now();
  try {
    await flow.run(page);
    const overflow = await page.evaluate(() => document.documentElement.scrollWidth - window.innerWidth);
    if (overflow > 0) throw new Error(`the page is ${overflow} px wider than the window`);
    if (errors.length > 0) throw new Error(`the page threw: ${errors.join('; ')}`);
    console.log(`ok    ${sizeName} ${flow.name} (${Math.round(performance.now() - began)} ms)`);
  } catch (error) {
    failed++;
    console.error(`FAIL  ${sizeName} ${flow.name}: ${error.message}`);
    if (process.env.SCREENSHOTS) {
      await page.screenshot({
        path: `${process.env.SCREENSHOTS}/${flow.name.replaceAll(/\W+/g, '_')}-${sizeName}.png`,
      });
    }
  } finally {
    await context.close();
  }
}

const only = process.argv[2] ?? '';
const withIncident = process.env.INCIDENT === '1';
if (withIncident && process.env.INCIDENT_THERE !== '1') await makeIncident(base);
const flows = [
  ...(withIncident ? [...causeFlows, ...carryFlows, ...sloSpanFlows] : []),
  ...allFlows,
  ...editorFlows,
  ...searchFlows,
  ...qualityFlows,
];
for (const flow of flows.filter((one) => one.name.includes(only))) {
  await run(flow, 'desktop');
  if (flow.onPhone) await run(flow, 'phone');
}
await browser.close();
if (failed > 0) {
  console.error(`${failed} flow(s) failed`);
  process.exit(1);
}
