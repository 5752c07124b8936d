// SPDX-License-Identifier: Apache-2.0
// A trace, fetched and put together; an answer that cannot be read is an error like one that did not come.
import { useQuery } from '@tanstack/react-query';
import { useCallback } from 'react';
import { traceQuery } from '@/api/trace_queries';
import { traceOf } from '@/model/trace';

export function useTrace(id: string) {
  // Of one and the same function the result is kept.
  const select = useCallback((bytes: Uint8Array) => traceOf(id, bytes), [id]);
  return useQuery({ ...traceQuery(id), select, structuralSharing: false });
}
