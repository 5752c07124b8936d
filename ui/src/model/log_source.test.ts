// SPDX-License-Identifier: Apache-2.0
import { describe, expect, it } from 'vitest';
import type { LogLine } from './log_lines';
import { sourceOf, sourceWidth } from './log_source';

const line = (stream: Record<string, string>) => ({ stream }) as unknown as LogLine;

describe('sources of lines', () => {
  it('are their services', () => {
    expect(sourceOf(line({ service_name: 'api', pod: 'api-1' }))).toBe('api');
    expect(sourceOf(line({ pod: 'api-1' }))).toBe('');
  });

  it('need no place when there is one', () => {
    expect(sourceWidth([])).toBe(0);
    expect(sourceWidth([line({ service_name: 'api' }), line({ service_name: 'api' })])).toBe(0);
  });

  it('need the place of the longest, up to a limit', () => {
    expect(sourceWidth([line({ service_name: 'api' }), line({ service_name: 'checkout' })])).toBe(8);
    expect(sourceWidth([line({ service_name: 'api' }), line({ service_name: 'a'.repeat(60) })])).toBe(18);
  });
});
