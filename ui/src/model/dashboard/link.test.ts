// SPDX-License-Identifier: Apache-2.0
import { describe, expect, it } from 'vitest';
import { linkNotes, linkProblem, linkSummary, newLink } from './edit_link';
import { importDashboard } from './import_dashboard';
import type { JsonObject } from './json';
import { carried, linkAddress, taggedDashboards, withQuery, type LinkPlace } from './link_target';
import type { DashboardLink } from './types';
import { readVariable } from './variable';

const read = (raw: JsonObject): DashboardLink => importDashboard({ links: [raw] }).links[0] as DashboardLink;
const job = { variable: readVariable({ name: 'job', type: 'query', multi: true }), value: ['a b', 'c'], options: [] };
const place: LinkPlace = {
  params: new URLSearchParams('from=now-5m&refresh=10s&x=1'),
  bound: new Map([['job', job]]),
  timeFrom: 'now-6h',
  timeTo: 'now',
};
const scope = { variables: place.bound, builtIns: new Map<string, string>() };

describe('where links lead', () => {
  it('takes along time and variables where it says so', () => {
    expect(carried(read({}), place)).toBe('');
    expect(carried(read({ keepTime: true }), place)).toBe('from=now-5m&to=now&refresh=10s');
    expect(carried(read({ includeVars: true }), place)).toBe('var-job=a+b&var-job=c');
    const elsewhere = { ...place, params: new URLSearchParams() };
    expect(carried(read({ keepTime: true }), elsewhere)).toBe('from=now-6h&to=now');
  });

  it('puts a query where addresses have it', () => {
    expect(withQuery('/d/x', 'a=1')).toBe('/d/x?a=1');
    expect(withQuery('/d/x?b=2#part', 'a=1')).toBe('/d/x?b=2&a=1#part');
    expect(withQuery('/d/x#part', '')).toBe('/d/x#part');
  });

  it('fills variables, the time and all variables into an address', () => {
    const address = (url: string) => linkAddress(read({ type: 'link', url }), scope, place);
    expect(address('/d/x?${job:queryparam}')).toBe('/d/x?var-job=a%20b&var-job=c');
    expect(address('/x?${__url_time_range}')).toBe('/x?from=now-5m&to=now&refresh=10s');
    expect(address('/x?${__all_variables}')).toBe('/x?var-job=a+b&var-job=c');
  });

  it('finds the other dashboards with all of the tags', () => {
    const hits = [
      { uid: 'a', type: 'dash-db', tags: ['x', 'y'] },
      { uid: 'b', type: 'dash-db', tags: ['x'] },
      { uid: 'c', type: 'dash-folder', tags: ['x', 'y'] },
    ];
    expect(taggedDashboards(hits, ['x'], 'b').map((hit) => hit.uid)).toEqual(['a']);
    expect(taggedDashboards(hits, ['x', 'y'], '').map((hit) => hit.uid)).toEqual(['a']);
    expect(taggedDashboards(hits, [], '')).toHaveLength(2);
  });
});

describe('links as JSON', () => {
  it('reads back what it makes, and reads tooltip and icon', () => {
    expect(read(newLink('dashboards'))).toMatchObject({ type: 'dashboards', asDropdown: true, keepTime: true });
    expect(read({ type: 'link', icon: 'doc', tooltip: 'why' })).toMatchObject({ icon: 'doc', tooltip: 'why' });
  });

  it('says what is wrong with an address', () => {
    const problem = (url: string) => linkProblem({ type: 'link', url });
    for (const good of ['https://a', '/d/x', '$base/x', '?a=1', 'mailto:a@b']) expect(problem(good), good).toBeNull();
    for (const bad of ['', 'javascript:alert(1)', '//evil', 'runbook']) expect(problem(bad), bad).not.toBeNull();
    expect(linkProblem({ type: 'dashboards' })).toBeNull();
  });

  it('describes a link', () => {
    expect(linkSummary({ type: 'dashboards', tags: ['a', 'b'] })).toBe('dashboards tagged a and b');
    expect(linkSummary({ url: '/x' })).toBe('/x');
    expect(linkNotes({ keepTime: true, includeVars: true, targetBlank: true })).toBe(
      'with time and variables, new tab',
    );
  });
});
