// SPDX-License-Identifier: Apache-2.0
// The address that others get: what is shown, without what is only being done.

export function shareAddress(here: string, how: { from: string; to: string; isKiosk: boolean }): string {
  const url = new URL(here);
  for (const name of ['edit', 'editPanel', 'kiosk', 'refresh']) url.searchParams.delete(name);
  url.searchParams.set('from', how.from);
  url.searchParams.set('to', how.to);
  if (how.isKiosk) url.searchParams.set('kiosk', '1');
  return url.toString();
}
