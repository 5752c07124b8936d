// SPDX-License-Identifier: Apache-2.0
// Everything that the global search can find, as the server knows it now. What is asked is kept, so that
// the next opening shows it at once; a server that does not answer one question still answers the others.
import { useQuery } from '@tanstack/react-query';
import { useMemo } from 'react';
import { searchQuery } from '@/api/dashboards';
import { alertsQuery, metricNamesQuery, rulesQuery } from '@/api/queries';
import type { Labels } from '@/api/query_types';
import type { Alert, RuleGroup } from '@/api/status_types';
import { slosQuery } from '@/api/slo_queries';
import { tagValuesQuery, traceSearchQuery } from '@/api/trace_queries';
import { viewsQuery } from '@/api/views';
import { humanDuration } from '@/base/duration';
import { traceIdIn, type Finding, type FindingGroup } from '@/model/palette';
import { orderAlerts } from '@/model/rule_groups';
import { placeOfView } from '@/model/saved_views';
import { useClock } from '@/widgets/clock';
import { morePlaces, places } from './navigation';

const daySeconds = 86_400;
/** Too many answers to rank with every letter. */
const rankedMost = 50_000;

const labelsText = (labels: Labels): string =>
  Object.entries(labels)
    .map(([name, value]) => `${name}=${value}`)
    .join(' ');

function useWindow(): { start: number; end: number } {
  const now = useClock((clock) => clock.now);
  const end = Math.ceil(now / 60_000) * 60;
  return useMemo(() => ({ start: end - daySeconds, end }), [end]);
}

function useServices(): Finding[] {
  const answer = useQuery(tagValuesQuery('resource.service.name', '{ }', useWindow())).data;
  return useMemo(
    () =>
      (answer?.tagValues ?? [])
        .map((one) => one.value)
        .sort()
        .map((name) => ({
          key: `service ${name}`,
          kind: 'service' as const,
          label: name,
          words: 'service',
          path: `/services/${encodeURIComponent(name)}`,
        })),
    [answer],
  );
}

/** One for all alerts of a name: the page behind it shows each. */
function activeFindings(alerts: readonly Alert[]): Finding[] {
  const byName = new Map<string, Alert[]>();
  for (const alert of orderAlerts(alerts)) {
    const name = alert.labels['alertname'] ?? '';
    byName.set(name, [...(byName.get(name) ?? []), alert]);
  }
  return [...byName].map(([name, same]) => {
    const first = same[0]!;
    const count = same.length > 1 ? `${same.length} alerts` : '';
    const note = [first.state, first.labels['severity'], count, first.annotations['summary']];
    return {
      key: `alert ${name}`,
      kind: 'alert',
      label: name,
      note: note.filter(Boolean).join(' · '),
      words: `alert ${same.map((one) => labelsText(one.labels)).join(' ')}`,
      path: `/alerts?search=${encodeURIComponent(name)}`,
      isUrgent: first.state === 'firing',
    };
  });
}

function quietFindings(groups: readonly RuleGroup[], active: readonly Finding[]): Finding[] {
  const names = new Set(active.map((one) => one.label));
  const found: Finding[] = [];
  for (const group of groups)
    for (const rule of group.rules) {
      if (rule.type !== 'alerting' || names.has(rule.name)) continue;
      names.add(rule.name);
      const path = `/rules?search=${encodeURIComponent(rule.name)}`;
      const note = `quiet · ${group.name}`;
      found.push({ key: `rule ${rule.name}`, kind: 'alert', label: rule.name, note, words: 'alert rule', path });
    }
  return found;
}

function useAlerts(): Finding[] {
  const active = useQuery(alertsQuery()).data;
  const rules = useQuery(rulesQuery()).data;
  return useMemo(() => {
    const found = activeFindings(active?.data.alerts ?? []);
    return [...found, ...quietFindings(rules?.data.groups ?? [], found)];
  }, [active, rules]);
}

function useObjectives(): Finding[] {
  const answer = useQuery(slosQuery()).data;
  return useMemo(
    () =>
      (answer?.slos ?? []).map((slo) => ({
        key: `slo ${slo.id}`,
        kind: 'objective' as const,
        label: slo.name,
        note: slo.service,
        words: `objective slo ${slo.description}`,
        path: `/slos/${encodeURIComponent(slo.id)}`,
      })),
    [answer],
  );
}

function useBoards(): Finding[] {
  const answer = useQuery(searchQuery()).data;
  return useMemo(
    () =>
      (answer ?? [])
        .filter((hit) => hit.type === 'dash-db')
        .map((hit) => ({
          key: `dashboard ${hit.uid}`,
          kind: 'dashboard' as const,
          label: hit.title,
          note: hit.folderTitle,
          words: `dashboard ${hit.tags.join(' ')}`,
          path: hit.url,
        })),
    [answer],
  );
}

function useViews(): Finding[] {
  const answer = useQuery(viewsQuery()).data;
  return useMemo(
    () =>
      (answer ?? []).map((view) => ({
        key: `view ${view.uid}`,
        kind: 'view' as const,
        label: view.name,
        note: placeOfView(view.path, places),
        words: 'saved view',
        path: view.path,
      })),
    [answer],
  );
}

function useMetrics(text: string): Finding[] {
  const answer = useQuery(metricNamesQuery()).data;
  const isAsked = text.trim().length >= 2;
  return useMemo(
    () =>
      isAsked
        ? (answer?.data ?? []).slice(0, rankedMost).map((name) => ({
            key: `metric ${name}`,
            kind: 'metric' as const,
            label: name,
            path: `/explore?${new URLSearchParams({ 'g0.expr': name, 'g0.tab': 'graph' }).toString()}`,
          }))
        : [],
    [answer, isAsked],
  );
}

const pageFindings: readonly Finding[] = [...places, ...morePlaces].map((place) => ({
  key: place.path,
  kind: 'page',
  label: place.name,
  words: place.words,
  path: place.path,
}));

/** The trace whose id the text holds; its note says what it is, or that it is not here. */
export function useTraceFinding(text: string): Finding | null {
  const id = traceIdIn(text);
  const now = useClock((clock) => clock.now);
  const window = { start: 1, end: Math.ceil(now / 60_000) * 60 };
  const search = useQuery({
    ...traceSearchQuery(`{ trace:id = "${id ?? ''}" }`, window, 1, 1),
    enabled: id !== null,
    placeholderData: (previous) => previous,
  });
  if (id === null) return null;
  const found = search.data?.traces?.find((one) => one.traceID.padStart(32, '0') === id.padStart(32, '0'));
  const note = found
    ? `${found.rootServiceName ?? ''} ${found.rootTraceName ?? ''} · ${humanDuration(found.durationMs ?? 0)}`
    : search.isSuccess && !search.isPlaceholderData
      ? 'no span of it is here'
      : undefined;
  return { key: `trace ${id}`, kind: 'trace', label: id, note, path: `/trace/${id}` };
}

export function useFindingGroups(text: string): FindingGroup[] {
  const services = useServices();
  const alerts = useAlerts();
  const objectives = useObjectives();
  const boards = useBoards();
  const views = useViews();
  const metrics = useMetrics(text);
  return useMemo(
    () => [
      {
        name: 'Alerts that fire',
        findings: text.trim() === '' ? alerts.filter((one) => one.isUrgent) : [],
        most: 0,
        mostAtFirst: 3,
      },
      { name: 'Saved views', findings: views, most: 6, mostAtFirst: 4 },
      { name: 'Pages', findings: pageFindings, most: 6, mostAtFirst: places.length },
      { name: 'Services', findings: services, most: 6, mostAtFirst: 0 },
      { name: 'Alerts', findings: alerts, most: 6, mostAtFirst: 0 },
      { name: 'Objectives', findings: objectives, most: 6, mostAtFirst: 0 },
      { name: 'Dashboards', findings: boards, most: 8, mostAtFirst: 4 },
      { name: 'Metrics', findings: metrics, most: 8, mostAtFirst: 0 },
    ],
    [services, alerts, objectives, boards, views, metrics, text],
  );
}
