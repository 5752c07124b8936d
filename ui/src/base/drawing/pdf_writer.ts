// SPDX-License-Identifier: Apache-2.0
// Drawings as the pages of a PDF file. The fonts are the ones that every reader brings, see pdf_text.ts.
//
//   const pdf = new PdfWriter({ title, created }, deflate);
//   pdf.addPage(drawing, { width: 842, height: 595 });   // points; the drawing is scaled to fit the width
//   const bytes = pdf.finish();
//
// Source: ISO 32000-1 (PDF 1.7): 7.3 objects, 8.4 graphics state, 8.5 paths, 8.7.4 shadings, 9.4 text,
// 11.6.5 soft masks (a gradient whose alpha changes).
import { isGradient, type Drawing, type FontName, type Gradient, type Mark, type Paint, type Segment } from './drawing';
import { encodeText, runWidth } from './pdf_text';

const fonts: Record<FontName | 'symbol', { id: string; name: string }> = {
  sans: { id: 'F1', name: 'Helvetica' },
  'sans-bold': { id: 'F2', name: 'Helvetica-Bold' },
  mono: { id: 'F3', name: 'Courier' },
  'mono-bold': { id: 'F4', name: 'Courier-Bold' },
  symbol: { id: 'F5', name: 'Symbol' },
};

const number = (value: number): string => {
  const text = (Math.abs(value) < 1e7 ? value : Math.sign(value) * 1e7).toFixed(2);
  return text
    .replace(/\.?0+$/, '')
    .replace(/^-?$/, '0')
    .replace(/^-0$/, '0');
};
const numbers = (...values: readonly number[]): string => values.map(number).join(' ');
const fine = (value: number): string => value.toFixed(4).replace(/\.?0+$/, '') || '0';

/** Latin-1 characters are bytes here; what is compressed as well. */
function bytesOf(text: string): Uint8Array {
  const bytes = new Uint8Array(text.length);
  for (let i = 0; i < text.length; i++) bytes[i] = text.charCodeAt(i);
  return bytes;
}

export type Deflate = (bytes: Uint8Array) => Uint8Array;

const hexText = (text: string): string =>
  `<FEFF${[...Array(text.length).keys()].map((i) => text.charCodeAt(i).toString(16).padStart(4, '0')).join('')}>`;

export interface PdfInfo {
  title: string;
  created: Date;
}

const joins = { miter: 0, round: 1, bevel: 2 };
const caps = { butt: 0, round: 1, square: 2 };

export class PdfWriter {
  private readonly chunks: Uint8Array[] = [];
  private size = 0;
  private readonly offsets: number[] = [];
  private readonly pages: number[] = [];
  private readonly alphas = new Map<string, string>();
  private readonly shadings: string[] = [];
  private readonly states: string[] = [];
  private readonly catalog = this.reserve();
  private readonly tree = this.reserve();
  private readonly resources = this.reserve();

  constructor(
    private readonly info: PdfInfo,
    private readonly deflate: Deflate | null = null,
  ) {
    this.write('%PDF-1.7\n%\u00e2\u00e3\u00cf\u00d3\n');
  }

  private write(text: string | Uint8Array): void {
    const bytes = typeof text === 'string' ? bytesOf(text) : text;
    this.chunks.push(bytes);
    this.size += bytes.length;
  }

  private reserve(): number {
    return this.offsets.push(0);
  }

  private object(body: string, id = this.reserve()): number {
    this.offsets[id - 1] = this.size;
    this.write(`${id} 0 obj\n${body}\nendobj\n`);
    return id;
  }

  private stream(dictionary: string, content: string): number {
    const id = this.reserve();
    const plain = bytesOf(content);
    const packed = this.deflate ? this.deflate(plain) : plain;
    this.offsets[id - 1] = this.size;
    const filter = this.deflate ? ' /Filter /FlateDecode' : '';
    this.write(`${id} 0 obj\n<< ${dictionary}${filter} /Length ${packed.length} >>\nstream\n`);
    this.write(packed);
    this.write('\nendstream\nendobj\n');
    return id;
  }

  /** The name of a graphics state with that alpha, for lines and areas alike. */
  private alpha(value: number): string {
    const key = value.toFixed(2);
    let name = this.alphas.get(key);
    if (!name) {
      name = `A${this.alphas.size}`;
      this.alphas.set(key, name);
      this.states.push(`/${name} << /Type /ExtGState /ca ${key} /CA ${key} >>`);
    }
    return name;
  }

  /** A function of 0 to 1 through the stops. */
  private steps(stops: Gradient['stops'], parts: (stop: Gradient['stops'][number]) => string): string {
    const sorted = [...stops].sort((a, b) => a.at - b.at);
    const first = sorted[0] as Gradient['stops'][number];
    const points = [{ ...first, at: 0 }, ...sorted, { ...(sorted.at(-1) ?? first), at: 1 }];
    const bounds: number[] = [];
    const functions: string[] = [];
    for (let i = 0; i + 1 < points.length; i++) {
      const [from, to] = [points[i] as typeof first, points[i + 1] as typeof first];
      if (to.at - from.at < 1e-6) continue;
      if (functions.length > 0) bounds.push(from.at);
      functions.push(`<< /FunctionType 2 /Domain [0 1] /C0 [${parts(from)}] /C1 [${parts(to)}] /N 1 >>`);
    }
    return `<< /FunctionType 3 /Domain [0 1] /Functions [${functions.join(' ')}] /Bounds [${bounds.map(fine).join(' ')}] /Encode [${functions.map(() => '0 1').join(' ')}] >>`;
  }

  private shading(gradient: Gradient, space: string, parts: (stop: Gradient['stops'][number]) => string): number {
    const line = numbers(gradient.x0, gradient.y0, gradient.x1, gradient.y1);
    return this.object(
      `<< /ShadingType 2 /ColorSpace /${space} /Coords [${line}] /Extend [true true] /Function ${this.steps(gradient.stops, parts)} >>`,
    );
  }

  /** What paints a gradient inside of the clip that is set. */
  private gradient(gradient: Gradient, page: Drawing): string {
    const id = this.shading(gradient, 'DeviceRGB', ({ color }) => [color.r, color.g, color.b].map(fine).join(' '));
    const name = `S${this.shadings.length}`;
    this.shadings.push(`/${name} ${id} 0 R`);
    const isEven = gradient.stops.every((stop) => stop.color.a === gradient.stops[0]?.color.a);
    if (isEven) return `/${this.alpha(gradient.stops[0]?.color.a ?? 1)} gs /${name} sh\n`;
    const mask = this.shading(gradient, 'DeviceGray', ({ color }) => fine(color.a));
    const form = this.stream(
      `/Type /XObject /Subtype /Form /BBox [0 0 ${numbers(page.width, page.height)}] /Group << /S /Transparency /CS /DeviceGray >> /Resources << /Shading << /M ${mask} 0 R >> >>`,
      '/M sh',
    );
    const state = `M${this.states.length}`;
    this.states.push(`/${state} << /Type /ExtGState /SMask << /S /Luminosity /G ${form} 0 R >> /ca 1 /CA 1 >>`);
    return `/${state} gs /${name} sh\n`;
  }

  private path(path: readonly Segment[]): string {
    return path
      .map((one) =>
        one.kind === 'close'
          ? 'h'
          : one.kind === 'curve'
            ? `${numbers(one.x1, one.y1, one.x2, one.y2, one.x, one.y)} c`
            : `${numbers(one.x, one.y)} ${one.kind === 'move' ? 'm' : 'l'}`,
      )
      .join('\n');
  }

  private color(paint: Exclude<Paint, Gradient>, operator: 'rg' | 'RG'): string {
    return `/${this.alpha(paint.a)} gs ${[paint.r, paint.g, paint.b].map(fine).join(' ')} ${operator}\n`;
  }

  private text(mark: Extract<Mark, { kind: 'text' }>): string {
    const { runs } = encodeText(mark.text);
    const [a, b, c, d, e, f] = mark.matrix;
    let at = 0;
    const shown = runs.map((run) => {
      const font = run.isSymbol ? fonts.symbol : fonts[mark.font];
      const codes = run.codes.map((code) => code.toString(16).padStart(2, '0')).join('');
      // The page is upside down, so the letters are turned back.
      const place = `${[a, b, -c, -d].map(fine).join(' ')} ${numbers(e + a * at, f + b * at)} Tm`;
      at += runWidth(run, mark.font, mark.size);
      return `/${font.id} ${number(mark.size)} Tf ${place} <${codes}> Tj`;
    });
    return `${this.color(mark.paint, 'rg')}BT ${shown.join('\n')} ET\n`;
  }

  private operators(mark: Mark, page: Drawing): string {
    switch (mark.kind) {
      case 'fill': {
        const rule = mark.isEvenOdd ? '*' : '';
        if (!isGradient(mark.paint)) return `${this.color(mark.paint, 'rg')}${this.path(mark.path)}\nf${rule}\n`;
        return `q\n${this.path(mark.path)}\nW${rule} n\n${this.gradient(mark.paint, page)}Q\n`;
      }
      case 'stroke': {
        const { paint } = mark;
        const color = isGradient(paint) ? (paint.stops.at(-1)?.color ?? { r: 0, g: 0, b: 0, a: 1 }) : paint;
        // A dash of no length never ends.
        const dash = mark.dash.some((length) => length > 0) ? mark.dash : [];
        const look = `${number(mark.width)} w ${caps[mark.cap]} J ${joins[mark.join]} j [${numbers(...dash)}] 0 d\n`;
        return `${this.color(color, 'RG')}${look}${this.path(mark.path)}\nS\n`;
      }
      case 'text':
        return this.text(mark);
      case 'clip':
        return mark.path.length === 0
          ? 'q\n0 0 0 0 re W n\n'
          : `q\n${this.path(mark.path)}\nW${mark.isEvenOdd ? '*' : ''} n\n`;
      case 'unclip':
        return 'Q\n';
    }
  }

  addPage(drawing: Drawing, paper: { width: number; height: number }): void {
    const scale = paper.width / drawing.width;
    const parts = [`${fine(scale)} 0 0 ${fine(-scale)} 0 ${number(paper.height)} cm\n`];
    for (const mark of drawing.marks) parts.push(this.operators(mark, drawing));
    const content = this.stream('', parts.join(''));
    this.pages.push(
      this.object(
        `<< /Type /Page /Parent ${this.tree} 0 R /MediaBox [0 0 ${numbers(paper.width, paper.height)}] /Resources ${this.resources} 0 R /Contents ${content} 0 R /Group << /S /Transparency /CS /DeviceRGB >> >>`,
      ),
    );
  }

  finish(): Uint8Array {
    const fontObjects = Object.values(fonts).map(({ id, name }) => {
      const encoding = name === 'Symbol' ? '' : ' /Encoding /WinAnsiEncoding';
      return `/${id} ${this.object(`<< /Type /Font /Subtype /Type1 /BaseFont /${name}${encoding} >>`)} 0 R`;
    });
    this.object(
      `<< /Font << ${fontObjects.join(' ')} >> /ExtGState << ${this.states.join(' ')} >> /Shading << ${this.shadings.join(' ')} >> >>`,
      this.resources,
    );
    const kids = this.pages.map((id) => `${id} 0 R`).join(' ');
    this.object(`<< /Type /Pages /Kids [${kids}] /Count ${this.pages.length} >>`, this.tree);
    this.object(
      `<< /Type /Catalog /Pages ${this.tree} 0 R /ViewerPreferences << /DisplayDocTitle true >> >>`,
      this.catalog,
    );
    const date = `${this.info.created.toISOString().slice(0, 19).replaceAll(/[-:T]/g, '')}Z`;
    const info = this.object(
      `<< /Title ${hexText(this.info.title)} /Producer (Signalbox) /CreationDate (D:${date}) >>`,
    );
    const table = this.size;
    const rows = this.offsets.map((offset) => `${String(offset).padStart(10, '0')} 00000 n \n`).join('');
    this.write(`xref\n0 ${this.offsets.length + 1}\n0000000000 65535 f \n${rows}`);
    this.write(
      `trailer\n<< /Size ${this.offsets.length + 1} /Root ${this.catalog} 0 R /Info ${info} 0 R >>\nstartxref\n${table}\n%%EOF\n`,
    );
    const out = new Uint8Array(this.size);
    let at = 0;
    for (const chunk of this.chunks) {
      out.set(chunk, at);
      at += chunk.length;
    }
    return out;
  }
}
