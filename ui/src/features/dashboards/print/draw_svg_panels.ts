// SPDX-License-Identifier: Apache-2.0
// Panels whose components draw SVG: that is taken as it is, with the legend beside or below it.
import type { ComponentType } from 'react';
import { BarChartPanel } from '../panels/bar_chart_panel';
import { loadLand, GeomapPanel } from '../panels/geomap_panel';
import type { PanelProps } from '../panels/panel_props';
import { PiePanel } from '../panels/pie_panel';
import { drawLegendList, legendOf } from './draw_legend';
import { drawRest, markupOf, putSvg, sizeOf, svgsOf, type Drawn } from './drawn';

/** The drawing from the top left corner; what is higher than the panel is said to go on. */
export const drawOwnSvg =
  (component: ComponentType<PanelProps>) =>
  (drawn: Drawn): void => {
    const { pen, props } = drawn;
    const [svg] = svgsOf(markupOf(component, drawn));
    if (!svg) return;
    const whole = { x: 0, y: 0, width: props.width, height: props.height };
    const size = sizeOf(svg, whole);
    pen.inside(whole, () => putSvg(pen, svg, size));
    if (size.height > props.height + 24) {
      const rest = `cut off: ${Math.ceil((size.height - props.height) / 20)} lines more in the browser`;
      pen.box({ x: 0, y: props.height - 16, width: props.width, height: 16 }, 'var(--surface)');
      pen.text(rest, 8, props.height - 8, { size: 11, color: 'var(--text-3)' });
    }
  };

export async function drawGeomap(drawn: Drawn): Promise<void> {
  await loadLand();
  drawOwnSvg(GeomapPanel)(drawn);
}

export function drawBarChart(drawn: Drawn): void {
  const { pen, props } = drawn;
  const markup = markupOf(BarChartPanel, drawn);
  const [svg] = svgsOf(markup);
  if (!svg) return;
  const { width, height } = props;
  const size = sizeOf(svg, { x: 0, y: 0, width, height });
  putSvg(pen, svg, size);
  drawLegendList(pen, legendOf(markup), { x: 0, y: size.height, width, height: height - size.height }, false);
}

export function drawPie(drawn: Drawn): void {
  const { pen, props } = drawn;
  const { width, height } = props;
  const markup = markupOf(PiePanel, drawn);
  const [svg] = svgsOf(markup);
  if (!svg) return;
  const items = legendOf(markup);
  const isSide = items.length > 0 && width > height * 1.2;
  const size = sizeOf(svg, { x: 0, y: 0, width, height });
  const box = isSide
    ? { x: 6, y: (height - size.height) / 2, width: size.width, height: size.height }
    : { x: (width - size.width) / 2, y: 6, width: size.width, height: size.height };
  putSvg(pen, svg, box);
  const left = size.width + 12;
  if (!isSide) {
    const top = size.height + 12;
    return drawLegendList(pen, items, { x: 0, y: top, width, height: height - top }, false);
  }
  const fits = Math.max(Math.floor(height / 17) - 1, 1);
  const shown = items.length > fits ? items.slice(0, fits - 1) : items;
  const top = Math.max((height - shown.length * 17) / 2, 0);
  drawLegendList(pen, shown, { x: left, y: top, width: width - left, height: height - top + 17 }, true);
  drawRest(pen, items.length - shown.length, 'slices', left + 4, top + shown.length * 17 + 10);
}
