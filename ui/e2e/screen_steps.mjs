// SPDX-License-Identifier: Apache-2.0
// Addresses and clicks that the lists of pictures are made of.
export const explore = (panels, more = {}) => {
  const params = new URLSearchParams({ from: 'now-30m', to: 'now', ...more });
  panels.forEach((panel, i) => Object.entries(panel).forEach(([name, value]) => params.set(`g${i}.${name}`, value)));
  return `/explore?${params}`;
};
export const button =
  (name, exact = true) =>
  (page) =>
    page.getByRole('button', { name, exact }).first().click();
export const inMenu = (menu, item) => async (page) => {
  await button(menu)(page);
  await page.getByRole('menuitem', { name: item }).click();
};
/** One after the other, each when the one before has settled. */
export const steps =
  (...list) =>
  async (page) => {
    for (const step of list) {
      await step(page);
      await page.waitForTimeout(250);
    }
  };
export const fill = (name, text) => (page) => page.getByRole('textbox', { name, exact: true }).first().fill(text);
export const key = (name) => (page) => page.keyboard.press(name);
