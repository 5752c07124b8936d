// SPDX-License-Identifier: Apache-2.0
// A drawing as a list of marks, without a canvas: what the recording context makes, and what becomes SVG
// or PDF. Coordinates are CSS pixels from the top left corner, all transformations carried out.

/** Parts from 0 to 1. */
export interface Rgba {
  r: number;
  g: number;
  b: number;
  a: number;
}

export interface Gradient {
  x0: number;
  y0: number;
  x1: number;
  y1: number;
  stops: { at: number; color: Rgba }[];
}

export type Paint = Rgba | Gradient;

export type Segment =
  | { kind: 'move' | 'line'; x: number; y: number }
  | { kind: 'curve'; x1: number; y1: number; x2: number; y2: number; x: number; y: number }
  | { kind: 'close' };

export type FontName = 'sans' | 'sans-bold' | 'mono' | 'mono-bold';

/** As a canvas has it: x' = a x + c y + e, y' = b x + d y + f. */
export type Matrix = readonly [number, number, number, number, number, number];

export type Mark =
  | { kind: 'fill'; path: readonly Segment[]; paint: Paint; isEvenOdd: boolean }
  | {
      kind: 'stroke';
      path: readonly Segment[];
      paint: Paint;
      width: number;
      dash: readonly number[];
      cap: 'butt' | 'round' | 'square';
      join: 'miter' | 'round' | 'bevel';
    }
  /** The start of the base line is at (0, 0) of the matrix. */
  | { kind: 'text'; text: string; font: FontName; size: number; paint: Rgba; matrix: Matrix }
  /** What follows up to its `unclip` shows inside of the path only. */
  | { kind: 'clip'; path: readonly Segment[]; isEvenOdd: boolean }
  | { kind: 'unclip' };

export interface Drawing {
  width: number;
  height: number;
  marks: readonly Mark[];
}

export const isGradient = (paint: Paint): paint is Gradient => 'stops' in paint;

export const identity: Matrix = [1, 0, 0, 1, 0, 0];

/** First `inner`, then `outer`. */
export function multiply(outer: Matrix, inner: Matrix): Matrix {
  const [a, b, c, d, e, f] = outer;
  const [p, q, r, s, t, u] = inner;
  return [a * p + c * q, b * p + d * q, a * r + c * s, b * r + d * s, a * t + c * u + e, b * t + d * u + f];
}

export const applyTo = (m: Matrix, x: number, y: number): { x: number; y: number } => ({
  x: m[0] * x + m[2] * y + m[4],
  y: m[1] * x + m[3] * y + m[5],
});

/** How much lengths grow, on average of both axes. */
export const scaleOf = (m: Matrix): number => Math.sqrt(Math.abs(m[0] * m[3] - m[1] * m[2]));

export function moved(path: readonly Segment[], m: Matrix): Segment[] {
  return path.map((one): Segment => {
    if (one.kind === 'close') return one;
    const end = applyTo(m, one.x, one.y);
    if (one.kind !== 'curve') return { kind: one.kind, ...end };
    const first = applyTo(m, one.x1, one.y1);
    const second = applyTo(m, one.x2, one.y2);
    return { kind: 'curve', x1: first.x, y1: first.y, x2: second.x, y2: second.y, ...end };
  });
}
