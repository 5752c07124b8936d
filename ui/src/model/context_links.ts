// SPDX-License-Identifier: Apache-2.0
// The same time and the same labels on another page: the ways from a symptom to its cause.

export interface Context {
  /** As the address has them: "now-1h", milliseconds. */
  from: string;
  to: string;
  service?: string | undefined;
  /** Further labels of the place, by their names in metrics and logs. */
  labels?: Readonly<Record<string, string>> | undefined;
  /** Conditions of TraceQL, without braces, where the place knows more than a service. */
  spans?: string | undefined;
  /** What tells the spans that matter from the others of the same time, such as `duration > 1s`. */
  pick?: string | undefined;
  /** A LogQL query where the place knows more than a service. */
  logs?: string | undefined;
}

const quoted = (text: string): string => JSON.stringify(text);

function address(path: string, params: Record<string, string | undefined>): string {
  const query = new URLSearchParams();
  for (const [name, value] of Object.entries(params)) if (value !== undefined && value !== '') query.set(name, value);
  const text = query.toString();
  return text === '' ? path : `${path}?${text}`;
}

export function spanConditions({ service, spans }: Context): string {
  return [service ? `resource.service.name = ${quoted(service)}` : '', spans ?? ''].filter(Boolean).join(' && ');
}

export function tracesLink(context: Context): string {
  const { from, to, service, spans, pick } = context;
  const conditions = [spanConditions(context), pick ?? ''].filter(Boolean).join(' && ');
  return spans || pick
    ? address('/traces', { q: `{ ${conditions} }`, from, to })
    : address('/traces', { service, from, to });
}

/** The streams of the context; every stream where it names none. */
export function logSelector({ service, labels, logs }: Context): string {
  if (logs) return logs;
  const known = Object.entries(labels ?? {}).filter(([name]) =>
    ['namespace', 'pod', 'container', 'host'].includes(name),
  );
  const matchers = [...(service ? [['service_name', service] as const] : []), ...known];
  if (matchers.length === 0) return '';
  return `{${matchers.map(([name, value]) => `${name}=${quoted(value)}`).join(',')}}`;
}

export const logsLink = (context: Context): string =>
  address('/logs', { query: logSelector(context), from: context.from, to: context.to });

export const alertsLink = ({ service }: Context): string => address('/alerts', { search: service });

export const errorsLink = ({ service, from, to }: Context): string => address('/errors', { search: service, from, to });

/** What is different in this time from the time before it. */
export const differenceLink = (context: Context): string =>
  address('/difference', {
    spans: spanConditions(context),
    pick: context.pick,
    logs: logSelector(context),
    from: context.from,
    to: context.to,
  });

export const serviceLink = ({ service = '', from, to }: Context): string =>
  address(`/services/${encodeURIComponent(service)}`, { from, to });
