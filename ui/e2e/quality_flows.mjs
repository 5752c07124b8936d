// SPDX-License-Identifier: Apache-2.0
// What holds on every page: nothing moves while it loads, and the keyboard reaches everything in order.
import { check } from './checks.mjs';
import { isData, isQuiet } from './screen_checks.mjs';

/** Share of the window times share of its height; browsers call a tenth good. */
const shiftMost = 0.02;

const paths = [
  '/',
  '/explore?g0.expr=up&g0.tab=graph',
  '/dashboards',
  '/services',
  '/services?view=map',
  '/services/checkout',
  '/errors',
  '/infrastructure',
  '/traces',
  '/logs',
  '/alerts',
  '/rules',
  '/notifications',
  '/notification-history',
  '/silences',
  '/slos',
  '/targets',
  '/tsdb-status',
  '/usage',
  '/send-data',
  '/config',
  '/status',
];

/** Runs before the page: adds up what moves without being asked to. */
function watchShifts() {
  globalThis.moved = { sum: 0, what: [] };
  new PerformanceObserver((list) => {
    for (const entry of list.getEntries()) {
      if (entry.hadRecentInput) continue;
      globalThis.moved.sum += entry.value;
      for (const { node, previousRect, currentRect } of entry.sources ?? []) {
        const name = node?.className?.toString().slice(0, 40) || node?.nodeName || '?';
        globalThis.moved.what.push(`${name} ${previousRect.x},${previousRect.y} to ${currentRect.x},${currentRect.y}`);
      }
    }
  }).observe({ type: 'layout-shift', buffered: true });
}

/** Pages that move while they load; `begin` runs before each. */
async function movingPages(page, begin) {
  await page.addInitScript(watchShifts);
  const moving = [];
  for (const path of paths) {
    await begin();
    await page.goto(path);
    await page.getByRole('heading', { level: 1 }).first().waitFor();
    await isQuiet(page, 4000);
    const { sum, what } = await page.evaluate(() => globalThis.moved);
    if (sum > shiftMost) moving.push(`${path} ${sum.toFixed(3)}: ${what.slice(0, 3).join('; ')}`);
  }
  check(moving.length === 0, `these move: ${moving.join(' | ')}`);
}

/** Answers come about in the opposite order of their questions; returns what starts a page's count. */
async function answerLastFirst(page) {
  let asked = 0;
  await page.route(isData, async (route) => {
    await new Promise((resolve) => setTimeout(resolve, Math.max(0, 600 - 60 * asked++)));
    // A page that was left takes its questions with it.
    await route.continue().catch(() => undefined);
  });
  return () => {
    asked = 0;
  };
}

export const qualityFlows = [
  {
    name: 'nothing moves while a page loads',
    onPhone: true,
    run: (page) => movingPages(page, () => undefined),
  },
  {
    name: 'nothing moves when the first question of a page is answered last',
    onPhone: true,
    run: async (page) => movingPages(page, await answerLastFirst(page)),
  },
  {
    name: 'the keyboard comes to the content first, and back to where a dialog was opened',
    async run(page) {
      await page.goto('/silences');
      await page.getByRole('heading', { level: 1 }).waitFor();
      await page.keyboard.press('Tab');
      const focused = () => page.evaluate(() => document.activeElement?.textContent?.trim());
      check((await focused()) === 'Skip to the content', `Tab comes to "${await focused()}" first`);
      await page.keyboard.press('Enter');
      await page.keyboard.press('Tab');
      const isInMain = await page.evaluate(() => document.querySelector('main').contains(document.activeElement));
      check(isInMain, 'after the skip link Tab leaves the content');
      const opener = page.getByRole('button', { name: 'New silence' });
      await opener.focus();
      await page.keyboard.press('Enter');
      const dialog = page.getByRole('dialog');
      await dialog.waitFor();
      for (let i = 0; i < 30; i++) {
        await page.keyboard.press('Tab');
        const isInside = await dialog.evaluate((box) => box.contains(document.activeElement));
        check(isInside, 'Tab leaves the open dialog');
      }
      // The first may close the hint of the focused button.
      for (let i = 0; i < 5 && (await dialog.isVisible()); i++) {
        await page.keyboard.press('Escape');
        await page.waitForTimeout(250);
      }
      await dialog.waitFor({ state: 'detached' });
      await page
        .waitForFunction(() => document.activeElement?.textContent?.trim() === 'New silence', null, { timeout: 3000 })
        .catch(async () => check(false, `the focus is at "${await focused()}" and not where the dialog was opened`));
    },
  },
  {
    name: 'everything that can be used has a name',
    onPhone: true,
    async run(page) {
      const nameless = [];
      for (const path of paths) {
        await page.goto(path);
        await page.getByRole('heading', { level: 1 }).first().waitFor();
        await isQuiet(page, 2000);
        const found = await page.evaluate(() =>
          [...document.querySelectorAll('button, a[href], input, select, textarea, [role=button], [role=switch]')]
            .filter((one) => one.checkVisibility?.() !== false)
            .filter((one) => {
              const label = one.getAttribute('aria-label') ?? '';
              const by = document.getElementById(one.getAttribute('aria-labelledby') ?? '')?.textContent ?? '';
              const around = one.closest('label')?.textContent ?? '';
              const title = one.getAttribute('title') ?? '';
              return !`${label}${by}${around}${title}${one.textContent}${one.labels?.[0]?.textContent ?? ''}`.trim();
            })
            .map((one) => one.outerHTML.slice(0, 90)),
        );
        nameless.push(...found.slice(0, 2).map((html) => `${path}: ${html}`));
      }
      check(nameless.length === 0, nameless.join(' | '));
    },
  },
];
