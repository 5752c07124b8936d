// SPDX-License-Identifier: Apache-2.0
// The settings of a dashboard by hand: variables, annotation queries, links. Each flow makes its dashboard by
// the API, with members that nobody knows, and looks at what is saved in the end.
import { check, put, remove, stored } from './checks.mjs';

const panel = (id, title, expr) => ({
  id,
  type: 'timeseries',
  title,
  gridPos: { x: id === 1 ? 0 : 12, y: 0, w: 12, h: 8 },
  targets: [{ refId: 'A', expr }],
});

const variables = [
  {
    name: 'job',
    type: 'query',
    query: { query: 'label_values(up, job)', refId: 'StandardVariableQuery', future: 1 },
    definition: 'label_values(up, job)',
    refresh: 1,
    tagValuesQuery: 'kept',
  },
  { name: 'instance', type: 'query', query: 'label_values(up{job="$job"}, instance)', refresh: 1 },
];

const board = (uid, more = {}) => ({
  uid,
  title: uid,
  schemaVersion: 41,
  time: { from: 'now-5m', to: 'now' },
  templating: { list: variables, future: true },
  panels: [panel(1, 'Up of $job', 'up{job="$job"}'), panel(2, 'Of ${instance}', 'up{instance=~"$instance"}')],
  ...more,
});

/** Opens the settings at one of their parts; gives the dialog. */
async function settingsOf(page, uid, part) {
  await page.goto(`/d/${uid}/x?refresh=off`);
  await page.getByRole('button', { name: 'Menu of the dashboard' }).click();
  await page.getByRole('menuitem', { name: 'Settings' }).click();
  const dialog = page.getByRole('dialog', { name: 'Settings of the dashboard' });
  await dialog.getByRole('radio', { name: new RegExp(`^${part}`) }).click();
  return dialog;
}

async function save(page, difference) {
  await page.getByRole('button', { name: 'Apply' }).click();
  await page.getByRole('dialog').waitFor({ state: 'detached' });
  await page.getByRole('button', { name: 'Save', exact: true }).click();
  const dialog = page.getByRole('dialog', { name: 'Save dashboard' });
  await dialog.getByText(difference).first().waitFor();
  await dialog.getByRole('button', { name: 'Save', exact: true }).click();
  await dialog.waitFor({ state: 'detached' });
}

const field = (dialog, name) => dialog.getByRole('textbox', { name, exact: true });
const pick = (dialog, name) => dialog.locator('[data-part=pick]').filter({ hasText: name }).first();

export const settingsFlows = [
  {
    name: 'a variable is made by hand, sees its values, and is saved',
    async run(page) {
      await put(page, board('e2e-set-new'));
      const dialog = await settingsOf(page, 'e2e-set-new', 'Variables');
      await dialog.getByRole('button', { name: 'Add variable' }).click();
      await page.getByRole('menuitem', { name: /^Query/ }).click();
      await field(dialog, 'Name').fill('job');
      await dialog.getByText('Another variable is called job.').first().waitFor();
      check(await dialog.getByRole('button', { name: 'Apply' }).isDisabled(), 'a second job could be applied');
      await field(dialog, 'Name').fill('metric');
      await dialog.getByRole('combobox', { name: 'Asks for' }).selectOption('Names of metrics');
      await field(dialog, 'Names that match').fill('scrape_.*');
      const values = dialog.getByRole('region', { name: 'Values now' });
      await values.getByRole('button', { name: 'scrape_duration_seconds', exact: true }).waitFor();
      await field(dialog, 'Pattern').fill('no such thing');
      await values.getByText(/None of the \d+ values matches/).waitFor();
      await field(dialog, 'Pattern').fill('((');
      await dialog.getByText('This is no regular expression').waitFor();
      await field(dialog, 'Pattern').fill('/scrape_(.*)/');
      await dialog.getByRole('switch', { name: 'Several at once' }).click();
      await values.getByRole('button', { name: 'duration_seconds', exact: true }).click();
      await save(page, 'templating.list[metric]');
      const { list, future } = (await stored(page, 'e2e-set-new')).templating;
      check(future === true, 'a member beside the list was lost');
      check(JSON.stringify(list.slice(0, 2)) === JSON.stringify(variables), 'the other variables were changed');
      check(list[2].query.query === 'metrics(scrape_.*)', `the query is ${JSON.stringify(list[2].query)}`);
      check(list[2].current.value[0] === 'duration_seconds', `the first value is ${JSON.stringify(list[2].current)}`);
      await page.getByRole('button', { name: /^metric: duration_seconds/ }).waitFor();
      await remove(page, 'e2e-set-new');
    },
  },
  {
    name: 'a variable is renamed with its references, moved by keys, and put back after its removal',
    onPhone: true,
    async run(page) {
      await put(page, board('e2e-set-name'));
      const dialog = await settingsOf(page, 'e2e-set-name', 'Variables');
      await dialog.getByText('1 panel, 1 variable').first().waitFor();
      await pick(dialog, 'job').click();
      await field(dialog, 'Name').fill('service');
      await dialog.getByText('$job is used in 1 panel, 1 variable.').waitFor();
      check(await dialog.getByRole('button', { name: 'Apply' }).isDisabled(), 'applied before the rename was decided');
      await dialog.getByRole('button', { name: 'Rename 3 references too' }).click();
      const all = dialog.getByRole('button', { name: 'All variables' });
      if (await all.isVisible()) await all.click();
      await dialog.getByRole('button', { name: /^Move service/ }).focus();
      await page.keyboard.press('ArrowDown');
      await dialog.getByText('service is now 2 of 2').waitFor({ state: 'attached' });
      await dialog.getByRole('button', { name: 'Actions for instance' }).click();
      await page.getByRole('menuitem', { name: 'Delete' }).click();
      await dialog.getByText('Still used in 1 panel.').waitFor();
      await dialog.getByRole('button', { name: 'Put it back' }).click();
      await page.keyboard.press('Escape');
      await dialog.getByText('The changes of these settings would be lost.').waitFor();
      await dialog.getByRole('button', { name: 'Go on' }).click();
      await save(page, 'templating.list[service]');
      const saved = await stored(page, 'e2e-set-name');
      const names = saved.templating.list.map((one) => one.name).join();
      check(names === 'instance,service', `the variables are ${names}`);
      check(saved.templating.list[0].query.includes('job="$service"'), 'the other variable was not renamed');
      check(saved.panels[0].targets[0].expr === 'up{job="$service"}', 'the panel was not renamed');
      const { name: _name, ...kept } = variables[0];
      const { name: _new, ...now } = saved.templating.list[1];
      check(JSON.stringify(kept) === JSON.stringify(now), 'the rename changed more than the name');
      await remove(page, 'e2e-set-name');
    },
  },
  {
    name: 'cancelled settings change nothing',
    async run(page) {
      await put(page, board('e2e-set-cancel'));
      const dialog = await settingsOf(page, 'e2e-set-cancel', 'Variables');
      await pick(dialog, 'instance').click();
      await dialog.getByRole('combobox', { name: 'Kind' }).selectOption('custom');
      await field(dialog, 'Values').fill('a,b');
      await dialog
        .getByRole('region', { name: 'Values now' })
        .getByRole('button', { name: 'b', exact: true })
        .waitFor();
      await dialog.getByRole('button', { name: 'Cancel' }).click();
      await dialog.waitFor({ state: 'detached' });
      check((await page.getByText('not saved', { exact: true }).count()) === 0, 'the dashboard counts as changed');
      await remove(page, 'e2e-set-cancel');
    },
  },
  {
    name: 'annotation queries are made by hand, counted before they are saved, and switched above the panels',
    async run(page) {
      const list = [{ name: 'Kept', enable: true, hide: true, expr: 'up == 0', iconColor: 'red', future: { deep: 1 } }];
      await put(page, board('e2e-set-note', { annotations: { list, future: 1 } }));
      const note = { text: 'version of the flow', tags: ['e2e-flow'], time: Date.now() - 30_000 };
      const written = await (await page.request.post('/api/annotations', { data: note })).json();
      const dialog = await settingsOf(page, 'e2e-set-note', 'Annotations');
      const events = dialog.getByRole('region', { name: 'Events now' });
      await events.getByText('0 events in the time that is shown').waitFor();
      await dialog.getByRole('button', { name: 'Add annotation' }).click();
      await events.getByText('The query is empty.').waitFor();
      await field(dialog, 'Name').fill('Kept');
      await dialog.getByText('Another annotation is called Kept.').first().waitFor();
      await field(dialog, 'Name').fill('Alive');
      await dialog.locator('.cm-content').click();
      await page.keyboard.insertText('up{job="$job"}');
      await page.keyboard.press('Escape');
      await field(dialog, 'Title').fill('alive');
      await field(dialog, 'Text').fill('{{job}} is up');
      await events
        .getByText(/alive\s+\w+ is up/)
        .first()
        .waitFor();
      await dialog.getByRole('combobox', { name: 'Drawn over' }).selectOption('only');
      await dialog.getByRole('checkbox', { name: 'Up of $job' }).check();
      await dialog.getByRole('button', { name: 'Add annotation' }).click();
      await field(dialog, 'Name').fill('Versions');
      await dialog.getByRole('button', { name: /^Colour: / }).click();
      await page.getByRole('button', { name: 'purple', exact: true }).click();
      await dialog.getByRole('combobox', { name: 'Data source' }).selectOption({ label: 'Notes kept by Signalbox' });
      await field(dialog, 'Tags').fill('no-such-tag');
      await events.getByText('0 events').waitFor();
      await field(dialog, 'Tags').fill('e2e-flow');
      await events.getByText('version of the flow').waitFor();
      await save(page, 'annotations.list[Alive]');
      const { annotations } = await stored(page, 'e2e-set-note');
      check(annotations.future === 1, 'a member beside the list was lost');
      check(JSON.stringify(annotations.list[0]) === JSON.stringify(list[0]), 'the other annotation was changed');
      const [, alive, versions] = annotations.list;
      check(alive.expr === 'up{job="$job"}' && alive.target.expr === alive.expr, `the query is ${alive.expr}`);
      check(JSON.stringify(alive.filter) === '{"exclude":false,"ids":[1]}', `filter ${JSON.stringify(alive.filter)}`);
      check(versions.iconColor === 'purple' && versions.target.tags[0] === 'e2e-flow', JSON.stringify(versions));
      await page.locator('[data-panel="2"] .u-over').waitFor();
      await page.getByRole('switch', { name: 'Alive' }).click();
      await page.waitForURL(/note-Alive=off/);
      check(!(await page.getByRole('switch', { name: 'Alive' }).isChecked()), 'the switch is still on');
      check((await page.getByRole('switch', { name: 'Kept' }).count()) === 0, 'a hidden annotation has a switch');
      await page.request.delete(`/api/annotations/${written.id}`);
      await remove(page, 'e2e-set-note');
    },
  },
  {
    name: 'links of a dashboard are made by hand, ordered, and lead where they say',
    onPhone: true,
    async run(page) {
      const links = [{ type: 'link', title: 'Old', url: '/d/e2e-set-there', icon: 'doc', future: 1 }];
      await put(page, board('e2e-set-link', { links }));
      await put(page, board('e2e-set-there', { tags: ['e2e-team', 'e2e-other'] }));
      const dialog = await settingsOf(page, 'e2e-set-link', 'Links');
      await dialog.getByRole('button', { name: 'Add link' }).click();
      await page.getByRole('menuitem', { name: 'To an address' }).click();
      await field(dialog, 'Title').fill('Runbook');
      const address = dialog.getByRole('combobox', { name: 'Address', exact: true });
      await address.fill('javascript:alert(1)');
      await dialog.getByRole('alert').filter({ hasText: 'An address begins with' }).waitFor();
      await address.fill('/d/e2e-no-such');
      await dialog.getByText('No dashboard has the uid e2e-no-such.').waitFor();
      await address.fill('/d/e2e-set-there?var-job=$job');
      await dialog.getByRole('button', { name: 'question', exact: true }).click();
      await field(dialog, 'Tooltip').fill('at night');
      await dialog.getByRole('switch', { name: 'Take the time range along' }).click();
      const now = dialog.getByRole('region', { name: 'Leads now to' });
      await now.getByText(/\/d\/e2e-set-there\?var-job=\w+&from=now-5m&to=now/).waitFor();
      const all = dialog.getByRole('button', { name: 'All links' });
      if (await all.isVisible()) await all.click();
      await dialog.getByRole('button', { name: 'Add link' }).click();
      await page.getByRole('menuitem', { name: 'To the dashboards with tags' }).click();
      await field(dialog, 'Title').fill('Team');
      await field(dialog, 'Tags').fill('e2e-team, no-such-tag');
      await dialog.getByText('No other dashboard has all of these tags.').waitFor();
      await field(dialog, 'Tags').fill('e2e-team');
      await now.getByText('e2e-set-there').waitFor();
      if (await all.isVisible()) await all.click();
      await dialog.getByRole('button', { name: 'Actions for Team' }).click();
      await page.getByRole('menuitem', { name: 'Move up' }).click();
      await save(page, 'links[2]');
      const saved = (await stored(page, 'e2e-set-link')).links;
      check(saved.map((one) => one.title).join() === 'Old,Team,Runbook', saved.map((one) => one.title).join());
      check(JSON.stringify(saved[0]) === JSON.stringify(links[0]), 'the other link was changed');
      check(saved[2].icon === 'question' && saved[2].tooltip === 'at night', JSON.stringify(saved[2]));
      await page.getByRole('button', { name: 'Team', exact: true }).click();
      await page.getByRole('menuitem', { name: 'e2e-set-there' }).waitFor();
      await page.keyboard.press('Escape');
      await page.getByRole('link', { name: 'Runbook' }).click();
      await page.getByRole('heading', { level: 1, name: 'e2e-set-there' }).waitFor();
      check(/var-job=\w+&from=now-5m&to=now/.test(page.url()), `the link led to ${page.url()}`);
      await remove(page, 'e2e-set-link');
      await remove(page, 'e2e-set-there');
    },
  },
];
