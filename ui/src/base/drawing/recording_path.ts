// SPDX-License-Identifier: Apache-2.0
// Path2D that can be read back. Arcs become curves.
import { identity, moved, type Matrix, type Segment } from './drawing';

/** An arc of a circle of radius 1 around the origin, in curves of at most a quarter each. */
export function arcCurves(start: number, end: number): { from: { x: number; y: number }; curves: Segment[] } {
  const count = Math.max(Math.ceil(Math.abs(end - start) / (Math.PI / 2) - 1e-9), 1);
  const step = (end - start) / count;
  const k = (4 / 3) * Math.tan(step / 4);
  const curves: Segment[] = [];
  for (let i = 0; i < count; i++) {
    const [a, b] = [start + i * step, start + (i + 1) * step];
    const [ca, sa, cb, sb] = [Math.cos(a), Math.sin(a), Math.cos(b), Math.sin(b)];
    curves.push({ kind: 'curve', x1: ca - k * sa, y1: sa + k * ca, x2: cb + k * sb, y2: sb - k * cb, x: cb, y: sb });
  }
  return { from: { x: Math.cos(start), y: Math.sin(start) }, curves };
}

export class RecordingPath {
  segments: Segment[];
  private x = 0;
  private y = 0;
  private isOpen = false;

  constructor(other?: RecordingPath) {
    this.segments = other ? [...other.segments] : [];
    if (other) ({ x: this.x, y: this.y, isOpen: this.isOpen } = other);
  }

  private put(segment: Segment): void {
    if (segment.kind !== 'close') ({ x: this.x, y: this.y } = segment);
    this.isOpen = segment.kind !== 'close';
    this.segments.push(segment);
  }

  moveTo(x: number, y: number): void {
    if (Number.isFinite(x + y)) this.put({ kind: 'move', x, y });
  }

  lineTo(x: number, y: number): void {
    if (Number.isFinite(x + y)) this.put({ kind: this.isOpen ? 'line' : 'move', x, y });
  }

  bezierCurveTo(x1: number, y1: number, x2: number, y2: number, x: number, y: number): void {
    if (!Number.isFinite(x1 + y1 + x2 + y2 + x + y)) return;
    if (!this.isOpen) this.moveTo(x1, y1);
    this.put({ kind: 'curve', x1, y1, x2, y2, x, y });
  }

  quadraticCurveTo(x1: number, y1: number, x: number, y: number): void {
    const { x: x0, y: y0 } = this;
    this.bezierCurveTo(
      x0 + (2 / 3) * (x1 - x0),
      y0 + (2 / 3) * (y1 - y0),
      x + (2 / 3) * (x1 - x),
      y + (2 / 3) * (y1 - y),
      x,
      y,
    );
  }

  closePath(): void {
    if (this.isOpen) this.put({ kind: 'close' });
  }

  rect(x: number, y: number, w: number, h: number): void {
    this.moveTo(x, y);
    this.lineTo(x + w, y);
    this.lineTo(x + w, y + h);
    this.lineTo(x, y + h);
    this.closePath();
  }

  roundRect(x: number, y: number, w: number, h: number, radius: number): void {
    const r = Math.min(radius, Math.abs(w) / 2, Math.abs(h) / 2);
    if (!(r > 0)) return this.rect(x, y, w, h);
    this.moveTo(x + r, y);
    this.arcTo(x + w, y, x + w, y + h, r);
    this.arcTo(x + w, y + h, x, y + h, r);
    this.arcTo(x, y + h, x, y, r);
    this.arcTo(x, y, x + w, y, r);
    this.closePath();
  }

  ellipse(
    x: number,
    y: number,
    rx: number,
    ry: number,
    turn: number,
    start: number,
    end: number,
    isBack = false,
  ): void {
    if (!Number.isFinite(x + y + rx + ry + turn + start + end)) return;
    const whole = 2 * Math.PI;
    let sweep = end - start;
    if (Math.abs(sweep) >= whole) sweep = isBack ? -whole : whole;
    else if (isBack && sweep > 0) sweep -= whole;
    else if (!isBack && sweep < 0) sweep += whole;
    const { from, curves } = arcCurves(start, start + sweep);
    const [cos, sin] = [Math.cos(turn), Math.sin(turn)];
    const place: Matrix = [rx * cos, rx * sin, -ry * sin, ry * cos, x, y];
    const [first, ...rest] = moved([{ kind: 'move', ...from }, ...curves], place);
    const isThere = this.isOpen && first?.kind === 'move' && Math.hypot(first.x - this.x, first.y - this.y) < 1e-9;
    if (first?.kind === 'move' && !isThere) this.lineTo(first.x, first.y);
    rest.forEach((one) => this.put(one));
  }

  arc(x: number, y: number, r: number, start: number, end: number, isBack = false): void {
    this.ellipse(x, y, r, r, 0, start, end, isBack);
  }

  arcTo(x1: number, y1: number, x2: number, y2: number, r: number): void {
    if (!this.isOpen) this.moveTo(x1, y1);
    const [ax, ay, bx, by] = [this.x - x1, this.y - y1, x2 - x1, y2 - y1];
    const [al, bl] = [Math.hypot(ax, ay), Math.hypot(bx, by)];
    const cross = ax * by - ay * bx;
    if (!(r > 0) || al === 0 || bl === 0 || Math.abs(cross) < 1e-9) return this.lineTo(x1, y1);
    const half = Math.acos(Math.min(Math.max((ax * bx + ay * by) / (al * bl), -1), 1)) / 2;
    const reach = r / Math.tan(half);
    const [sx, sy] = [x1 + (ax / al) * reach, y1 + (ay / al) * reach];
    const [ex, ey] = [x1 + (bx / bl) * reach, y1 + (by / bl) * reach];
    const far = r / Math.sin(half);
    const [mx, my] = [ax / al + bx / bl, ay / al + by / bl];
    const ml = Math.hypot(mx, my);
    const [cx, cy] = [x1 + (mx / ml) * far, y1 + (my / ml) * far];
    this.arc(cx, cy, r, Math.atan2(sy - cy, sx - cx), Math.atan2(ey - cy, ex - cx), cross > 0);
  }

  addPath(other: RecordingPath, matrix: Matrix = identity): void {
    moved(other.segments, matrix).forEach((one) => this.put(one));
  }
}
