// SPDX-License-Identifier: Apache-2.0
// A drawing as an SVG document that stands alone: no styles, scripts or files from elsewhere.
import {
  isGradient,
  type Drawing,
  type FontName,
  type Mark,
  type Matrix,
  type Paint,
  type Rgba,
  type Segment,
} from './drawing';
import { textWidth } from './font_metrics';

const round = (value: number): string => {
  const text = value.toFixed(2);
  return text.includes('.') ? text.replace(/\.?0+$/, '').replace(/^-0$/, '0') : text;
};

/** Without the characters that XML cannot hold at all. */
const escaped = (text: string): string =>
  text
    .replaceAll(/[\u0000-\u0008\u000b\u000c\u000e-\u001f\ufffe\uffff]/g, ' ')
    .replaceAll(/[\ud800-\udbff](?![\udc00-\udfff])|(?<![\ud800-\udbff])[\udc00-\udfff]/g, '\ufffd')
    .replaceAll('&', '&amp;')
    .replaceAll('<', '&lt;')
    .replaceAll('>', '&gt;')
    .replaceAll('"', '&quot;');

export function pathText(path: readonly Segment[]): string {
  return path
    .map((one) =>
      one.kind === 'close'
        ? 'Z'
        : one.kind === 'curve'
          ? `C${[one.x1, one.y1, one.x2, one.y2, one.x, one.y].map(round).join(' ')}`
          : `${one.kind === 'move' ? 'M' : 'L'}${round(one.x)} ${round(one.y)}`,
    )
    .join('');
}

function colorText({ r, g, b }: Rgba): string {
  const part = (value: number): string =>
    Math.round(value * 255)
      .toString(16)
      .padStart(2, '0');
  return `#${part(r)}${part(g)}${part(b)}`;
}

const alphaText = (name: string, { a }: Rgba): string => (a < 1 ? ` ${name}="${round(a)}"` : '');

const families: Record<FontName, string> = {
  sans: 'font-family="Helvetica, Arial, Liberation Sans, sans-serif"',
  'sans-bold': 'font-family="Helvetica, Arial, Liberation Sans, sans-serif" font-weight="700"',
  mono: 'font-family="Courier New, Courier, Liberation Mono, monospace"',
  'mono-bold': 'font-family="Courier New, Courier, Liberation Mono, monospace" font-weight="700"',
};

function isPlain([a, b, c, d]: Matrix): boolean {
  return a === 1 && b === 0 && c === 0 && d === 1;
}

class Writer {
  readonly defs: string[] = [];
  readonly body: string[] = [];

  private paint(name: 'fill' | 'stroke', paint: Paint): string {
    if (!isGradient(paint)) return `${name}="${colorText(paint)}"${alphaText(`${name}-opacity`, paint)}`;
    const id = `g${this.defs.length}`;
    const stops = paint.stops.map(
      ({ at, color }) =>
        `<stop offset="${round(at)}" stop-color="${colorText(color)}"${alphaText('stop-opacity', color)}/>`,
    );
    const ends = (['x0', 'y0', 'x1', 'y1'] as const).map((end) => round(paint[end]));
    this.defs.push(
      `<linearGradient id="${id}" gradientUnits="userSpaceOnUse" x1="${ends[0]}" y1="${ends[1]}" x2="${ends[2]}" y2="${ends[3]}">${stops.join('')}</linearGradient>`,
    );
    return `${name}="url(#${id})"`;
  }

  add(mark: Mark): void {
    switch (mark.kind) {
      case 'fill':
        this.body.push(
          `<path d="${pathText(mark.path)}" ${this.paint('fill', mark.paint)}${mark.isEvenOdd ? ' fill-rule="evenodd"' : ''}/>`,
        );
        return;
      case 'stroke': {
        const rest = [
          `stroke-width="${round(mark.width)}"`,
          mark.dash.length > 0 ? `stroke-dasharray="${mark.dash.map(round).join(' ')}"` : '',
          mark.cap === 'butt' ? '' : `stroke-linecap="${mark.cap}"`,
          mark.join === 'miter' ? '' : `stroke-linejoin="${mark.join}"`,
        ].filter(Boolean);
        this.body.push(
          `<path d="${pathText(mark.path)}" fill="none" ${this.paint('stroke', mark.paint)} ${rest.join(' ')}/>`,
        );
        return;
      }
      case 'text': {
        const { matrix } = mark;
        const place = isPlain(matrix)
          ? `x="${round(matrix[4])}" y="${round(matrix[5])}"`
          : `transform="matrix(${matrix.map((part) => part.toFixed(4)).join(' ')})"`;
        // Where the font is another one, the text still takes the room that it was given.
        const length = textWidth(mark.text, mark.font, mark.size);
        this.body.push(
          `<text ${place} ${families[mark.font]} font-size="${round(mark.size)}" ${this.paint('fill', mark.paint)} textLength="${round(length)}" lengthAdjust="spacingAndGlyphs" xml:space="preserve">${escaped(mark.text)}</text>`,
        );
        return;
      }
      case 'clip': {
        const id = `c${this.defs.length}`;
        const rule = mark.isEvenOdd ? ' clip-rule="evenodd"' : '';
        this.defs.push(`<clipPath id="${id}"><path d="${pathText(mark.path)}"${rule}/></clipPath>`);
        this.body.push(`<g clip-path="url(#${id})">`);
        return;
      }
      case 'unclip':
        this.body.push('</g>');
    }
  }
}

export function writeSvg(drawing: Drawing, title: string): string {
  const writer = new Writer();
  drawing.marks.forEach((mark) => writer.add(mark));
  const [width, height] = [round(drawing.width), round(drawing.height)];
  return [
    `<svg xmlns="http://www.w3.org/2000/svg" width="${width}" height="${height}" viewBox="0 0 ${width} ${height}">`,
    `<title>${escaped(title)}</title>`,
    writer.defs.length > 0 ? `<defs>${writer.defs.join('\n')}</defs>` : '',
    ...writer.body,
    '</svg>\n',
  ]
    .filter(Boolean)
    .join('\n');
}
