// SPDX-License-Identifier: Apache-2.0
// Where the links of a dashboard lead: the address with what it takes along, or the dashboards that have its tags.
import { interpolate, type Bound, type Scope } from './interpolate';
import type { DashboardLink } from './types';

export interface LinkPlace {
  /** The query of the address that the reader is at. */
  params: URLSearchParams;
  bound: ReadonlyMap<string, Bound>;
  /** The range of the dashboard, for an address that names none. */
  timeFrom: string;
  timeTo: string;
}

function timeParams({ params, timeFrom, timeTo }: LinkPlace): URLSearchParams {
  const out = new URLSearchParams({ from: params.get('from') ?? timeFrom, to: params.get('to') ?? timeTo });
  const refresh = params.get('refresh');
  if (refresh !== null) out.set('refresh', refresh);
  return out;
}

function variableParams({ bound }: LinkPlace): URLSearchParams {
  const out = new URLSearchParams();
  for (const [name, one] of bound) for (const value of one.value) out.append(`var-${name}`, value);
  return out;
}

/** What a link takes along, as the query of an address. */
export const carried = (link: DashboardLink, place: LinkPlace): string =>
  [link.keepTime ? timeParams(place) : null, link.includeVars ? variableParams(place) : null]
    .map((one) => one?.toString() ?? '')
    .filter((one) => one !== '')
    .join('&');

/** The query in front of the place inside of the page. */
export function withQuery(url: string, query: string): string {
  if (query === '') return url;
  const [path = '', hash] = url.split(/#(.*)/s);
  return `${path}${path.includes('?') ? '&' : '?'}${query}${hash === undefined ? '' : `#${hash}`}`;
}

/** The address of a link of the type "link", with its variables filled in. */
export function linkAddress(link: DashboardLink, scope: Scope, place: LinkPlace): string {
  const builtIns = new Map([
    ...scope.builtIns,
    ['__url_time_range', timeParams(place).toString()] as const,
    ['__all_variables', variableParams(place).toString()] as const,
  ]);
  return withQuery(interpolate(link.url, { ...scope, builtIns }), carried(link, place));
}

interface Tagged {
  uid: string;
  type: string;
  tags: readonly string[];
}

/** The other dashboards that have all of the tags; without tags all others. */
export const taggedDashboards = <T extends Tagged>(hits: readonly T[], tags: readonly string[], uid: string): T[] =>
  hits.filter((hit) => hit.type === 'dash-db' && hit.uid !== uid && tags.every((tag) => hit.tags.includes(tag)));
