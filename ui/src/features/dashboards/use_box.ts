// SPDX-License-Identifier: Apache-2.0
import { useEffect, useLayoutEffect, useState, type RefObject } from 'react';
import { inTurn, isScrolling } from './turns';

/** The size of an element, followed while it lives. */
export function useBox(element: RefObject<HTMLElement | null>): { width: number; height: number } {
  const [box, setBox] = useState({ width: 0, height: 0 });
  // Before the first paint, so that what depends on the size is in it.
  useLayoutEffect(() => {
    const target = element.current;
    if (!target) return undefined;
    const measure = (): void => {
      const { clientWidth: width, clientHeight: height } = target;
      setBox((before) => (before.width === width && before.height === height ? before : { width, height }));
    };
    measure();
    const observer = new ResizeObserver(measure);
    observer.observe(target);
    return () => observer.disconnect();
  }, [element]);
  return box;
}

/** Asked once, in the frame in which the element is made; an observer's first call comes frames later. */
function isInView(element: HTMLElement | null): boolean {
  if (!element) return false;
  const { top, bottom } = element.getBoundingClientRect();
  return bottom > 0 && top < window.innerHeight;
}

/** True once the element has come near the view, and from then on. */
export function useSeen(element: RefObject<HTMLElement | null>): boolean {
  const [isSeen, setSeen] = useState(false);
  useLayoutEffect(() => {
    if (!isScrolling() && isInView(element.current)) setSeen(true);
  }, [element]);
  useEffect(() => {
    const target = element.current;
    if (!target || isSeen) return undefined;
    const observer = new IntersectionObserver(
      (entries) => {
        if (entries.some((entry) => entry.isIntersecting)) setSeen(true);
      },
      { rootMargin: '240px 0px' },
    );
    observer.observe(target);
    return () => observer.disconnect();
  }, [element, isSeen]);
  return isSeen;
}

const watched = new Map<Element, (isNear: boolean) => void>();
let watcher: IntersectionObserver | null = null;

function watch(element: Element, onChange: (isNear: boolean) => void): () => void {
  // One observer for all: hundreds of panels are told in one call.
  watcher ??= new IntersectionObserver(
    (entries) => entries.forEach((entry) => watched.get(entry.target)?.(entry.isIntersecting)),
    { rootMargin: '800px 0px' },
  );
  watched.set(element, onChange);
  watcher.observe(element);
  return () => {
    watched.delete(element);
    watcher?.unobserve(element);
  };
}

/** True while the element is within about a window's height of the view. */
export function useNear(element: RefObject<HTMLElement | null>): boolean {
  const [isNear, setNear] = useState(false);
  useLayoutEffect(() => {
    if (isInView(element.current)) setNear(true);
  }, [element]);
  useEffect(() => {
    if (!element.current) return undefined;
    let leave = (): void => undefined;
    const stop = watch(element.current, (now) => {
      leave();
      leave = inTurn(() => setNear(now));
    });
    return () => {
      stop();
      leave();
    };
  }, [element]);
  return isNear;
}

/** True once it is this element's turn after `isReady`: at once on a page at rest, else a frame each. */
export function useTurn(isReady: boolean): boolean {
  const [isOn, setOn] = useState(() => isReady && !isScrolling());
  useLayoutEffect(() => (isReady && !isOn ? inTurn(() => setOn(true)) : undefined), [isReady, isOn]);
  return isOn;
}
