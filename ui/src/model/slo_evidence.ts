// SPDX-License-Identifier: Apache-2.0
// From a time in which a budget burnt to the spans and lines that burnt it.
import type { Labels } from '@/api/query_types';
import type { BurnEvent, EventAlert, SloDetail } from '@/api/slo_queries';
import { logsLink, tracesLink, type Context } from './context_links';

type Measured = Pick<SloDetail, 'service' | 'labels' | 'errorQuery' | 'totalQuery'>;

/** The matchers of the first selector of a query, as far as they ask for one value. */
function matchersOf(query: string): Labels {
  const inside = /\{((?:[^{}"]|"(?:[^"\\]|\\.)*")*)\}/.exec(query)?.[1] ?? '';
  const found = inside.matchAll(/([A-Za-z_]\w*)\s*=\s*("(?:[^"\\]|\\.)*")/g);
  return Object.fromEntries(
    [...found].map(([, name = '', value = '""']) => {
      try {
        return [name, JSON.parse(value) as string];
      } catch {
        return [name, value.slice(1, -1)];
      }
    }),
  );
}

/** Seconds above which an event was too slow, from the bucket that holds the good ones. */
function thresholdOf(query: string): string | null {
  const le = /\ble=~?"([\d.]+)/.exec(query)?.[1] ?? /histogram_fraction\(-Inf, ([\d.]+)/.exec(query)?.[1];
  if (le === undefined) return null;
  const isMs = /_milliseconds(_bucket)?\b/.test(query);
  return `${Number((Number(le) * (isMs ? 1 : 1000)).toPrecision(9))}ms`;
}

const quoted = (text: string): string => JSON.stringify(text);

/** Which spans were errors in the eyes of the objective. */
export function badSpans(slo: Measured, group: Labels): { spans: string; pick: string } {
  const known: Labels = { ...matchersOf(slo.totalQuery || slo.errorQuery), ...group };
  const journey = slo.labels['cuj_name'] ?? known['cuj_name'];
  const name = known['span_name'];
  const service = known['service'] ?? known['service_name'] ?? slo.service;
  const spans = [
    // A journey fails wherever one of its spans does, in whatever service.
    ...(journey ? [`.cuj.name = ${quoted(journey)}`] : [`resource.service.name = ${quoted(service)}`]),
    ...(name && !journey ? [`name = ${quoted(name)}`] : []),
    ...(name && journey && thresholdOf(slo.errorQuery) !== null ? [`name = ${quoted(name)}`] : []),
  ].join(' && ');
  const threshold = thresholdOf(slo.errorQuery);
  return { spans, pick: threshold === null ? 'status = error' : `duration > ${threshold}` };
}

export interface Evidence {
  traces: string;
  logs: string;
  difference: string;
}

export function evidenceOf(slo: Measured, group: Labels, event: BurnEvent): Evidence {
  const { spans, pick } = badSpans(slo, group);
  const known: Labels = { ...matchersOf(slo.totalQuery || slo.errorQuery), ...group };
  const isJourney = Boolean(slo.labels['cuj_name'] ?? known['cuj_name']);
  const service = known['service'] ?? known['service_name'] ?? slo.service;
  const context: Context = {
    from: String(Date.parse(event.start)),
    to: String(Math.min(Date.parse(event.end), Date.now())),
    spans,
    pick,
    // Whoever serves a journey may have written the line.
    logs: `{service_name${isJourney ? '=~".+"' : `=${quoted(service)}`}} | detected_level=~"error|critical|fatal"`,
  };
  const difference = new URLSearchParams({ spans, pick, from: context.from, to: context.to });
  return {
    traces: tracesLink(context),
    logs: logsLink(context),
    difference: `/difference?${difference.toString()}`,
  };
}

export interface Incident {
  name: string;
  relation: EventAlert['relation'];
  severity: string;
  /** Milliseconds; end null: it still fires. */
  start: number;
  end: number | null;
  count: number;
}

const order: Record<EventAlert['relation'], number> = { own: 0, service: 1, time: 2 };

/** Alerts of one name and severity are one incident, from the first to the last. */
export function incidentsOf(alerts: readonly EventAlert[]): Incident[] {
  const found = new Map<string, Incident>();
  for (const alert of alerts) {
    const severity = alert.labels['sloth_severity'] ?? alert.labels['severity'] ?? '';
    const key = `${alert.relation} ${alert.name} ${severity}`;
    const start = Date.parse(alert.start);
    const end = alert.end === null ? null : Date.parse(alert.end);
    const known = found.get(key);
    if (!known) {
      found.set(key, { name: alert.name, relation: alert.relation, severity, start, end, count: 1 });
      continue;
    }
    known.count++;
    known.start = Math.min(known.start, start);
    known.end = known.end === null || end === null ? null : Math.max(known.end, end);
  }
  return [...found.values()].sort((a, b) => order[a.relation] - order[b.relation] || a.start - b.start);
}
