// SPDX-License-Identifier: Apache-2.0
import type { LogLine } from './log_lines';

const widestShown = 18;

/** The service that a line is from; the server gives every stream one. */
export const sourceOf = (line: LogLine): string => line.stream['service_name'] ?? '';

/** How many characters the sources of these lines need beside them: none if all are from one. */
export function sourceWidth(lines: readonly LogLine[]): number {
  const sources = new Set(lines.map(sourceOf));
  if (sources.size < 2) return 0;
  return Math.min(widestShown, Math.max(...[...sources].map((name) => name.length)));
}
