// SPDX-License-Identifier: Apache-2.0
// Who has sent what since the server started.
import { queryOptions } from '@tanstack/react-query';
import { signalbox } from './http';

export interface Arrival {
  signal: 'metrics' | 'traces' | 'logs';
  /** "scrape", "remote write", "OTLP"; "" for spans and lines. */
  way: string;
  /** A service, a job or a sender; "" if it did not say. */
  source: string;
  items: number;
  firstSeen: string;
  lastSeen: string;
}

export interface Arrivals {
  startTime: string;
  arrivals: Arrival[];
}

export const arrivalsQuery = (refetchMs: number) =>
  queryOptions({
    queryKey: ['arrivals'],
    queryFn: ({ signal }) => signalbox<Arrivals>('arrivals', signal),
    refetchInterval: refetchMs,
    retry: false,
  });
