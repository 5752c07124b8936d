// SPDX-License-Identifier: Apache-2.0
// The source that a part of the settings asks, and what it offers for the fields of a form.
import { useQuery } from '@tanstack/react-query';
import { familyOf, readRef, sourceIn, type KnownSource } from '@/model/dashboard/datasource_ref';
import type { Json } from '@/model/dashboard/json';
import { useDashboard } from '../dashboard_context';
import { askVariable } from '../use_variables';

/** Gives the source of a reference, with the values that variables have now. */
export function useSources(): (ref: Json | undefined) => KnownSource | null {
  const { bound, sources } = useDashboard();
  return (ref) => sourceIn(readRef(ref), { variables: bound, builtIns: new Map() }, sources);
}

export const useSource = (ref: Json | undefined): KnownSource | null => useSources()(ref);

export const languageOf = (source: KnownSource | null): string => (source ? familyOf(source.type) : '');

const labelled = new Set(['prometheus', 'loki', 'tempo']);

/** Names of labels or tags of a source, of the last minutes of what the page shows; [] until they are there. */
export function useLabelNames(source: KnownSource | null): readonly string[] {
  const { window } = useDashboard();
  const family = languageOf(source);
  const rounded = {
    fromMs: Math.floor(window.fromMs / 300_000) * 300_000,
    toMs: Math.ceil(window.toMs / 300_000) * 300_000,
  };
  const names = useQuery({
    queryKey: ['label names', source?.uid ?? '', rounded],
    queryFn: ({ signal }) =>
      askVariable(
        source as KnownSource,
        family === 'tempo' ? { kind: 'tag_names' } : { kind: 'label_names', match: '' },
        rounded,
        signal,
      ),
    enabled: source !== null && labelled.has(family),
    staleTime: 60_000,
    retry: false,
  });
  return names.data ?? [];
}
