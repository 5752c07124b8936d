// SPDX-License-Identifier: Apache-2.0
import { describe, expect, it } from 'vitest';
import { shareAddress } from './share';

describe('shareAddress', () => {
  const here = 'https://box.example/d/a/x?var-job=node&from=now-1h&editPanel=3&viewPanel=2&refresh=10s';

  it('keeps what is shown and drops what is being edited', () => {
    expect(shareAddress(here, { from: '1000', to: '2000', isKiosk: false })).toBe(
      'https://box.example/d/a/x?var-job=node&from=1000&viewPanel=2&to=2000',
    );
  });

  it('adds the kiosk', () => {
    expect(shareAddress(here, { from: 'now-1h', to: 'now', isKiosk: true })).toContain('&kiosk=1');
  });
});
