// SPDX-License-Identifier: Apache-2.0
// Draws the SVG that our components make, as read by readMarkup: shapes, texts, groups, view boxes and
// arrow heads. What it does not know (filters, patterns, masks) our components do not use.
import type { Matrix } from './drawing';
import type { MarkupElement } from './markup';
import type { RecordingContext } from './recording_context';
import { RecordingPath } from './recording_path';
import { readPath } from './svg_path';

/** Presentation attributes, also those that a class stands for. */
export type SvgStyle = Record<string, string>;

export interface SvgLook {
  /** The value of `var(--name)`. */
  token: (name: string) => string;
  classes: Record<string, SvgStyle>;
}

const inherited = new Set([
  'fill', 'fill-opacity', 'stroke', 'stroke-width', 'stroke-opacity', 'font-size', 'font-weight', 'text-anchor',
  'stroke-dasharray', 'stroke-linecap', 'stroke-linejoin',
]); // prettier-ignore

function declarations(written: string): SvgStyle {
  return Object.fromEntries(
    written.split(';').flatMap((rule) => {
      const colon = rule.indexOf(':');
      return colon < 0 ? [] : [[rule.slice(0, colon).trim(), rule.slice(colon + 1).trim()]];
    }),
  );
}

const numbersOf = (written: string): number[] =>
  (written.match(/[+-]?(?:\d+\.?\d*|\.\d+)(?:e[+-]?\d+)?/gi) ?? []).map(Number);
const textOf = (element: MarkupElement): string =>
  element.children.map((one) => (typeof one === 'string' ? one : one.tag === 'title' ? '' : textOf(one))).join('');

class SvgPainter {
  constructor(
    private readonly ctx: RecordingContext,
    private readonly look: SvgLook,
  ) {}

  children(element: MarkupElement, style: SvgStyle): void {
    for (const child of element.children) if (typeof child !== 'string') this.draw(child, style);
  }

  private styleOf(element: MarkupElement, above: SvgStyle): SvgStyle {
    const { attributes } = element;
    const out: SvgStyle = Object.fromEntries(Object.entries(above).filter(([name]) => inherited.has(name)));
    for (const [name, value] of Object.entries(attributes))
      if (inherited.has(name) || name === 'opacity') out[name] = value;
    for (const name of (attributes['class'] ?? '').split(/\s+/)) Object.assign(out, this.look.classes[name] ?? {});
    Object.assign(out, declarations(attributes['style'] ?? ''));
    for (const [name, value] of Object.entries(out))
      out[name] = value.replaceAll(/var\((--[\w-]+)[^)]*\)/g, (_, token: string) => this.look.token(token));
    return out;
  }

  private transform(written: string): void {
    for (const [, name = '', args = ''] of written.matchAll(/(\w+)\(([^)]*)\)/g)) {
      const [a = 0, b = 0, c = 0, d = 0, e = 0, f = 0] = numbersOf(args);
      const count = numbersOf(args).length;
      if (name === 'translate') this.ctx.translate(a, b);
      else if (name === 'scale') this.ctx.scale(a, count > 1 ? b : a);
      else if (name === 'rotate') {
        this.ctx.translate(b, c);
        this.ctx.rotate((a * Math.PI) / 180);
        this.ctx.translate(-b, -c);
      } else if (name === 'matrix') this.ctx.transform(a, b, c, d, e, f);
    }
  }

  draw(element: MarkupElement, above: SvgStyle): void {
    if (element.tag === 'title' || element.tag === 'defs' || element.tag === 'desc') return;
    const style = this.styleOf(element, above);
    this.ctx.save();
    if (element.attributes['transform']) this.transform(element.attributes['transform']);
    if (style['opacity']) this.ctx.globalAlpha = Number(style['opacity']);
    if (element.tag === 'g' || element.tag === 'a') this.children(element, style);
    else if (element.tag === 'text') this.text(element, style);
    else {
      const path = this.shape(element);
      if (path) this.paint(path, element, style);
    }
    this.ctx.restore();
  }

  private shape({ tag, attributes }: MarkupElement): RecordingPath | null {
    const get = (name: string): number => Number(attributes[name] ?? 0) || 0;
    const path = new RecordingPath();
    switch (tag) {
      case 'path':
        return readPath(attributes['d'] ?? '');
      case 'rect':
        path.roundRect(get('x'), get('y'), get('width'), get('height'), get('rx'));
        return path;
      case 'circle':
        path.arc(get('cx'), get('cy'), get('r'), 0, 2 * Math.PI);
        path.closePath();
        return path;
      case 'ellipse':
        path.ellipse(get('cx'), get('cy'), get('rx'), get('ry'), 0, 0, 2 * Math.PI);
        path.closePath();
        return path;
      case 'line':
        path.moveTo(get('x1'), get('y1'));
        path.lineTo(get('x2'), get('y2'));
        return path;
      case 'polyline':
      case 'polygon': {
        const numbers = numbersOf(attributes['points'] ?? '');
        for (let i = 0; i + 1 < numbers.length; i += 2) path.lineTo(numbers[i] ?? 0, numbers[i + 1] ?? 0);
        if (tag === 'polygon') path.closePath();
        return path;
      }
      default:
        return null;
    }
  }

  private alpha(style: SvgStyle, name: string): number {
    const own = Number(style[name] ?? 1);
    return (Number.isFinite(own) ? own : 1) * Number(style['opacity'] ?? 1);
  }

  private paint(path: RecordingPath, element: MarkupElement, style: SvgStyle): void {
    const { ctx } = this;
    const fill = style['fill'] ?? '#000000';
    if (fill !== 'none' && element.tag !== 'line') {
      ctx.fillStyle = fill;
      ctx.globalAlpha = this.alpha(style, 'fill-opacity');
      ctx.fill(path);
    }
    const stroke = style['stroke'] ?? 'none';
    if (stroke === 'none') return;
    ctx.strokeStyle = stroke;
    ctx.globalAlpha = this.alpha(style, 'stroke-opacity');
    ctx.setLineDash(numbersOf(style['stroke-dasharray'] ?? ''));
    ctx.lineCap = (style['stroke-linecap'] ?? 'butt') as 'butt';
    ctx.lineJoin = (style['stroke-linejoin'] ?? 'miter') as 'miter';
    const width = parseFloat(style['stroke-width'] ?? '1') || 1;
    ctx.strokeAs(path, width, element.attributes['vector-effect'] === 'non-scaling-stroke');
    if (element.attributes['marker-end']) this.arrowHead(path);
  }

  private arrowHead(path: RecordingPath): void {
    const last = path.segments.at(-1);
    const before = path.segments.at(-2);
    if (!last || last.kind === 'close' || !before || before.kind === 'close') return;
    const from = last.kind === 'curve' ? { x: last.x2, y: last.y2 } : before;
    const angle = Math.atan2(last.y - from.y, last.x - from.x);
    const corner = (turn: number) => ({
      x: last.x - 9 * Math.cos(angle + turn),
      y: last.y - 9 * Math.sin(angle + turn),
    });
    const head = new RecordingPath();
    head.moveTo(last.x, last.y);
    for (const turn of [0.42, -0.42]) head.lineTo(corner(turn).x, corner(turn).y);
    head.closePath();
    this.ctx.fillStyle = this.look.token('--text-3');
    this.ctx.globalAlpha = 1;
    this.ctx.fill(head);
  }

  private text(element: MarkupElement, style: SvgStyle): void {
    const { ctx } = this;
    const weight = parseInt(style['font-weight'] ?? '400', 10) || (style['font-weight'] === 'bold' ? 700 : 400);
    ctx.font = `${weight} ${parseFloat(style['font-size'] ?? '13') || 13}px sans-serif`;
    ctx.fillStyle = style['fill'] ?? '#000000';
    ctx.globalAlpha = this.alpha(style, 'fill-opacity');
    const anchor = style['text-anchor'];
    ctx.textAlign = anchor === 'middle' ? 'center' : anchor === 'end' ? 'right' : 'left';
    ctx.textBaseline = 'alphabetic';
    ctx.fillText(textOf(element), Number(element.attributes['x'] ?? 0), Number(element.attributes['y'] ?? 0));
  }
}

export interface Box {
  x: number;
  y: number;
  width: number;
  height: number;
}

/** How a view box lies in its place: whole and in the middle, or stretched. */
function viewMatrix(viewBox: readonly number[], box: { width: number; height: number }, isStretched: boolean): Matrix {
  const [x = 0, y = 0, w = 1, h = 1] = viewBox;
  const [sx, sy] = [box.width / w, box.height / h];
  if (isStretched) return [sx, 0, 0, sy, -x * sx, -y * sy];
  const s = Math.min(sx, sy);
  return [s, 0, 0, s, (box.width - w * s) / 2 - x * s, (box.height - h * s) / 2 - y * s];
}

export function drawSvg(ctx: RecordingContext, svg: MarkupElement, box: Box, look: SvgLook): void {
  ctx.save();
  ctx.translate(box.x, box.y);
  const outside = new RecordingPath();
  outside.rect(0, 0, box.width, box.height);
  ctx.clip(outside);
  const viewBox = numbersOf(svg.attributes['viewBox'] ?? '');
  if (viewBox.length === 4) {
    ctx.transform(...viewMatrix(viewBox, box, svg.attributes['preserveAspectRatio'] === 'none'));
  }
  new SvgPainter(ctx, look).children(svg, {});
  ctx.restore();
}
