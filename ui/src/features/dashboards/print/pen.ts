// SPDX-License-Identifier: Apache-2.0
// Boxes, lines and texts in the words of our style sheets, on a recording context.
import type { Box } from '@/base/drawing/svg_reader';
import { fitted, textWidth, wrapped } from '@/base/drawing/font_metrics';
import type { FontName } from '@/base/drawing/drawing';
import type { RecordingContext } from '@/base/drawing/recording_context';
import { RecordingPath } from '@/base/drawing/recording_path';
import type { Theme } from '@/widgets/preferences';
import { themeTokens } from '@/widgets/theme_tokens';

export interface TextLook {
  size?: number;
  isBold?: boolean;
  isMono?: boolean;
  /** A colour, or "var(--token)". */
  color?: string;
  align?: 'left' | 'center' | 'right';
  /** Longer text ends with an ellipsis. */
  width?: number;
}

const fontOf = ({ isBold = false, isMono = false }: TextLook): FontName =>
  `${isMono ? 'mono' : 'sans'}${isBold ? '-bold' : ''}` as FontName;

export class Pen {
  constructor(
    readonly ctx: RecordingContext,
    readonly theme: Theme,
  ) {}

  token = (name: string): string => themeTokens(this.theme).get(name) ?? '#888888';
  color = (written: string): string => written.replaceAll(/var\((--[\w-]+)\)/g, (_, name: string) => this.token(name));

  /** Everything of `draw` is moved by (x, y) and, with a size, seen inside of its box only. */
  inside(box: { x: number; y: number; width?: number; height?: number }, draw: () => void): void {
    this.ctx.save();
    this.ctx.translate(box.x, box.y);
    if (box.width !== undefined && box.height !== undefined) {
      const path = new RecordingPath();
      path.rect(0, 0, box.width, box.height);
      this.ctx.clip(path);
    }
    draw();
    this.ctx.restore();
  }

  box({ x, y, width, height }: Box, fill: string | null, look: { radius?: number; edge?: string } = {}): void {
    if (!(width > 0) || !(height > 0)) return;
    const path = new RecordingPath();
    path.roundRect(x, y, width, height, look.radius ?? 0);
    if (fill !== null) {
      this.ctx.fillStyle = this.color(fill);
      this.ctx.fill(path);
    }
    if (look.edge === undefined) return;
    this.ctx.strokeStyle = this.color(look.edge);
    this.ctx.setLineDash([]);
    this.ctx.strokeAs(path, 1, true);
  }

  line(x1: number, y1: number, x2: number, y2: number, color: string, width = 1): void {
    const path = new RecordingPath();
    path.moveTo(x1, y1);
    path.lineTo(x2, y2);
    this.ctx.strokeStyle = this.color(color);
    this.ctx.setLineDash([]);
    this.ctx.strokeAs(path, width, false);
  }

  widthOf(text: string, look: TextLook = {}): number {
    return textWidth(text, fontOf(look), look.size ?? 13);
  }

  wrap(text: string, width: number, look: TextLook = {}): string[] {
    return wrapped(text, fontOf(look), look.size ?? 13, width);
  }

  /** `y` is the middle of the line. Returns the width of what was written. */
  text(text: string, x: number, y: number, look: TextLook = {}): number {
    const { size = 13, color = 'var(--text)', align = 'left', width } = look;
    const shown = width === undefined ? text : fitted(text, fontOf(look), size, width);
    this.ctx.font = `${look.isBold ? 600 : 400} ${size}px ${look.isMono ? 'mono' : 'sans-serif'}`;
    this.ctx.fillStyle = this.color(color);
    this.ctx.textAlign = align;
    this.ctx.textBaseline = 'middle';
    this.ctx.fillText(shown, x, y);
    return this.widthOf(shown, look);
  }
}
