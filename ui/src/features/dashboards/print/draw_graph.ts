// SPDX-License-Identifier: Apache-2.0
// Time series by uPlot itself: it draws on a recording context as it would on a canvas.
import { plotOf } from '@/model/dashboard/view_series';
import { recordPlot } from '@/widgets/chart/record_plot';
import { legendPlace } from '../panels/time_series_panel';
import { drawPlotLegend } from './draw_legend';
import type { Drawn } from './drawn';

export function drawTimeSeries({ pen, props, zone, coloring }: Drawn): void {
  const { panel, frames, window, width, height, marks } = props;
  const plot = plotOf({ frames, options: panel.options, coloring, hidden: new Set() });
  const { isLegend, isSide, side, below } = legendPlace(plot, width, height);
  recordPlot(pen.ctx, pen.token, {
    plot,
    zone,
    width: Math.max(width - side, 60),
    height: Math.max(height - below, 40),
    from: window.fromMs / 1000,
    to: window.toMs / 1000,
    syncKey: null,
    marks,
  });
  if (!isLegend) return;
  const box = isSide
    ? { x: width - side, y: 4, width: side, height: height - 4 }
    : { x: 0, y: height - below, width, height: below };
  drawPlotLegend(pen, plot, box, isSide);
}
