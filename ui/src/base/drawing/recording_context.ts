// SPDX-License-Identifier: Apache-2.0
// The part of CanvasRenderingContext2D that our graphs use, writing down what it is told instead of
// colouring pixels. What a canvas would ignore (colours that are none, numbers that are not finite) is
// ignored here as well.
import { cssColor } from './css_color';
import { identity, isGradient, moved, multiply, scaleOf } from './drawing';
import type { FontName, Gradient, Mark, Matrix, Paint, Segment } from './drawing';
import { textWidth } from './font_metrics';
import { RecordingPath } from './recording_path';

export class RecordingGradient implements Gradient {
  stops: Gradient['stops'] = [];
  constructor(
    readonly x0: number,
    readonly y0: number,
    readonly x1: number,
    readonly y1: number,
  ) {}
  addColorStop(at: number, written: string): void {
    const color = cssColor(written);
    if (color) this.stops.push({ at, color });
  }
}

interface State {
  matrix: Matrix;
  fill: Paint;
  stroke: Paint;
  alpha: number;
  lineWidth: number;
  dash: number[];
  cap: 'butt' | 'round' | 'square';
  join: 'miter' | 'round' | 'bevel';
  font: { name: FontName; size: number; written: string };
  align: CanvasTextAlign;
  baseline: CanvasTextBaseline;
  clips: number;
}

const black = { r: 0, g: 0, b: 0, a: 1 };

/** Where the base line is below the point that `textBaseline` names, in sizes. */
const below: Record<string, number> = { top: 0.76, hanging: 0.72, middle: 0.352, bottom: -0.21, ideographic: -0.21 };

export function readFont(written: string): { name: FontName; size: number; written: string } {
  const size = /(\d+(?:\.\d+)?)px/.exec(written);
  const isBold = /\bbold\b|(?:^|\s)([6-9]\d\d)\s/.test(written);
  const kind = /mono|courier|consolas/i.test(written) ? 'mono' : 'sans';
  return { name: isBold ? `${kind}-bold` : kind, size: size ? Number(size[1]) : 10, written };
}

export class RecordingContext {
  readonly marks: Mark[] = [];
  /** uPlot sizes it; nothing is on it. */
  readonly canvas = { width: 0, height: 0 };
  private state: State;
  private readonly kept: State[] = [];
  private path = new RecordingPath();
  private isDone = false;

  constructor(matrix: Matrix = identity) {
    this.state = {
      matrix,
      fill: black,
      stroke: black,
      alpha: 1,
      lineWidth: 1,
      dash: [],
      cap: 'butt',
      join: 'miter',
      font: readFont('10px sans-serif'),
      align: 'start',
      baseline: 'alphabetic',
      clips: 0,
    };
  }

  /** Ends what is still clipped; what is drawn afterwards is dropped. */
  finish(): readonly Mark[] {
    while (this.kept.length > 0) this.restore();
    for (; this.state.clips > 0; this.state.clips--) this.marks.push({ kind: 'unclip' });
    this.isDone = true;
    return this.marks;
  }

  /** A context at the same place, whose marks `append` puts here once it is finished. */
  child(): RecordingContext {
    return new RecordingContext(this.state.matrix);
  }
  append(marks: readonly Mark[]): void {
    for (const mark of marks) this.put(mark);
  }

  save(): void {
    this.kept.push(this.state);
    this.state = { ...this.state, clips: 0 };
  }
  restore(): void {
    const before = this.kept.pop();
    if (!before) return;
    for (let i = 0; i < this.state.clips; i++) this.put({ kind: 'unclip' });
    this.state = before;
  }
  translate(x: number, y: number): void {
    this.transform(1, 0, 0, 1, x, y);
  }
  scale(x: number, y: number): void {
    this.transform(x, 0, 0, y, 0, 0);
  }
  rotate(angle: number): void {
    this.transform(Math.cos(angle), Math.sin(angle), -Math.sin(angle), Math.cos(angle), 0, 0);
  }
  transform(a: number, b: number, c: number, d: number, e: number, f: number): void {
    this.state.matrix = multiply(this.state.matrix, [a, b, c, d, e, f]);
  }

  set fillStyle(value: string | RecordingGradient) {
    this.state.fill = this.paintOf(value) ?? this.state.fill;
  }
  set strokeStyle(value: string | RecordingGradient) {
    this.state.stroke = this.paintOf(value) ?? this.state.stroke;
  }
  set globalAlpha(value: number) {
    this.state.alpha = value;
  }
  set lineWidth(value: number) {
    if (value > 0) this.state.lineWidth = value;
  }
  get lineWidth(): number {
    return this.state.lineWidth;
  }
  set lineCap(value: State['cap']) {
    this.state.cap = value;
  }
  set lineJoin(value: State['join']) {
    this.state.join = value;
  }
  set font(value: string) {
    this.state.font = readFont(value);
  }
  get font(): string {
    return this.state.font.written;
  }
  set textAlign(value: CanvasTextAlign) {
    this.state.align = value;
  }
  set textBaseline(value: CanvasTextBaseline) {
    this.state.baseline = value;
  }
  setLineDash(dash: readonly number[]): void {
    this.state.dash = [...dash];
  }
  createLinearGradient(x0: number, y0: number, x1: number, y1: number): RecordingGradient {
    return new RecordingGradient(x0, y0, x1, y1);
  }

  beginPath(): void {
    this.path = new RecordingPath();
  }
  moveTo(x: number, y: number): void {
    this.path.moveTo(x, y);
  }
  lineTo(x: number, y: number): void {
    this.path.lineTo(x, y);
  }
  bezierCurveTo(x1: number, y1: number, x2: number, y2: number, x: number, y: number): void {
    this.path.bezierCurveTo(x1, y1, x2, y2, x, y);
  }
  arc(x: number, y: number, r: number, start: number, end: number, isBack = false): void {
    this.path.arc(x, y, r, start, end, isBack);
  }
  rect(x: number, y: number, w: number, h: number): void {
    this.path.rect(x, y, w, h);
  }
  closePath(): void {
    this.path.closePath();
  }

  fill(path?: RecordingPath | CanvasFillRule, rule?: CanvasFillRule): void {
    const of = path instanceof RecordingPath ? path : this.path;
    this.fillSegments(of.segments, (path instanceof RecordingPath ? rule : path) === 'evenodd');
  }
  fillRect(x: number, y: number, w: number, h: number): void {
    const path = new RecordingPath();
    path.rect(x, y, w, h);
    this.fillSegments(path.segments, false);
  }
  stroke(path?: RecordingPath): void {
    const { matrix, lineWidth, dash, cap, join, stroke } = this.state;
    const segments = (path ?? this.path).segments;
    const paint = this.visible(stroke);
    if (segments.length === 0 || !paint) return;
    const scale = scaleOf(matrix);
    this.put({
      kind: 'stroke',
      path: moved(segments, matrix),
      paint,
      width: lineWidth * scale,
      dash: dash.map((length) => length * scale),
      cap,
      join,
    });
  }
  /** A line of that width; `isOnScreen`: in pixels, whatever the scale. */
  strokeAs(path: RecordingPath, width: number, isOnScreen: boolean): void {
    this.lineWidth = isOnScreen ? width / (scaleOf(this.state.matrix) || 1) : width;
    this.stroke(path);
  }
  strokeRect(x: number, y: number, w: number, h: number): void {
    const path = new RecordingPath();
    path.rect(x, y, w, h);
    this.stroke(path);
  }
  /** A recording begins empty, and nothing of ours clears a part. */
  clearRect(): void {}
  clip(path?: RecordingPath | CanvasFillRule, rule?: CanvasFillRule): void {
    const of = path instanceof RecordingPath ? path : this.path;
    const isEvenOdd = (path instanceof RecordingPath ? rule : path) === 'evenodd';
    this.state.clips++;
    this.put({ kind: 'clip', path: moved(of.segments, this.state.matrix), isEvenOdd });
  }

  measureText(text: string): { width: number } {
    return { width: textWidth(text, this.state.font.name, this.state.font.size) };
  }
  fillText(text: string, x: number, y: number): void {
    const { font, align, baseline, matrix, fill } = this.state;
    const paint = this.visible(isGradient(fill) ? (fill.stops[0]?.color ?? black) : fill);
    if (text.trim() === '' || !paint || isGradient(paint) || !Number.isFinite(x + y)) return;
    const width = textWidth(text, font.name, font.size);
    const left = align === 'center' ? width / 2 : align === 'right' || align === 'end' ? width : 0;
    const at: Matrix = [1, 0, 0, 1, x - left, y + (below[baseline] ?? 0) * font.size];
    this.put({ kind: 'text', text, font: font.name, size: font.size, paint, matrix: multiply(matrix, at) });
  }

  private put(mark: Mark): void {
    if (!this.isDone) this.marks.push(mark);
  }

  private fillSegments(segments: readonly Segment[], isEvenOdd: boolean): void {
    const paint = this.visible(this.state.fill);
    if (segments.length > 0 && paint) {
      this.put({ kind: 'fill', path: moved(segments, this.state.matrix), paint, isEvenOdd });
    }
  }

  private paintOf(value: string | RecordingGradient): Paint | null {
    return typeof value === 'string' ? cssColor(value) : value;
  }

  /** With the context's alpha, gradients where the matrix puts them; null when there is nothing to see. */
  private visible(paint: Paint): Paint | null {
    const { alpha, matrix } = this.state;
    if (!isGradient(paint)) return paint.a * alpha > 0 ? { ...paint, a: paint.a * alpha } : null;
    if (paint.stops.length === 0) return null;
    const [from, to] = moved(
      [
        { kind: 'move', x: paint.x0, y: paint.y0 },
        { kind: 'line', x: paint.x1, y: paint.y1 },
      ],
      matrix,
    ) as { x: number; y: number }[];
    return {
      x0: from?.x ?? 0,
      y0: from?.y ?? 0,
      x1: to?.x ?? 0,
      y1: to?.y ?? 0,
      stops: paint.stops.map((stop) => ({ at: stop.at, color: { ...stop.color, a: stop.color.a * alpha } })),
    };
  }
}
