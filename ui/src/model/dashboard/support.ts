// SPDX-License-Identifier: Apache-2.0
// What of a panel this application can show, and the sentence for what it cannot.
import { text } from './json';
import { transformers } from './transform';
import type { Panel } from './types';

export const panelKinds = [
  'timeseries',
  'stat',
  'gauge',
  'bargauge',
  'table',
  'text',
  'heatmap',
  'logs',
  'state-timeline',
  'status-history',
  'piechart',
  'barchart',
  'histogram',
  'nodeGraph',
  'traces',
  'alertlist',
  'dashlist',
  'annolist',
  'flamegraph',
  'xychart',
  'trend',
  'candlestick',
  'geomap',
  'news',
  'welcome',
] as const;
export type PanelKind = (typeof panelKinds)[number];

export const isKnownKind = (type: string): type is PanelKind => (panelKinds as readonly string[]).includes(type);

const needs: Record<string, string> = {
  canvas: 'free drawing',
  'grafana-polystat-panel': 'the polystat plugin',
  unsupported: 'a list of plugins, which Signalbox has none of',
};

const matchers = new Set([
  'byName',
  'byNames',
  'byRegexp',
  'byRegexpOrNames',
  'byType',
  'byTypes',
  'byFrameRefID',
  'byValue',
  'numeric',
  'time',
  'first',
  'firstTimeField',
]);

export function unsupportedParts(panel: Panel): string[] {
  const out: string[] = [];
  if (panel.type === 'library') return out;
  if (!isKnownKind(panel.type)) {
    out.push(
      `Panels of the kind "${panel.type || 'none'}" are not drawn: they need ${needs[panel.type] ?? 'a plugin of their own'}.`,
    );
  }
  for (const one of panel.transformations) {
    if (!one.isDisabled && !transformers[one.id]) out.push(`The transformation "${one.id}" is left out.`);
  }
  for (const one of panel.fieldConfig.overrides) {
    if (!matchers.has(one.matcher.id)) out.push(`Overrides chosen by "${one.matcher.id}" are left out.`);
  }
  for (const target of panel.targets) {
    const type = target.datasource?.type ?? '';
    if (type && !knownSources.has(type) && !type.startsWith('$'))
      out.push(`Queries of the data source type "${type}" are left out.`);
    if (text(target.raw, 'type') === 'classic_conditions') out.push('Classic conditions are left out.');
  }
  return [...new Set(out)];
}

const knownSources = new Set([
  'prometheus',
  'loki',
  'tempo',
  'jaeger',
  'zipkin',
  'elasticsearch',
  'grafana-opensearch-datasource',
  'alertmanager',
  'victoriametrics-metrics-datasource',
  'grafana-amazonprometheus-datasource',
  'grafana',
  'datasource',
  '__expr__',
  'mixed',
  'grafana-testdata-datasource',
]);
