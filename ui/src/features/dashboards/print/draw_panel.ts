// SPDX-License-Identifier: Apache-2.0
// A panel as a drawing: its card with the title, and the body of its kind, or why there is none. Every kind
// that the pages show is in the table; what is in neither is named on the panel.
import type { QueryClient } from '@tanstack/react-query';
import { RecordingContext } from '@/base/drawing/recording_context';
import type { Mark } from '@/base/drawing/drawing';
import type { Box } from '@/base/drawing/svg_reader';
import type { Zone } from '@/base/time_format';
import { interpolate } from '@/model/dashboard/interpolate';
import { isDrawn, needsNoQuery } from '@/model/dashboard/panel_view';
import { isKnownKind } from '@/model/dashboard/support';
import type { Panel } from '@/model/dashboard/types';
import { isMarkOf, type PlotMark } from '@/widgets/chart/mark_layer';
import type { Theme } from '@/widgets/preferences';
import { CandlestickPanel } from '../panels/candlestick_panel';
import { NewsPanel } from '../panels/list_panels';
import { NodeGraphPanel } from '../panels/node_graph_panel';
import { FlamePanel, XyPanel } from '../panels/svg_panels';
import { TextPanel } from '../panels/text_panel';
import type { PanelData } from '../use_panel_data';
import { drawTimeSeries } from './draw_graph';
import { drawAlertList, drawAnnotationList, drawDashList, drawLogs, drawSentence, drawTraces } from './draw_lists';
import { drawHeatmap, drawStates } from './draw_states';
import { drawBarChart, drawGeomap, drawOwnSvg, drawPie } from './draw_svg_panels';
import { drawTable } from './draw_table';
import { drawMarkup } from './draw_text';
import { drawBarGauges, drawGauges, drawStats } from './draw_values';
import { coloringOf, markupOf, type Drawn } from './drawn';
import { Pen } from './pen';
import { whyEmpty } from './why_empty';

type DrawPanel = (drawn: Drawn) => void | Promise<void>;

const drawText: DrawPanel = (drawn) => drawMarkup(drawn, markupOf(TextPanel, drawn));

export const drawers: Record<string, DrawPanel> = {
  timeseries: drawTimeSeries,
  trend: drawTimeSeries,
  stat: drawStats,
  gauge: drawGauges,
  bargauge: drawBarGauges,
  table: drawTable,
  text: drawText,
  welcome: drawText,
  heatmap: drawHeatmap,
  logs: drawLogs,
  'state-timeline': drawStates,
  'status-history': drawStates,
  piechart: drawPie,
  barchart: drawBarChart,
  histogram: drawBarChart,
  nodeGraph: drawOwnSvg(NodeGraphPanel),
  traces: drawTraces,
  alertlist: drawAlertList,
  dashlist: drawDashList,
  annolist: drawAnnotationList,
  flamegraph: drawOwnSvg(FlamePanel),
  xychart: drawOwnSvg(XyPanel),
  candlestick: drawOwnSvg(CandlestickPanel),
  geomap: drawGeomap,
  news: drawSentence(NewsPanel),
};

export interface PanelPicture {
  panel: Panel;
  data: Pick<PanelData, 'frames' | 'queries' | 'scope' | 'window' | 'error' | 'errors'>;
  marks: readonly PlotMark[];
  theme: Theme;
  zone: Zone;
  client: QueryClient;
}

const headHeight = 32;
const lineHeight = 18;

function drawWhy(pen: Pen, box: Box, why: { title: string; more: string; isBad: boolean }): void {
  const title = pen.wrap(why.title, box.width - 24, { isBold: true });
  const more = why.more === '' ? [] : pen.wrap(why.more, box.width - 24, { size: 12 });
  const fits = Math.max(Math.floor(box.height / lineHeight), 1);
  const lines = [
    ...title.map((text) => ({ text, isBold: true, size: 13, color: why.isBad ? 'var(--bad)' : 'var(--text-2)' })),
    ...more.map((text) => ({ text, isBold: false, size: 12, color: 'var(--text-3)' })),
  ].slice(0, fits);
  const top = box.y + (box.height - lines.length * lineHeight) / 2 + lineHeight / 2;
  lines.forEach(({ text, ...look }, i) => {
    pen.text(text, box.x + box.width / 2, top + i * lineHeight, { ...look, align: 'center', width: box.width - 16 });
  });
}

/** The marks of a panel in that box. A panel that cannot be drawn says why; this never throws. */
export async function drawPanel(picture: PanelPicture, box: Box): Promise<readonly Mark[]> {
  const { panel, data, marks, theme, zone, client } = picture;
  const ctx = new RecordingContext();
  const pen = new Pen(ctx, theme);
  const { width, height } = box;
  ctx.translate(box.x, box.y);
  if (!panel.isTransparent) {
    pen.box({ x: 0.5, y: 0.5, width: width - 1, height: height - 1 }, 'var(--surface)', {
      radius: 7,
      edge: 'var(--border)',
    });
  }
  const title = interpolate(panel.title, data.scope, 'title');
  const warnings = [...panel.unsupported, ...data.errors.map((one) => `Query ${one.refId}: ${one.message}`)];
  const isReady = needsNoQuery(panel) || (data.frames.length > 0 && isDrawn(panel, data.frames));
  const draw = drawers[panel.type];
  const top = title === '' ? 6 : headHeight;
  if (title !== '') pen.text(title, 12, 16, { isBold: true, width: width - 24 });
  const note = isReady && draw && warnings.length > 0 ? warnings.join('  ') : '';
  const body = { x: 1, y: top, width: width - 2, height: height - top - 2 - (note ? 16 : 0) };
  if (note) pen.text(note, 12, height - 10, { size: 10, color: 'var(--warn)', width: width - 24 });
  const missing = isKnownKind(panel.type) && !draw ? `Panels of the kind ${panel.type} are not drawn on paper.` : '';
  if (!isReady || !draw) {
    drawWhy(pen, body, missing ? { title: missing, more: '', isBad: false } : await whyEmpty(panel, data, client));
    return ctx.finish();
  }
  const inner = ctx.child();
  const innerPen = new Pen(inner, theme);
  const props = {
    panel,
    frames: data.frames,
    window: data.window,
    scope: data.scope,
    width: body.width,
    height: body.height,
    syncKey: null,
    marks: marks.filter((one) => isMarkOf(one, panel.id)),
    onZoom: () => undefined,
  };
  try {
    inner.translate(body.x, body.y);
    const drawn: Drawn = { pen: innerPen, props, theme, zone, coloring: coloringOf(theme), client };
    await draw(drawn);
    pen.inside({ ...body }, () => ctx.append(inner.finish()));
  } catch (error) {
    const more = error instanceof Error ? error.message : String(error);
    drawWhy(pen, body, { title: `The ${panel.type} panel could not be drawn`, more, isBad: true });
  }
  return ctx.finish();
}
