// SPDX-License-Identifier: Apache-2.0
import { useEffect, useLayoutEffect, useRef, useState, type RefObject } from 'react';
import { inTurn, isScrolling } from '@/widgets/turns';

export interface Box {
  width: number;
  height: number;
}

/**
 * The size of an element, followed while it lives. Who knows it beforehand says so (`expected`, to a pixel):
 * asking the browser in the middle of drawing makes it lay out the page for the answer.
 */
export function useBox(element: RefObject<HTMLElement | null>, expected?: Box): Box {
  const [box, setBox] = useState<Box>(expected ?? { width: 0, height: 0 });
  const isExpected = useRef(expected !== undefined);
  // Before the first paint, so that what depends on the size is in it.
  useLayoutEffect(() => {
    const target = element.current;
    if (!target) return undefined;
    const measure = (): void => {
      const { clientWidth: width, clientHeight: height } = target;
      setBox((before) =>
        Math.abs(before.width - width) <= 1 && Math.abs(before.height - height) <= 1 && before.width > 0
          ? before
          : { width, height },
      );
    };
    if (!isExpected.current) measure();
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
export function useSeen(element: RefObject<HTMLElement | null>, isSeenAtFirst = false): boolean {
  const [isSeen, setSeen] = useState(isSeenAtFirst);
  const wasSeen = useRef(isSeenAtFirst);
  useLayoutEffect(() => {
    if (!wasSeen.current && !isScrolling() && isInView(element.current)) setSeen(true);
  }, [element]);
  useEffect(() => {
    const target = element.current;
    if (!target || isSeen) return undefined;
    return watchSoon(target, (now) => now && setSeen(true));
  }, [element, isSeen]);
  return isSeen;
}

type Watch = (element: Element, onChange: (isIn: boolean) => void) => () => void;

/** One observer for all: hundreds of panels are told in one call. */
function watcher(rootMargin: string): Watch {
  const watched = new Map<Element, (isIn: boolean) => void>();
  let observer: IntersectionObserver | null = null;
  return (element, onChange) => {
    observer ??= new IntersectionObserver(
      (entries) => entries.forEach((entry) => watched.get(entry.target)?.(entry.isIntersecting)),
      { rootMargin },
    );
    watched.set(element, onChange);
    observer.observe(element);
    return () => {
      watched.delete(element);
      observer?.unobserve(element);
    };
  };
}

const watchSoon = watcher('240px 0px');
const watchNear = watcher('800px 0px');

/** True while the element is within about a window's height of the view; `isAlways`: whoever asks knows it is. */
export function useNear(element: RefObject<HTMLElement | null>, isNearAtFirst: boolean, isAlways: boolean): boolean {
  const [isNear, setNear] = useState(isNearAtFirst);
  useEffect(() => {
    if (!element.current || isAlways) return undefined;
    let leave = (): void => undefined;
    const stop = watchNear(element.current, (now) => {
      leave();
      leave = inTurn(() => setNear(now));
    });
    return () => {
      stop();
      leave();
    };
  }, [element, isAlways]);
  return isNear || isAlways;
}

/** True once it has been asked for longer than somebody waits without noticing. */
export function useLate(isOn: boolean): boolean {
  const [isLate, setLate] = useState(false);
  useEffect(() => {
    if (!isOn) return undefined;
    const timer = setTimeout(() => setLate(true), 400);
    return () => {
      clearTimeout(timer);
      setLate(false);
    };
  }, [isOn]);
  return isOn && isLate;
}

/** True once it is this element's turn after `isReady`: at once on a page at rest, else a frame each. */
export function useTurn(isReady: boolean): boolean {
  const [isOn, setOn] = useState(false);
  const isGranted = useRef(false);
  isGranted.current ||= isOn || (isReady && !isScrolling());
  const isWaiting = isReady && !isGranted.current;
  useLayoutEffect(() => (isWaiting ? inTurn(() => setOn(true)) : undefined), [isWaiting]);
  return isGranted.current;
}
