// SPDX-License-Identifier: Apache-2.0
import { describe, expect, it } from 'vitest';
import { isSameView, pageOfView, placeOfView } from './saved_views';

describe('saved views', () => {
  it('belong to the page that their address shows', () => {
    expect(pageOfView('/logs?query=x')).toBe('/logs');
    expect(pageOfView('/services/api?from=now-1h')).toBe('/services');
    expect(pageOfView('/graph?g0.expr=up')).toBe('/explore');
    expect(pageOfView('/')).toBe('/');
    const places = [
      { path: '/logs', name: 'Logs' },
      { path: '/dashboards', name: 'Dashboards' },
    ];
    expect(placeOfView('/logs', places)).toBe('Logs');
    expect(placeOfView('/d/abc/x?var-job=a', places)).toBe('Dashboards');
    expect(placeOfView('/nowhere', places)).toBeUndefined();
  });

  it('are the same whatever the order of their parameters', () => {
    expect(isSameView('/logs?a=1&b=2', '/logs?b=2&a=1')).toBe(true);
    expect(isSameView('/logs?a=1', '/logs?a=2')).toBe(false);
    expect(isSameView('/logs', '/traces')).toBe(false);
    expect(isSameView('/logs?q=%7B%7D', '/logs?q={}')).toBe(true);
  });
});
