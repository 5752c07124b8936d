// SPDX-License-Identifier: Apache-2.0
// Pictures of every page for looking at: dark and light, desk and phone, full, empty, loading, failing.
//
//   BASE_URL=http://127.0.0.1:3000 [EMPTY_URL=http://…] node e2e/screens.mjs FOLDER [NAME…]
//
// BASE_URL is a server with data (the demo) that may be written into: a dashboard, a playlist and the like
// (screen_fixtures.mjs) are made and taken away. EMPTY_URL a fresh one; without it the empty states are left
// out. Answers that never come and answers of 500 are made in the browser. FOLDER gets a picture each
// (page-state-size-theme.png) and contact sheets; nothing of it belongs into the repository. NAME draws
// only pages whose name contains it. STATES=full,loading draws only those, LOOKS=desk-dark only that look,
// AUDIT=0 leaves axe-core out, AT_ONCE says how many pages are open at a time.
//
// Reports what a picture does not show: errors thrown, pages wider than the window, texts cut without an
// ellipsis, and what axe-core finds serious. Exit code 1 if there is any of it.
import { mkdirSync, writeFileSync } from 'node:fs';
import { join } from 'node:path';
import { chromium } from 'playwright-core';
import { audit } from './audit.mjs';
import { makeFixtures } from './screen_fixtures.mjs';
import { namesOf, pages } from './screen_list.mjs';
import { views } from './screen_views.mjs';
import { contactSheets } from './contact_sheets.mjs';
import { cutTexts, hasTitle, isData, isQuiet } from './screen_checks.mjs';

const full = process.env.BASE_URL ?? 'http://127.0.0.1:3000';
const empty = process.env.EMPTY_URL;
const wantedStates = process.env.STATES?.split(',');
const wantedLooks = process.env.LOOKS?.split(',');
const isAudited = process.env.AUDIT !== '0';
const atOnce = Number(process.env.AT_ONCE ?? 2);
const [folder, ...only] = process.argv.slice(2);
const sizes = { desk: { width: 1440, height: 900 }, phone: { width: 390, height: 844 } };
const failure = {
  status: 500,
  json: { status: 'error', errorType: 'internal', error: 'disk I/O error: page 7 of part 3 has a wrong checksum' },
};

/** How the answers of the server are bent in each state. */
const states = {
  full: { base: full },
  empty: { base: empty },
  loading: { base: full, route: () => undefined },
  failing: { base: full, route: (route) => route.fulfill(failure) },
  away: { base: full, route: (route) => route.abort() },
};

const everywhere = ['desk-dark', 'desk-light', 'phone-dark', 'phone-light'];
const looks = {
  full: everywhere,
  empty: ['desk-light', 'phone-dark'],
  loading: ['desk-dark', 'phone-light'],
  failing: ['desk-light', 'phone-dark'],
  away: ['desk-dark'],
};

const shots = Object.keys(states)
  .filter((state) => states[state].base && (!wantedStates || wantedStates.includes(state)))
  .flatMap((state) =>
    [...pages, ...(state === 'full' ? views : [])]
      .filter((page) => only.length === 0 || only.some((name) => page.name.includes(name)))
      .flatMap((page) =>
        (wantedLooks ?? looks[state])
          .filter((look) => page.looks?.includes(look) ?? true)
          .map((look) => ({ page, state, look })),
      ),
  );

mkdirSync(folder, { recursive: true });
const browser = await chromium.launch({
  executablePath: process.env.CHROMIUM ?? '/usr/bin/chromium',
  args: ['--no-sandbox', '--disable-gpu', '--disable-background-networking', '--disable-dev-shm-usage'],
});
const fixtures = await makeFixtures(full);
const known = {
  [full]: { ...(await namesOf(full)), ...fixtures.names },
  ...(empty ? { [empty]: await namesOf(empty) } : {}),
};
const findings = [];

async function judge(page, name) {
  for (const one of (await audit(page)).serious) findings.push([name, `axe ${one}`]);
}

async function draw({ page: one, state, look }) {
  const [size, theme] = look.split('-');
  const { base, route } = states[state];
  const name = `${one.name}-${state}-${look}`;
  const context = await browser.newContext({
    viewport: sizes[size],
    colorScheme: theme,
    baseURL: base,
    reducedMotion: 'reduce',
    bypassCSP: true,
  });
  context.setDefaultTimeout(15_000);
  const page = await context.newPage();
  page.on('pageerror', (error) => findings.push([name, `threw ${String(error).slice(0, 300)}`]));
  if (route) await page.route(isData, route);
  try {
    await page.goto(one.path(known[base]), { waitUntil: 'load' });
    await (one.ready ?? hasTitle)(page);
    await isQuiet(page, state === 'loading' ? 600 : 8000);
    if (one.act) {
      await one.act(page, known[base]);
      await isQuiet(page, 3000);
    }
    await page.screenshot({ path: join(folder, `${name}.png`) });
    const over = await page.evaluate(() => document.documentElement.scrollWidth - window.innerWidth);
    if (over > 0) findings.push([name, `${over} px wider than the window`]);
    for (const text of await page.evaluate(cutTexts)) findings.push([name, `cut: ${text}`]);
    if (isAudited && (state === 'full' || size === 'desk')) await judge(page, name);
  } catch (error) {
    findings.push([name, String(error).split('\n')[0]]);
    await page.screenshot({ path: join(folder, `${name}.png`) }).catch(() => undefined);
  }
  await context.close();
  return name;
}

const drawn = [];
const waiting = [...shots];
async function drawNext() {
  for (let shot = waiting.shift(); shot; shot = waiting.shift()) drawn.push(await draw(shot));
}
await Promise.all(Array.from({ length: atOnce }, drawNext));
const places = new Map(shots.map(({ page, state, look }, i) => [`${page.name}-${state}-${look}`, i]));
drawn.sort((a, b) => places.get(a) - places.get(b));
await fixtures.remove();
await contactSheets(browser, folder, drawn);
await browser.close();
// The same finding in many pictures is told once.
const told = new Map();
for (const [name, text] of findings) told.set(text, [...(told.get(text) ?? []), name]);
const report = [...told].map(([text, names]) => `${names.slice(0, 3).join(', ')} (${names.length}): ${text}`);
writeFileSync(join(folder, 'findings.txt'), report.join('\n') + '\n');
console.log(report.join('\n'));
console.log(`screens: ${drawn.length} pictures in ${folder}, ${told.size} findings`);
process.exit(findings.length > 0 ? 1 : 0);
