// SPDX-License-Identifier: Apache-2.0
// Text panels: the elements that the component lets through, set in lines. Blocks, headings, lists, tables,
// code, colours and sizes; pictures are named by their description.
import type { MarkupElement } from '@/base/drawing/markup';
import { textOf, type Drawn } from './drawn';
import type { Pen, TextLook } from './pen';

interface Style extends TextLook {
  size: number;
  color: string;
  align: 'left' | 'center' | 'right';
  isPre: boolean;
  background: string | null;
}

interface Piece {
  text: string;
  style: Style;
}

const headings: Record<string, number> = { h1: 20, h2: 17, h3: 15, h4: 13, h5: 13, h6: 12 };
const blocks = new Set('p div ul ol li pre blockquote table thead tbody tfoot tr hr section figure figcaption details summary dl dt dd caption h1 h2 h3 h4 h5 h6'.split(' ')); // prettier-ignore

function styleOf(element: MarkupElement, above: Style): Style {
  const style = { ...above, background: null as string | null };
  const { tag, attributes } = element;
  if (headings[tag]) Object.assign(style, { size: headings[tag], isBold: true });
  if (tag === 'strong' || tag === 'b' || tag === 'th' || tag === 'dt' || tag === 'summary') style.isBold = true;
  if (tag === 'code' || tag === 'pre' || tag === 'kbd') style.isMono = true;
  if (tag === 'pre') style.isPre = true;
  if (tag === 'a') style.color = 'var(--accent)';
  if (tag === 'small') style.size = above.size * 0.85;
  if (tag === 'blockquote') style.color = 'var(--text-2)';
  for (const rule of (attributes['style'] ?? '').split(';')) {
    const [name = '', value = ''] = rule.split(/:(.*)/s).map((one) => one.trim());
    if (name === 'color') style.color = value;
    else if (name === 'background-color') style.background = value;
    else if (name === 'text-align' && /^(left|center|right)$/.test(value)) style.align = value as Style['align'];
    else if (name === 'font-weight') style.isBold = value === 'bold' || Number(value) >= 600;
    else if (name === 'font-size') {
      const size = parseFloat(value) * (/em$/.test(value) ? above.size : /%$/.test(value) ? above.size / 100 : 1);
      if (size > 0) style.size = Math.min(size, 120);
    }
  }
  return style;
}

class TextSetter {
  y = 2;
  private line: Piece[] = [];
  private isSpaced = false;

  constructor(
    private readonly pen: Pen,
    private readonly bottom: number,
  ) {}

  get isFull(): boolean {
    return this.y > this.bottom;
  }

  /** Sets what has gathered as lines between `left` and `right`. */
  flush(left: number, right: number, mark = ''): void {
    const pieces = this.line;
    this.line = [];
    if (mark && pieces[0]) this.marked(mark, left, pieces[0].style);
    let row: Piece[] = [];
    let width = 0;
    const end = (): void => {
      if (row.length > 0) this.set(row, left, right);
      row = [];
      width = 0;
    };
    for (const { text, style } of pieces) {
      const words = style.isPre ? text.split(/(\n)/) : text.split(/(?<=\s)|(\n)/).filter((one) => one !== undefined);
      for (const word of words) {
        if (word === '\n') {
          if (row.length === 0) this.y += style.size * 1.45;
          end();
          continue;
        }
        const pens = this.pen.widthOf(word.trimEnd(), style);
        if (width > 0 && width + pens > right - left) end();
        const shown = row.length === 0 && !style.isPre ? word.trimStart() : word;
        if (shown === '') continue;
        for (const part of pens > right - left ? this.pen.wrap(shown, right - left, style) : [shown]) {
          if (width > 0 && width + this.pen.widthOf(part.trimEnd(), style) > right - left) end();
          row.push({ text: part, style });
          width += this.pen.widthOf(part, style);
        }
      }
    }
    end();
  }

  private marked(mark: string, left: number, style: Style): void {
    this.pen.text(mark, left - 8, this.y + style.size * 0.72, { ...style, align: 'right', isBold: false });
  }

  private set(row: readonly Piece[], left: number, right: number): void {
    const size = Math.max(...row.map((one) => one.style.size));
    const height = size * 1.45;
    const last = row.at(-1);
    const width = row.reduce(
      (sum, one) => sum + this.pen.widthOf(one === last ? one.text.trimEnd() : one.text, one.style),
      0,
    );
    const align = row[0]?.style.align ?? 'left';
    let x = align === 'center' ? (left + right - width) / 2 : align === 'right' ? right - width : left;
    if (this.y + height * 0.8 <= this.bottom) {
      for (const { text, style } of row) {
        const room = this.pen.widthOf(text, style);
        if (style.background) this.pen.box({ x, y: this.y, width: room, height }, style.background);
        const shift = (size - style.size) * 0.352;
        this.pen.text(text, x, this.y + height / 2 + shift, { ...style, align: 'left' });
        x += room;
      }
    }
    this.y += height;
  }

  private gap(size: number): void {
    if (!this.isSpaced && this.y > 2) this.y += size;
    this.isSpaced = true;
  }

  put(text: string, style: Style): void {
    const written = style.isPre ? text : text.replaceAll(/[ \t\r\n]+/g, ' ');
    if (written.trim() !== '') this.isSpaced = false;
    this.line.push({ text: written, style });
  }

  private table(element: MarkupElement, style: Style, left: number, right: number): void {
    const rows: MarkupElement[] = [];
    const collect = (of: MarkupElement): void => {
      for (const child of of.children) {
        if (typeof child === 'string') continue;
        if (child.tag === 'tr') rows.push(child);
        else collect(child);
      }
    };
    collect(element);
    const cellsOf = (row: MarkupElement) =>
      row.children.filter(
        (one): one is MarkupElement => typeof one !== 'string' && (one.tag === 'td' || one.tag === 'th'),
      );
    const count = Math.max(...rows.map((row) => cellsOf(row).length), 1);
    const widths = Array.from({ length: count }, (_, i) =>
      Math.max(
        ...rows.map((row) => this.pen.widthOf(textOf(cellsOf(row)[i] ?? '').trim(), { ...style, isBold: true }) + 22),
        30,
      ),
    );
    const factor = Math.min((right - left) / widths.reduce((sum, one) => sum + one, 0), 1);
    for (const row of rows) {
      const top = this.y;
      let [x, bottom] = [left, top];
      for (const [i, cell] of cellsOf(row).entries()) {
        const width = (widths[i] ?? 30) * factor;
        this.y = top + 3;
        this.isSpaced = true;
        this.children(cell, styleOf(cell, style), x + 10, x + width - 4);
        bottom = Math.max(bottom, this.y + 3);
        x += width;
      }
      this.y = bottom;
      if (bottom <= this.bottom) this.pen.line(left, bottom, x, bottom, 'var(--border)');
    }
  }

  children(element: MarkupElement, style: Style, left: number, right: number): void {
    let number = 0;
    for (const child of element.children) {
      if (this.isFull) break;
      if (typeof child === 'string') this.put(child, style);
      else if (!blocks.has(child.tag)) this.inline(child, style, left, right);
      else {
        this.flush(left, right);
        if (child.tag === 'li') number++;
        this.block(child, style, left, right, element.tag === 'ol' ? `${number}.` : '•');
      }
    }
    this.flush(left, right);
  }

  private inline(element: MarkupElement, above: Style, left: number, right: number): void {
    const style = styleOf(element, above);
    if (element.tag === 'br') return void this.line.push({ text: '\n', style: above });
    if (element.tag === 'img')
      return this.put(`[picture: ${element.attributes['alt'] || 'without a description'}]`, style);
    for (const child of element.children) {
      if (typeof child === 'string') this.put(child, style);
      else if (blocks.has(child.tag)) {
        this.flush(left, right);
        this.block(child, style, left, right, '•');
      } else this.inline(child, style, left, right);
    }
  }

  private block(element: MarkupElement, above: Style, left: number, right: number, mark: string): void {
    const style = styleOf(element, above);
    const { tag } = element;
    if (tag === 'hr') {
      this.gap(6);
      this.pen.line(left, this.y, right, this.y, 'var(--border)');
      return this.gap(8);
    }
    if (tag === 'table') {
      this.gap(6);
      this.table(element, style, left, right);
      return this.gap(6);
    }
    const space = headings[tag]
      ? 8
      : tag === 'p' || tag === 'pre' || tag === 'blockquote' || tag === 'ul' || tag === 'ol'
        ? 6
        : 0;
    if (space > 0) this.gap(space);
    const indent = tag === 'ul' || tag === 'ol' ? 22 : tag === 'blockquote' || tag === 'dd' ? 16 : 0;
    if (tag === 'pre') return this.code(element, style, left, right);
    if (tag === 'li') this.item(element, style, left, right, mark);
    else this.children(element, style, left + indent, right);
    if (space > 0) this.gap(space);
  }

  private item(element: MarkupElement, style: Style, left: number, right: number, mark: string): void {
    this.pen.text(mark, left - 8, this.y + style.size * 0.72, { ...style, align: 'right', isBold: false });
    this.children(element, style, left, right);
  }

  private code(element: MarkupElement, style: Style, left: number, right: number): void {
    const lines = textOf(element)
      .split('\n')
      .flatMap((one) => this.pen.wrap(one, right - left - 20, { ...style, size: 11 }));
    const height = Math.min(lines.length * 16 + 12, this.bottom - this.y);
    this.pen.box({ x: left, y: this.y, width: right - left, height }, 'var(--surface-2)', { radius: 7 });
    lines.forEach((line, i) => {
      const y = this.y + 14 + i * 16;
      if (y < this.bottom) this.pen.text(line, left + 10, y, { ...style, size: 11 });
    });
    this.y += lines.length * 16 + 12;
    this.isSpaced = false;
    this.gap(6);
  }
}

/** The root element of a text, as the component makes it. */
export function drawMarkup({ pen, props }: Drawn, root: MarkupElement): void {
  const style: Style = { size: 13, color: 'var(--text)', align: 'left', isPre: false, background: null };
  const setter = new TextSetter(pen, props.height - 4);
  setter.children(root, style, 14, props.width - 14);
  if (setter.isFull) {
    pen.box({ x: 0, y: props.height - 18, width: props.width, height: 18 }, 'var(--surface)');
    pen.text('the text goes on in the browser', 14, props.height - 9, { size: 11, color: 'var(--text-3)' });
  }
}
