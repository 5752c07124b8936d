// SPDX-License-Identifier: Apache-2.0
// The critical path: at each moment of the trace the span that the end was waiting for. Walks back from
// the end of the root; where a child was running, the child counts, before it its predecessor.
import type { Span, Trace } from './trace';

export interface PathSegment {
  span: Span;
  fromUs: number;
  toUs: number;
}

interface Frame {
  span: Span;
  /** Children by end, the last to be looked at next. */
  children: Span[];
  cursorUs: number;
}

const endOf = (span: Span): number => span.startUs + span.durationUs;

const frameOf = (span: Span, untilUs: number): Frame => ({
  span,
  children: span.children.length > 1 ? [...span.children].sort((a, b) => endOf(a) - endOf(b)) : [...span.children],
  cursorUs: untilUs,
});

/** Segments per span, of the first root. */
export function criticalPath(trace: Trace): Map<Span, PathSegment[]> {
  const found = new Map<Span, PathSegment[]>();
  const add = (span: Span, fromUs: number, toUs: number): void => {
    if (toUs <= fromUs) return;
    const list = found.get(span) ?? [];
    list.push({ span, fromUs, toUs });
    found.set(span, list);
  };
  const root = trace.roots[0];
  const frames: Frame[] = root ? [frameOf(root, endOf(root))] : [];
  for (let frame = frames.at(-1); frame; frame = frames.at(-1)) {
    const child = frame.children.pop();
    if (!child) {
      add(frame.span, frame.span.startUs, frame.cursorUs);
      frames.pop();
      continue;
    }
    // One that outlives the cursor ran beside what was already counted, or after its parent's end.
    const childEnd = endOf(child);
    if (childEnd > frame.cursorUs || child.startUs < frame.span.startUs) continue;
    add(frame.span, childEnd, frame.cursorUs);
    frame.cursorUs = child.startUs;
    frames.push(frameOf(child, childEnd));
  }
  return found;
}
