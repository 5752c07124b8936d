// SPDX-License-Identifier: Apache-2.0
// Which rows of one height are in view, from the place of the scroller alone: nothing is kept per row, so a
// list of 100,000 costs what one of ten costs.
import { useCallback, useEffect, useState, type RefObject } from 'react';

/** Rows beyond the edges that are drawn too, and in steps of how many the drawn ones change. */
const beyond = 16;
const step = 8;

export interface RowsInView {
  from: number;
  to: number;
  /** Scrolls as little as possible. */
  show: (index: number) => void;
}

export function useRowsInView(scroller: RefObject<HTMLElement | null>, count: number, rowHeight: number): RowsInView {
  // Before the first layout the window is the best guess of what is in view.
  const [place, setPlace] = useState(() => ({ top: 0, height: window.innerHeight }));
  useEffect(() => {
    const element = scroller.current;
    if (!element) return;
    const look = (): void => {
      const top = Math.floor(element.scrollTop / rowHeight / step) * step * rowHeight;
      const height = element.clientHeight;
      setPlace((old) => (old.top === top && old.height === height ? old : { top, height }));
    };
    look();
    element.addEventListener('scroll', look, { passive: true });
    const observer = new ResizeObserver(look);
    observer.observe(element);
    return () => {
      element.removeEventListener('scroll', look);
      observer.disconnect();
    };
  }, [scroller, rowHeight]);

  const show = useCallback(
    (index: number) => {
      const element = scroller.current;
      if (!element) return;
      const [top, bottom] = [index * rowHeight, (index + 1) * rowHeight];
      if (top < element.scrollTop) element.scrollTop = top;
      else if (bottom > element.scrollTop + element.clientHeight) element.scrollTop = bottom - element.clientHeight;
    },
    [scroller, rowHeight],
  );
  const from = Math.max(0, place.top / rowHeight - beyond);
  const to = Math.min(count, Math.ceil((place.top + place.height) / rowHeight) + step + beyond);
  return { from: Math.min(from, to), to, show };
}
