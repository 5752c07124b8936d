// SPDX-License-Identifier: Apache-2.0
// How fast a trace of 100,000 spans is on screen and stays fluid, in headless Chromium:
//   BASE_URL=http://127.0.0.1:3000 [SPANS=100000] [SCREENSHOTS=folder] node e2e/large_trace.mjs
// Sends the trace itself (OTLP JSON), opens it, and prints when the first row of the waterfall was
// painted, of what that consists, and how long frames took while it scrolled. Exit code 1 above the
// budget: 1 s of CPU of the page's main thread until the first row.
import { chromium } from 'playwright-core';

const base = process.env.BASE_URL ?? 'http://127.0.0.1:3000';
// Where spans are sent, if it is another address than the pages'.
const api = process.env.API_URL ?? base;
const count = Number(process.env.SPANS ?? 100_000);
const budgetMs = 1000;
const traceId = [...crypto.getRandomValues(new Uint8Array(16))].map((b) => b.toString(16).padStart(2, '0')).join('');
const services = ['gateway', 'cart', 'payments', 'stock', 'mail'];

// A tree of eight children a span, as deep as it gets, with what instrumentations attach.
function spansOf(service) {
  const start = BigInt(Date.now() - 60_000) * 1_000_000n;
  const spans = [];
  for (let i = service; i < count; i += services.length) {
    const begin = start + BigInt(i) * 100_000n;
    spans.push({
      traceId,
      spanId: (i + 1).toString(16).padStart(16, '0'),
      ...(i > 0 && { parentSpanId: (Math.floor((i - 1) / 8) + 1).toString(16).padStart(16, '0') }),
      name: `${['GET', 'SELECT', 'publish'][i % 3]} /things/${i % 40}`,
      kind: 1 + (i % 5),
      startTimeUnixNano: String(begin),
      endTimeUnixNano: String(i === 0 ? begin + 20_000_000_000n : begin + BigInt(1 + (i % 900)) * 1_000_000n),
      attributes: [
        { key: 'http.request.method', value: { stringValue: 'GET' } },
        { key: 'http.response.status_code', value: { intValue: String(i % 50 === 0 ? 500 : 200) } },
        { key: 'user.id', value: { intValue: String(i % 1000) } },
      ],
      status: i % 50 === 0 ? { code: 2, message: 'failed' } : {},
    });
  }
  return spans;
}

for (const [i, name] of services.entries()) {
  const attributes = [{ key: 'service.name', value: { stringValue: name } }];
  const spans = spansOf(i);
  for (let at = 0; at < spans.length; at += 5000) {
    const body = {
      resourceSpans: [{ resource: { attributes }, scopeSpans: [{ spans: spans.slice(at, at + 5000) }] }],
    };
    const headers = { 'content-type': 'application/json' };
    const reply = await fetch(`${api}/otlp/v1/traces`, { method: 'POST', headers, body: JSON.stringify(body) });
    if (!reply.ok) throw new Error(`OTLP: ${reply.status} ${await reply.text()}`);
  }
}

const browser = await chromium.launch({
  executablePath: process.env.CHROMIUM ?? '/usr/bin/chromium',
  args: ['--no-sandbox', '--disable-gpu', '--disable-background-networking'],
});
const context = await browser.newContext({ viewport: { width: 1440, height: 900 } });
const page = await context.newPage();
const errors = [];
page.on('pageerror', (error) => errors.push(String(error)));
await page.goto(base + '/traces'); // the scripts are in the cache then
const session = await context.newCDPSession(page);
await session.send('Performance.enable', { timeDomain: 'threadTicks' });

/** CPU time of the page's main thread so far, in ms: what does not depend on who else uses the machine. */
async function cpuMs() {
  const { metrics } = await session.send('Performance.getMetrics');
  return 1000 * metrics.find(({ name }) => name === 'TaskDuration').value;
}

async function open() {
  await page.goto('about:blank');
  const before = await cpuMs();
  await page.goto(`${base}/trace/${traceId}`, { waitUntil: 'commit' });
  await page.waitForFunction(`document.querySelector('[role=treeitem]') !== null`, null, {
    polling: 'raf',
    timeout: 120_000,
  });
  const cpu = (await cpuMs()) - before;
  const times = await page.evaluate(() => {
    const painted = performance.now();
    const load = performance.getEntriesByType('resource').find((entry) => entry.name.includes('/api/v3/traces/'));
    return { painted, asked: load.requestStart, answered: load.responseEnd, bytes: load.decodedBodySize };
  });
  return { ...times, cpu };
}

const rounds = [];
for (let i = 0; i < 3; i++) rounds.push(await open());
rounds.sort((a, b) => a.cpu - b.cpu);
const middle = rounds[1];
const own = middle.cpu;

const frames = await page.evaluate(async () => {
  const tree = document.querySelector('[role=tree]');
  const times = [];
  let last = performance.now();
  for (let i = 0; i < 60; i++) {
    tree.scrollTop += 4000;
    await new Promise(requestAnimationFrame);
    times.push(performance.now() - last);
    last = performance.now();
  }
  return times.sort((a, b) => a - b);
});
if (process.env.SCREENSHOTS) await page.screenshot({ path: `${process.env.SCREENSHOTS}/large_trace.png` });
const rowsInDocument = await page.evaluate(() => document.querySelectorAll('[role=treeitem]').length);
console.log(
  `${count} spans, ${(middle.bytes / 1e6).toFixed(1)} MB: first row ${Math.round(middle.painted)} ms after navigation, ` +
    `of it ${Math.round(middle.answered - middle.asked)} ms for the answer; ` +
    `${Math.round(own)} ms of the main thread's CPU until then (budget ${budgetMs} ms); ` +
    `scrolling: frames of ${Math.round(frames[30])} ms, worst ${Math.round(frames[59])} ms, ${rowsInDocument} rows in the document`,
);
await browser.close();
if (errors.length > 0) console.error(errors.join('\n'));
process.exit(own > budgetMs || errors.length > 0 ? 1 : 0);
