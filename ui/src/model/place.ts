// SPDX-License-Identifier: Apache-2.0
// What the page at an address is about: a service, some spans, some log lines. Read from the address alone,
// so that every page carries its selection on to the next.
import type { Context } from './context_links';

export type Place = Omit<Context, 'from' | 'to'>;

const serviceNames = ['service', 'service_name', 'app', 'job'];

/** The value of `name="value"` in a query of PromQL or LogQL. */
function matched(query: string, names: readonly string[]): string | undefined {
  for (const name of names) {
    const found = new RegExp(`[{,\\s]${name}\\s*=\\s*"([^"\\\\]+)"`).exec(query);
    if (found?.[1]) return found[1];
  }
  return undefined;
}

/** The conditions of a TraceQL query of one pair of braces. */
function conditionsOf(query: string): string | undefined {
  const inside = /^\s*\{([^{}|]*)\}\s*$/.exec(query)?.[1]?.trim();
  return inside === undefined || inside === '' || inside === 'true' ? undefined : inside;
}

function tracePlace(params: URLSearchParams): Place {
  const service = params.get('service') ?? undefined;
  const written = params.get('q');
  if (written !== null) return { spans: conditionsOf(written) };
  const operation = params.get('operation');
  const pick = [
    params.get('status') ? `status = ${params.get('status')}` : '',
    params.get('min') ? `duration >= ${params.get('min')}` : '',
    params.get('max') ? `duration <= ${params.get('max')}` : '',
  ]
    .filter(Boolean)
    .join(' && ');
  return {
    service,
    spans: operation ? `name = ${JSON.stringify(operation)}` : undefined,
    pick: pick === '' ? undefined : pick,
  };
}

function dashboardPlace(params: URLSearchParams): Place {
  for (const name of serviceNames) {
    const values = params.getAll(`var-${name}`);
    const value = values.length === 1 ? values[0] : undefined;
    if (value && value !== '$__all' && value !== 'All') return { service: value };
  }
  return {};
}

/** A regular expression or a filter narrows lines, but it does not name the spans of a service. */
function logPlace(query: string): Place {
  return query.includes('{') && !/^\s*\w+\s*(\(|by\b)/.test(query)
    ? { service: matched(query, serviceNames), logs: query }
    : {};
}

export function placeOf(path: string, params: URLSearchParams): Place {
  if (path.startsWith('/services/')) return { service: decodeURIComponent(path.slice('/services/'.length)) };
  if (path === '/traces') return tracePlace(params);
  if (path === '/logs') return logPlace(params.get('query') ?? '');
  if (path === '/difference')
    return {
      spans: params.get('spans') ?? undefined,
      pick: params.get('pick') ?? undefined,
      logs: params.get('logs') ?? undefined,
    };
  if (/^\/(d|dashboard)\//.test(path)) return dashboardPlace(params);
  if (/^\/(explore|graph|query)$/.test(path)) return { service: matched(params.get('g0.expr') ?? '', serviceNames) };
  return {};
}
