// SPDX-License-Identifier: Apache-2.0
// What the drawing of each kind of panel is given, and the components that can be taken as they are:
// what they make as SVG, or as a list, is read and drawn.
import { QueryClientProvider, type QueryClient } from '@tanstack/react-query';
import { createElement, type ComponentType } from 'react';
import { renderToStaticMarkup } from 'react-dom/server';
import { Router } from 'wouter';
import { elementsOf, readMarkup, type MarkupElement } from '@/base/drawing/markup';
import { drawSvg, type Box, type SvgLook } from '@/base/drawing/svg_reader';
import type { Zone } from '@/base/time_format';
import type { Coloring } from '@/model/dashboard/view_series';
import { seriesColor } from '@/widgets/chart/palette';
import type { Theme } from '@/widgets/preferences';
import { FixedLook, type PanelProps } from '../panels/panel_props';
import type { Pen } from './pen';
import styles from '../panels/panels.module.css';

export interface Drawn {
  pen: Pen;
  props: PanelProps;
  theme: Theme;
  zone: Zone;
  coloring: Coloring;
  /** Answers that panels ask for by themselves (alerts, dashboards) come from here. */
  client: QueryClient;
}

export const coloringOf = (theme: Theme): Coloring => ({ theme, palette: (index) => seriesColor(index, theme) });

/** What the component draws, as markup. */
export function markupOf(component: ComponentType<PanelProps>, drawn: Drawn): MarkupElement {
  const { theme, zone, client, props } = drawn;
  const panel = createElement(component, props);
  const looked = createElement(FixedLook.Provider, { value: { theme, zone } }, panel);
  const routed = createElement(Router, { ssrPath: '/', children: looked });
  return readMarkup(renderToStaticMarkup(createElement(QueryClientProvider, { client, children: routed })));
}

const svgLook = (pen: Pen): SvgLook => ({
  token: pen.token,
  classes: {
    [styles['axisText'] ?? '']: { fill: 'var(--axis)', 'font-size': '11px' },
    [styles['nodeText'] ?? '']: { fill: 'var(--text)', 'font-size': '11px', 'text-anchor': 'middle' },
  },
});

export const svgsOf = (markup: MarkupElement): MarkupElement[] => elementsOf(markup, 'svg');

export function sizeOf(svg: MarkupElement, fallback: Box): Box {
  const get = (name: 'width' | 'height'): number => Number(svg.attributes[name]) || fallback[name];
  return { ...fallback, width: get('width'), height: get('height') };
}

export const putSvg = (pen: Pen, svg: MarkupElement, box: Box): void => drawSvg(pen.ctx, svg, box, svgLook(pen));

export const hasClass = (element: MarkupElement, name: string): boolean =>
  (element.attributes['class'] ?? '').split(' ').includes(styles[name] ?? name);

export const textOf = (element: MarkupElement | string): string =>
  typeof element === 'string' ? element : element.children.map(textOf).join('');

/** That something was left out is said where it would stand. */
export function drawRest(pen: Pen, count: number, what: string, x: number, y: number): void {
  if (count > 0) pen.text(`and ${count} more ${what}`, x, y, { size: 11, color: 'var(--text-3)' });
}
