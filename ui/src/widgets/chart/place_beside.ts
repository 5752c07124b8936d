// SPDX-License-Identifier: Apache-2.0
import type { CSSProperties } from 'react';

const gap = 16;
const least = 200;

/** Right of the point, or left of it in the right half: always on the side with more room, and not
 *  wider than that room. */
export function placeBeside(left: number, top: number, box: HTMLElement | null): CSSProperties {
  const width = box?.clientWidth ?? 0;
  const height = box?.clientHeight ?? 0;
  const isLeft = left > width / 2;
  const room = (isLeft ? left : width - left) - gap;
  return {
    ...(isLeft ? { right: width - left + gap } : { left: left + gap }),
    ...(top > height / 2 ? { bottom: Math.max(height - top - 20, 0) } : { top: Math.max(top - 20, 0) }),
    maxWidth: Math.max(room, least),
  };
}
