// SPDX-License-Identifier: Apache-2.0
import { keepPreviousData, useQuery } from '@tanstack/react-query';
import { useEffect, useMemo, useState } from 'react';
import { trialQuery, type SloTrial } from '@/api/slo_queries';
import { specOfDraft, whatIsMissing, type SloDraft } from '@/model/slo_draft';
import { mistakeAt, mistakesOf, noMistakes, sloYaml, type Mistakes, type SloYaml } from '@/model/slo_yaml';

const pauseMs = 500;

export interface Trial {
  yaml: SloYaml;
  missing: string | null;
  mistakes: Mistakes;
  problem: string | null;
  trial: SloTrial | undefined;
  warnings: readonly string[];
  isPending: boolean;
  isStale: boolean;
}

/** Asks history about a draft as soon as it is whole and typing pauses. */
export function useTrial(draft: SloDraft, days: number): Trial {
  const yaml = useMemo(() => sloYaml(specOfDraft(draft)), [draft]);
  const [asked, setAsked] = useState(yaml);
  useEffect(() => {
    const timer = setTimeout(() => setAsked(yaml), pauseMs);
    return () => clearTimeout(timer);
  }, [yaml]);
  const missing = whatIsMissing(draft);
  const query = useQuery({
    ...trialQuery(asked.text, days),
    enabled: missing === null,
    placeholderData: keepPreviousData,
  });
  const message = missing === null && query.error ? query.error.message : null;
  const mistakes = useMemo(() => (message === null ? noMistakes : mistakesOf(message, asked.paths)), [message, asked]);
  return {
    yaml,
    missing,
    mistakes,
    problem: mistakeAt(mistakes, ''),
    trial: missing === null && message === null ? query.data?.data : undefined,
    warnings: query.data?.warnings ?? [],
    isPending: query.isPending,
    isStale: query.isPlaceholderData || asked.text !== yaml.text,
  };
}
