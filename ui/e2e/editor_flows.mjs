// SPDX-License-Identifier: Apache-2.0
// The editor of a panel: overrides and transformations are made by hand and by keys, seen in the panel at
// once, saved without a loss of what is not known here.
import { check, put, remove, stored } from './checks.mjs';

async function save(page) {
  await page.getByRole('button', { name: 'Save', exact: true }).click();
  const dialog = page.getByRole('dialog');
  await dialog.getByRole('button', { name: 'Save', exact: true }).click();
  await dialog.waitFor({ state: 'detached' });
}

/** The server writes the members of an object in an order of its own. */
const sorted = (value) =>
  JSON.stringify(value, (_, one) =>
    one && typeof one === 'object' && !Array.isArray(one)
      ? Object.fromEntries(Object.entries(one).sort(([a], [b]) => (a < b ? -1 : 1)))
      : one,
  );
function checkSame(got, expected, what) {
  check(sorted(got) === sorted(expected), `${what} saved as ${sorted(got)}`);
}

/** Opens a menu that is searched in, writes, and takes the first of what is found. */
async function pick(page, within, button, text) {
  await within.getByRole('button', { name: button, exact: true }).click();
  await page.locator('[role=listbox] [role=option]').first().waitFor();
  await page.keyboard.type(text);
  await page.keyboard.press('Enter');
}

/** What was added has the focus. */
async function typeInto(page, field, text) {
  await field.evaluate(async (one) => {
    for (let i = 0; i < 100 && document.activeElement !== one; i++) await new Promise((done) => setTimeout(done, 50));
  });
  await page.keyboard.type(text);
}

const part = (page, name) => page.getByRole('radio', { name: new RegExp(`^${name}`) }).click();
const group = (page, name) => page.getByRole('group', { name, exact: true });

const strange = {
  __systemRef: 'hideSeriesFrom',
  matcher: { id: 'byNames', options: { mode: 'exclude', names: ['duration'], prefix: 'All except:' } },
  properties: [{ id: 'custom.ofAPlugin', value: { deep: [1] } }],
};

const lines = (uid) => ({
  uid,
  title: 'E2E overrides',
  schemaVersion: 41,
  panels: [
    {
      id: 1,
      type: 'timeseries',
      title: 'Scrapes',
      ofAnotherTool: { kept: true },
      gridPos: { x: 0, y: 0, w: 24, h: 9 },
      fieldConfig: { defaults: { unit: 'short', unknownMember: 1 }, overrides: [strange] },
      targets: [
        { refId: 'A', expr: 'vector(0.003)', legendFormat: 'duration' },
        { refId: 'B', expr: 'vector(900)', legendFormat: 'samples' },
      ],
    },
  ],
});

export const editorFlows = [
  {
    name: 'overrides are made, seen at once, ordered and saved with what is not known',
    onPhone: true,
    async run(page) {
      const uid = 'e2e-overrides';
      await put(page, lines(uid));
      await page.goto(`/d/${uid}/x?from=now-5m&refresh=off&editPanel=1`);
      await page.locator('[data-panel="1"] .u-over').waitFor();
      await part(page, 'Overrides');
      await pick(page, page, 'Add override', 'with name');
      const second = group(page, 'override 2');
      await second.getByRole('combobox', { name: 'Field, override 2' }).click();
      await page.getByRole('option', { name: /^samples/ }).click();
      await second.getByText('Chosen: samples').waitFor();
      await pick(page, second, 'Add property', 'display name');
      await typeInto(page, second.getByRole('textbox', { name: 'Display name' }), 'Samples of a scrape');
      await page.locator('[data-panel="1"]').getByText('Samples of a scrape').waitFor();
      await pick(page, second, 'Add property', 'colour');
      await second.getByRole('button', { name: 'Colour: blue' }).click();
      await page.getByRole('button', { name: 'dark red', exact: true }).click();
      await pick(page, second, 'Add property', 'axis');
      await second.getByRole('combobox', { name: 'Axis', exact: true }).selectOption({ label: 'Right' });
      await second.getByRole('button', { name: 'Duplicate override 2' }).click();
      await group(page, 'override 3').getByRole('button', { name: 'Remove override 3' }).click();
      const head = second.locator('[data-item-head]');
      await head.focus();
      await page.keyboard.press('Alt+ArrowUp');
      await group(page, 'override 1').getByText('Chosen: samples', { exact: true }).waitFor();
      // Dragged down with a mouse, and back with the key: the focus went along.
      if (page.viewportSize().width > 800) {
        const below = second.locator('[data-item-head]');
        await group(page, 'override 1').locator('[draggable]').dragTo(below);
        await second.getByText('Chosen: samples', { exact: true }).waitFor();
        await below.focus();
        await page.keyboard.press('Alt+ArrowUp');
        await group(page, 'override 1').getByText('Chosen: samples', { exact: true }).waitFor();
        const at = await page.evaluate(() => document.activeElement.closest('[data-item]')?.dataset.item);
        check(at === '0', `the focus is at item ${at}`);
      }
      await save(page);
      const panel = (await stored(page, uid)).panels[0];
      check(panel.ofAnotherTool?.kept === true, 'a member of another tool was lost');
      check(panel.fieldConfig.defaults.unknownMember === 1, 'a member of the defaults was lost');
      const expected = [
        {
          matcher: { id: 'byName', options: 'samples' },
          properties: [
            { id: 'displayName', value: 'Samples of a scrape' },
            { id: 'color', value: { mode: 'fixed', fixedColor: 'dark-red' } },
            { id: 'custom.axisPlacement', value: 'right' },
          ],
        },
        strange,
      ];
      checkSame(panel.fieldConfig.overrides, expected, 'overrides were');
      await remove(page, uid);
    },
  },
  {
    name: 'transformations are made, looked at, switched off, ordered and saved with what is not known',
    onPhone: true,
    async run(page) {
      const uid = 'e2e-transformations';
      const foreign = { id: 'ofAPlugin', options: { deep: [1] }, topic: 'series' };
      const ask = (refId, expr) => ({ refId, expr, instant: true, format: 'table' });
      const one = {
        id: 1,
        type: 'table',
        title: 'Scrapes',
        gridPos: { x: 0, y: 0, w: 24, h: 9 },
        targets: [
          ask('A', 'sum by (job) (scrape_samples_scraped)'),
          ask('B', 'sum by (job) (scrape_duration_seconds)'),
        ],
        transformations: [foreign],
      };
      await put(page, { uid, title: 'E2E transformations', schemaVersion: 41, panels: [one] });
      await page.goto(`/d/${uid}/x?from=now-5m&refresh=off&editPanel=1`);
      const panel = page.locator('[data-panel="1"]');
      await panel.getByRole('columnheader').first().waitFor();
      await part(page, 'Transformations');
      await page.getByText('“ofAPlugin”').waitFor();
      // Found by what it is for.
      await pick(page, page, 'Add transformation', 'rows that agree');
      await panel.getByRole('columnheader', { name: 'Value #B' }).waitFor();
      await pick(page, page, 'Add transformation', 'calculation');
      const third = group(page, 'transformation 3');
      await third.getByRole('combobox', { name: 'How' }).selectOption({ label: 'Two fields: a + b' });
      await third.getByRole('combobox', { name: 'Left' }).click();
      await page.getByRole('option', { name: 'Value #A' }).click();
      await third.getByRole('combobox', { name: 'Operation' }).selectOption({ label: '*' });
      await third.getByRole('combobox', { name: 'Right' }).fill('2');
      await third.getByRole('textbox', { name: 'Name of the result' }).fill('Twice');
      await panel.getByRole('columnheader', { name: 'Twice' }).waitFor();
      await third.getByRole('button', { name: 'Show the data after transformation 3' }).click();
      const preview = third.getByRole('region', { name: 'Data after transformation 3' });
      await preview.getByRole('columnheader', { name: 'Twice' }).waitFor();
      await preview.getByRole('radio', { name: 'Before' }).click();
      await preview.getByRole('columnheader', { name: 'Twice' }).waitFor({ state: 'detached' });
      await third.getByRole('button', { name: 'Switch transformation 3 off' }).click();
      await panel.getByRole('columnheader', { name: 'Twice' }).waitFor({ state: 'detached' });
      await third.getByRole('button', { name: 'Switch transformation 3 on' }).click();
      await pick(page, page, 'Add transformation', 'organize');
      const fourth = group(page, 'transformation 4');
      await fourth.getByRole('button', { name: 'Hide Value #B' }).click();
      await fourth.getByRole('textbox', { name: 'New name of Value #A' }).fill('Samples');
      await panel.getByRole('columnheader', { name: 'Samples' }).waitFor();
      check((await panel.getByRole('columnheader', { name: 'Value #B' }).count()) === 0, 'a hidden field is shown');
      await group(page, 'transformation 1').locator('[data-item-head]').focus();
      await page.keyboard.press('Alt+ArrowDown');
      await group(page, 'transformation 2').getByText('“ofAPlugin”').waitFor();
      await save(page);
      checkSame(
        (await stored(page, uid)).panels[0].transformations,
        [
          { id: 'merge', options: {} },
          foreign,
          {
            id: 'calculateField',
            options: {
              mode: 'binary',
              reduce: { reducer: 'sum' },
              binary: {
                left: { matcher: { id: 'byName', options: 'Value #A' } },
                operator: '*',
                right: { fixed: '2' },
              },
              alias: 'Twice',
            },
          },
          {
            id: 'organize',
            options: {
              excludeByName: { 'Value #B': true },
              indexByName: {},
              renameByName: { 'Value #A': 'Samples' },
              includeByName: {},
            },
          },
        ],
        'transformations were',
      );
      await remove(page, uid);
    },
  },
  {
    name: 'thresholds and value mappings are edited by hand',
    async run(page) {
      const uid = 'e2e-mappings';
      const panels = [{ id: 1, type: 'stat', title: 'One', targets: [{ refId: 'A', expr: 'vector(1)' }] }];
      await put(page, { uid, title: 'E2E mappings', schemaVersion: 41, panels });
      await page.goto(`/d/${uid}/x?from=now-5m&refresh=off&editPanel=1`);
      const panel = page.locator('[data-panel="1"]');
      await panel.getByText('1', { exact: true }).waitFor();
      await page.getByRole('button', { name: 'Add mapping' }).click();
      await page.getByRole('textbox', { name: 'Value of mapping 1' }).fill('1');
      await page.getByRole('textbox', { name: 'Text of mapping 1' }).fill('works');
      await panel.getByText('works').waitFor();
      await page.getByRole('button', { name: 'Add mapping' }).click();
      await page.getByRole('combobox', { name: 'Kind of mapping 2' }).selectOption({ label: 'Range' });
      await page.getByRole('textbox', { name: 'Text of mapping 2' }).fill('some');
      await page.getByRole('button', { name: 'Move mapping 2 up' }).click();
      await panel.getByText('some').waitFor();
      await page.getByRole('button', { name: 'Add threshold' }).click();
      await page.getByRole('textbox', { name: 'Threshold 1' }).fill('0.5');
      await page.keyboard.press('Enter');
      await page.getByText('More settings').click();
      await pick(page, page, 'Add setting', 'display name');
      await typeInto(page, page.getByRole('textbox', { name: 'Display name' }), 'The one');
      await save(page);
      const { defaults } = (await stored(page, uid)).panels[0].fieldConfig;
      const expected = [
        [
          { type: 'range', options: { from: 0, to: 100, result: { text: 'some', index: 0 } } },
          { type: 'value', options: { 1: { text: 'works', index: 1 } } },
        ],
        {
          mode: 'absolute',
          steps: [
            { color: 'green', value: null },
            { color: 'red', value: 0.5 },
          ],
        },
      ];
      checkSame([defaults.mappings, defaults.thresholds], expected, 'mappings and thresholds were');
      check(defaults.displayName === 'The one', `the name was saved as ${defaults.displayName}`);
      await remove(page, uid);
    },
  },
];
