// SPDX-License-Identifier: Apache-2.0
// The component of each kind of panel.
import type { ComponentType } from 'react';
import { BarChartPanel } from './bar_chart_panel';
import { BarGaugePanel } from './bar_gauge_panel';
import { CandlestickPanel } from './candlestick_panel';
import { GaugePanel } from './gauge_panel';
import { HeatmapPanel } from './heatmap_panel';
import { AlertListPanel, AnnotationListPanel, DashListPanel, NewsPanel } from './list_panels';
import { GeomapPanel } from './geomap_panel';
import { TracesPanel } from './trace_panels';
import { LogPanel } from './log_panel';
import { NodeGraphPanel } from './node_graph_panel';
import type { PanelProps } from './panel_props';
import { PiePanel } from './pie_panel';
import { StatPanel } from './stat_panel';
import { StatePanel } from './state_panel';
import { FlamePanel, XyPanel } from './svg_panels';
import { TablePanel } from './table_panel';
import { TextPanel } from './text_panel';
import { TimeSeriesPanel } from './time_series_panel';

const bodies: Record<string, ComponentType<PanelProps>> = {
  timeseries: TimeSeriesPanel,
  trend: TimeSeriesPanel,
  stat: StatPanel,
  gauge: GaugePanel,
  bargauge: BarGaugePanel,
  table: TablePanel,
  text: TextPanel,
  welcome: TextPanel,
  heatmap: HeatmapPanel,
  logs: LogPanel,
  'state-timeline': StatePanel,
  'status-history': StatePanel,
  piechart: PiePanel,
  barchart: BarChartPanel,
  histogram: BarChartPanel,
  nodeGraph: NodeGraphPanel,
  traces: TracesPanel,
  alertlist: AlertListPanel,
  dashlist: DashListPanel,
  annolist: AnnotationListPanel,
  flamegraph: FlamePanel,
  xychart: XyPanel,
  candlestick: CandlestickPanel,
  geomap: GeomapPanel,
  news: NewsPanel,
};

export function PanelBody(props: PanelProps) {
  const Body = bodies[props.panel.type];
  return Body ? <Body {...props} /> : null;
}
