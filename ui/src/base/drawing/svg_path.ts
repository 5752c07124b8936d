// SPDX-License-Identifier: Apache-2.0
// The `d` of an SVG path, drawn on a path of ours.
// Source: SVG 2, "Paths", with the arcs of its appendix "Elliptical arc implementation notes".
import { RecordingPath } from './recording_path';

/** How many numbers each command takes. */
const lengths: Record<string, number> = { m: 2, l: 2, h: 1, v: 1, c: 6, s: 4, q: 4, t: 2, a: 7, z: 0 };

function addArc(
  path: RecordingPath,
  from: { x: number; y: number },
  [rx0 = 0, ry0 = 0, degrees = 0, large = 0, sweep = 0, x = 0, y = 0]: readonly number[],
): void {
  let [rx, ry] = [Math.abs(rx0), Math.abs(ry0)];
  if (rx === 0 || ry === 0 || (from.x === x && from.y === y)) return path.lineTo(x, y);
  const turn = (degrees * Math.PI) / 180;
  const [cos, sin] = [Math.cos(turn), Math.sin(turn)];
  const [dx, dy] = [(from.x - x) / 2, (from.y - y) / 2];
  const [px, py] = [cos * dx + sin * dy, -sin * dx + cos * dy];
  const grow = (px * px) / (rx * rx) + (py * py) / (ry * ry);
  if (grow > 1) [rx, ry] = [rx * Math.sqrt(grow), ry * Math.sqrt(grow)];
  const under = (rx * rx * ry * ry) / (rx * rx * py * py + ry * ry * px * px) - 1;
  const factor = Math.sqrt(Math.max(under, 0)) * ((large !== 0) === (sweep !== 0) ? -1 : 1);
  const [mx, my] = [(factor * rx * py) / ry, (-factor * ry * px) / rx];
  const [cx, cy] = [cos * mx - sin * my + (from.x + x) / 2, sin * mx + cos * my + (from.y + y) / 2];
  const start = Math.atan2((py - my) / ry, (px - mx) / rx);
  const end = Math.atan2((-py - my) / ry, (-px - mx) / rx);
  path.ellipse(cx, cy, rx, ry, turn, start, end, sweep === 0);
}

export function readPath(d: string): RecordingPath {
  const path = new RecordingPath();
  let [x, y, startX, startY] = [0, 0, 0, 0];
  for (const [, command = 'M', rest = ''] of d.matchAll(/([mlhvcsqtaz])([^mlhvcsqtaz]*)/gi)) {
    const kind = command.toLowerCase();
    const isRelative = command === kind;
    const numbers = (rest.match(/[+-]?(?:\d+\.?\d*|\.\d+)(?:e[+-]?\d+)?/gi) ?? []).map(Number);
    const count = lengths[kind] ?? 0;
    if (kind === 'z') {
      path.closePath();
      [x, y] = [startX, startY];
      continue;
    }
    for (let i = 0; i + count <= numbers.length; i += count) {
      const raw = numbers.slice(i, i + count);
      const part = raw.map((value, k): number =>
        !isRelative || (kind === 'a' && k < 5)
          ? value
          : value + (kind === 'h' ? x : kind === 'v' ? y : (kind === 'a' ? k - 5 : k) % 2 === 0 ? x : y),
      );
      const end = {
        x: kind === 'v' ? x : (part.at(kind === 'h' ? 0 : -2) ?? 0),
        y: kind === 'h' ? y : (part.at(-1) ?? 0),
      };
      const [a = 0, b = 0, c = 0, e = 0] = part;
      if (kind === 'm' && i === 0) {
        path.moveTo(end.x, end.y);
        [startX, startY] = [end.x, end.y];
      } else if (kind === 'c') path.bezierCurveTo(a, b, c, e, end.x, end.y);
      else if (kind === 's') path.bezierCurveTo(x, y, a, b, end.x, end.y);
      else if (kind === 'q') path.quadraticCurveTo(a, b, end.x, end.y);
      else if (kind === 'a') addArc(path, { x, y }, part);
      else path.lineTo(end.x, end.y);
      ({ x, y } = end);
    }
  }
  return path;
}
