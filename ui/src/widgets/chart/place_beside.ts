// SPDX-License-Identifier: Apache-2.0
import type { CSSProperties } from 'react';

const gap = 16;

/** Right of the point, or left of it in the right half, never below the box it belongs to. */
export function placeBeside(left: number, top: number, box: HTMLElement | null): CSSProperties {
  const width = box?.clientWidth ?? 0;
  const height = box?.clientHeight ?? 0;
  const horizontal = left > width / 2 ? { right: width - left + gap } : { left: left + gap };
  const vertical = top > height / 2 ? { bottom: Math.max(height - top - 20, 0) } : { top: Math.max(top - 20, 0) };
  return { ...horizontal, ...vertical, maxWidth: Math.max(width * 0.62, 220) };
}
