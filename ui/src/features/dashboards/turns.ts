// SPDX-License-Identifier: Apache-2.0
// Work that may wait while somebody scrolls: on a page at rest it is done at once, in the middle of a
// scroll one piece a frame, so that no frame is late for it. What scrolled past meanwhile is never done.

const restMs = 120;
const queue = new Set<() => void>();
let scrolledAt = -Infinity;
let isPending = false;

if (typeof window !== 'undefined')
  window.addEventListener('scroll', () => void (scrolledAt = performance.now()), { capture: true, passive: true });

export const isScrolling = (): boolean => performance.now() - scrolledAt < restMs;

function next(): void {
  isPending = false;
  // After a scroll what is left is little, and somebody looks at it.
  const count = isScrolling() ? 1 : queue.size;
  for (const work of [...queue].slice(0, count)) {
    queue.delete(work);
    work();
  }
  later();
}

function later(): void {
  if (isPending || queue.size === 0) return;
  isPending = true;
  requestAnimationFrame(next);
}

/** Does the work in its turn; the function that it returns takes it back. */
export function inTurn(work: () => void): () => void {
  if (!isScrolling()) {
    work();
    return () => undefined;
  }
  queue.add(work);
  later();
  return () => void queue.delete(work);
}
