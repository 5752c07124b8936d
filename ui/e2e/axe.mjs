// SPDX-License-Identifier: Apache-2.0
// axe-core over every page of a full server, and over its dialogs, menus and editors:
//
//   BASE_URL=http://127.0.0.1:3000 node e2e/axe.mjs [NAME…]
//
// BASE_URL is a server that may be written into (screen_fixtures.mjs); INCIDENT=1 writes an incident first,
// so that the pages have something to show. NAME takes only what has it in its name. LOOKS says on which
// sizes and themes (desk-dark,phone-light); what is more than a page is judged in the first, with VIEWS=all
// in each. Prints a line a page; the exit code is 1 if anything serious is found, or if axe-core did not
// judge a page.
import { chromium } from 'playwright-core';
import { audit } from './audit.mjs';
import { makeIncident } from './incident.mjs';
import { hasTitle, isQuiet } from './screen_checks.mjs';
import { makeFixtures } from './screen_fixtures.mjs';
import { namesOf, pages } from './screen_list.mjs';
import { views } from './screen_views.mjs';

const base = process.env.BASE_URL ?? 'http://127.0.0.1:3000';
const sizes = { desk: { width: 1440, height: 900 }, phone: { width: 390, height: 844 } };
const looks = (process.env.LOOKS ?? 'desk-dark,phone-light').split(',');
const atOnce = 2;
const only = process.argv.slice(2);

if (process.env.INCIDENT === '1') await makeIncident(base);
const fixtures = await makeFixtures(base);
const names = { ...(await namesOf(base)), ...fixtures.names };
const browser = await chromium.launch({
  executablePath: process.env.CHROMIUM ?? '/usr/bin/chromium',
  args: ['--no-sandbox', '--disable-gpu', '--disable-background-networking', '--disable-dev-shm-usage'],
});
const found = [...pages, ...views].filter((one) => only.length === 0 || only.some((name) => one.name.includes(name)));
let judged = 0;
let failed = 0;

async function judge(context, one, look) {
  const page = await context.newPage();
  try {
    await page.goto(one.path(names), { waitUntil: 'load' });
    await (one.ready ?? hasTitle)(page);
    await isQuiet(page, 3000);
    if (one.act) {
      await one.act(page, names);
      await isQuiet(page, 2000);
    }
    const { passed, unsure, serious } = await audit(page);
    judged++;
    if (serious.length > 0) failed++;
    console.log(
      `${serious.length > 0 ? 'FAIL' : 'ok  '}  ${one.name} ${look}: ${passed} rules passed, ${unsure} unsure`,
    );
    for (const line of serious) console.log(`      ${line}`);
  } catch (error) {
    failed++;
    console.log(`FAIL  ${one.name} ${look}: ${String(error).split('\n')[0]}`);
  } finally {
    await page.close();
  }
}

const contexts = new Map();
for (const look of looks) {
  const [size, theme] = look.split('-');
  const context = await browser.newContext({
    viewport: sizes[size],
    colorScheme: theme,
    baseURL: base,
    reducedMotion: 'reduce',
    bypassCSP: true,
  });
  context.setDefaultTimeout(20_000);
  contexts.set(look, context);
}
const waiting = looks.flatMap((look, i) =>
  found
    .filter((one) => i === 0 || process.env.VIEWS === 'all' || pages.includes(one))
    .filter((one) => one.looks?.includes(look) ?? true)
    .map((one) => ({ one, look })),
);
async function judgeNext() {
  for (let next = waiting.shift(); next; next = waiting.shift())
    await judge(contexts.get(next.look), next.one, next.look);
}
await Promise.all(Array.from({ length: atOnce }, judgeNext));
await fixtures.remove();
await browser.close();
console.log(`axe: ${judged} pages and views judged, ${failed} with serious findings or without a judgement`);
process.exit(failed > 0 ? 1 : 0);
