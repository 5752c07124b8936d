// SPDX-License-Identifier: Apache-2.0
// Work that may wait while somebody scrolls: on a page at rest it is done at once, in the middle of a
// scroll a little a frame, so that no frame is late for it: more as long as the frames come in time, since
// every frame that changes anything costs the browser the same again. What scrolled past is never done.

const restMs = 120;
const queue = new Set<() => void>();
let scrolledAt = -Infinity;
let isPending = false;
/** Pieces a frame, and the frame before. */
let share = 1;
let frameAt = 0;
const mostPieces = 4;
const lateMs = 22;

if (typeof window !== 'undefined')
  window.addEventListener('scroll', () => void (scrolledAt = performance.now()), { capture: true, passive: true });

export const isScrolling = (): boolean => performance.now() - scrolledAt < restMs;

function next(now: number): void {
  isPending = false;
  // Frames follow each other only while there is work; after a pause nothing is known.
  const gap = now - frameAt;
  frameAt = now;
  share = gap > lateMs ? 1 : Math.min(share + 1, mostPieces);
  // After a scroll what is left is little, and somebody looks at it.
  const count = isScrolling() ? share : queue.size;
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
