// SPDX-License-Identifier: Apache-2.0
// One "now" for everything on a page, so that all panels show the same window. It moves when
// somebody refreshes, runs a query or changes the range, and with the refresh interval.
import { useEffect, useState } from 'react';
import { create } from 'zustand';
import { nowMs, type TimestampMs } from '@/base/brand';

interface Clock {
  now: TimestampMs;
  tick: () => void;
}

export const useClock = create<Clock>((set) => ({
  now: nowMs(),
  tick: () => set({ now: nowMs() }),
}));

/** Moves the clock every `intervalMs` while the page is visible; 0 leaves it alone. */
export function useRefreshTicker(intervalMs: number): void {
  const tick = useClock((clock) => clock.tick);
  useEffect(() => {
    if (intervalMs <= 0) return undefined;
    const timer = setInterval(() => {
      if (!document.hidden) tick();
    }, intervalMs);
    return () => clearInterval(timer);
  }, [intervalMs, tick]);
}

/** The time of day for "12 s ago" texts, independent of the page's clock. */
export function useWallClock(intervalMs = 1000): TimestampMs {
  const [now, setNow] = useState(nowMs);
  useEffect(() => {
    const timer = setInterval(() => setNow(nowMs()), intervalMs);
    return () => clearInterval(timer);
  }, [intervalMs]);
  return now;
}
