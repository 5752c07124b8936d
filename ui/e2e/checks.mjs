// SPDX-License-Identifier: Apache-2.0
// What many flows do: check, and put dashboards there and away by the API.

export function check(condition, message) {
  if (!condition) throw new Error(message);
}

export async function put(page, dashboard) {
  const reply = await page.request.post('/api/dashboards/db', { data: { dashboard, overwrite: true } });
  check(reply.ok(), `the dashboard was not saved: ${await reply.text()}`);
}

export const stored = async (page, uid) =>
  (await (await page.request.get(`/api/dashboards/uid/${uid}`)).json()).dashboard;

export const remove = (page, uid) => page.request.delete(`/api/dashboards/uid/${uid}`);
