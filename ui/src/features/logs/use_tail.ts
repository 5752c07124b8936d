// SPDX-License-Identifier: Apache-2.0
// Lines as they arrive, by the WebSocket of Loki's API. Kept to the newest few thousand; while paused
// the lines wait and are counted.
import { useCallback, useEffect, useRef, useState } from 'react';
import { tailAddress, type WireEntry } from '@/api/log_queries';
import type { Labels } from '@/api/query_types';
import { linesOf, type LogLine } from '@/model/log_lines';

const kept = 5000;
const drawEveryMs = 250;

interface TailFrame {
  streams?: { stream: Labels; values: WireEntry[] }[];
  dropped_entries?: unknown[];
}

export interface Tail {
  lines: LogLine[];
  waiting: number;
  dropped: number;
  state: 'connecting' | 'open' | 'closed';
}

const nothing: Tail = { lines: [], waiting: 0, dropped: 0, state: 'connecting' };

export function useTail(query: string, isOn: boolean, isPaused: boolean): Tail & { clear: () => void } {
  const [tail, setTail] = useState(nothing);
  const pending = useRef<LogLine[]>([]);
  const paused = useRef(isPaused);
  paused.current = isPaused;
  const number = useRef(0);

  useEffect(() => {
    if (!isOn) return undefined;
    setTail(nothing);
    pending.current = [];
    const socket = new WebSocket(tailAddress(query));
    socket.onopen = () => setTail((old) => ({ ...old, state: 'open' }));
    socket.onclose = () => setTail((old) => ({ ...old, state: 'closed' }));
    socket.onmessage = (event: MessageEvent<string>) => {
      const frame = JSON.parse(event.data) as TailFrame;
      const fresh = linesOf({ status: '', data: { resultType: 'streams', result: frame.streams ?? [] } }, 'backward');
      pending.current = [...fresh.map((line) => ({ ...line, key: `tail${number.current++}` })), ...pending.current];
      pending.current.length = Math.min(pending.current.length, kept);
      const dropped = frame.dropped_entries?.length ?? 0;
      if (dropped > 0) setTail((old) => ({ ...old, dropped: old.dropped + dropped }));
    };
    const timer = setInterval(() => {
      const fresh = pending.current;
      if (fresh.length === 0) return;
      if (paused.current) {
        setTail((old) => ({ ...old, waiting: fresh.length }));
        return;
      }
      pending.current = [];
      setTail((old) => ({ ...old, waiting: 0, lines: [...fresh, ...old.lines].slice(0, kept) }));
    }, drawEveryMs);
    return () => {
      clearInterval(timer);
      socket.close();
    };
  }, [query, isOn]);

  const clear = useCallback(() => setTail((old) => ({ ...old, lines: [], dropped: 0 })), []);
  return { ...tail, clear };
}
