// SPDX-License-Identifier: Apache-2.0
import { describe, expect, it } from 'vitest';
import { differenceLink, logsLink, tracesLink } from './context_links';
import { placeOf } from './place';

const at = (address: string) => {
  const url = new URL(address, 'http://x');
  return placeOf(url.pathname, url.searchParams);
};

describe('the place of an address', () => {
  it('is the service of a page, a query or a variable', () => {
    expect(at('/services/a%20b').service).toBe('a b');
    expect(at('/explore?g0.expr=' + encodeURIComponent('rate(x{job="shop",a="b"}[5m])')).service).toBe('shop');
    expect(at('/d/x/y?var-service=api').service).toBe('api');
    expect(at('/d/x/y?var-service=$__all').service).toBeUndefined();
  });

  it('is the spans of a search, with the box drawn over it apart', () => {
    expect(at('/traces?q=' + encodeURIComponent('{ name = "a" }')).spans).toBe('name = "a"');
    expect(at('/traces?q=' + encodeURIComponent('{ a } | rate()')).spans).toBeUndefined();
    expect(at('/traces?service=api&min=20ms')).toMatchObject({ service: 'api', pick: 'duration >= 20ms' });
  });

  it('goes on to the next page', () => {
    const context = { from: '1', to: '2', ...at('/traces?service=api&min=20ms') };
    expect(new URLSearchParams(tracesLink(context).split('?')[1]).get('q')).toBe(
      '{ resource.service.name = "api" && duration >= 20ms }',
    );
    expect(new URLSearchParams(differenceLink(context).split('?')[1]).get('pick')).toBe('duration >= 20ms');
    expect(new URLSearchParams(logsLink(context).split('?')[1]).get('query')).toBe('{service_name="api"}');
  });
});
