// SPDX-License-Identifier: Apache-2.0
import { useMutation, useQueryClient } from '@tanstack/react-query';
import { useMemo, useState } from 'react';
import { useLocation } from 'wouter';
import { saveSlo, type SloSubject } from '@/api/slo_queries';
import type { SloDraft } from '@/model/slo_draft';
import { groupSelector } from '@/model/slo_view';
import { mistakesOf, noMistakes } from '@/model/slo_yaml';
import { Button } from '@/widgets/button';
import { Page } from '@/widgets/card';
import { Notice } from '@/widgets/states';
import { SloFileCard } from './slo_file_card';
import { useTrial } from './use_trial';
import { AlertSection } from './wizard_alerts';
import { MeasureSection } from './wizard_measure';
import { NameSection } from './wizard_names';
import { Preview } from './wizard_preview';
import { PromiseSection } from './wizard_promise';
import { SubjectSection } from './wizard_subject';
import styles from './wizard.module.css';

interface SloFormProps {
  title: string;
  start: SloDraft;
  /** What the start was made of. */
  chosen: SloSubject | null;
  /** Whose endpoints are shown first. */
  service: string;
  /** Of the objective that is changed. */
  id?: string;
}

export function SloForm({ title, start, chosen: first, service: firstService, id }: SloFormProps) {
  const [draft, setDraft] = useState(start);
  const [chosen, setChosen] = useState(first);
  const [service, setService] = useState(firstService);
  const [days, setDays] = useState('28');
  const [groupKey, setGroupKey] = useState('');
  const [, navigate] = useLocation();
  const client = useQueryClient();
  const asked = useTrial(draft, Number(days));
  const save = useMutation({
    mutationFn: () => saveSlo(asked.yaml.text, id),
    onSuccess: async (answer) => {
      await Promise.all(['slos', 'slo', 'slo_suggestions'].map((key) => client.invalidateQueries({ queryKey: [key] })));
      navigate(`/slos/${encodeURIComponent(answer.data.id)}`);
    },
  });
  const set = (change: Partial<SloDraft>): void => {
    save.reset();
    setDraft((now) => ({ ...now, ...change }));
  };
  const refused = useMemo(
    () => (save.error ? mistakesOf(save.error.message, asked.yaml.paths) : noMistakes),
    [save.error, asked.yaml],
  );
  const mistakes = refused.size > 0 ? refused : asked.mistakes;
  const groups = asked.trial?.groups ?? [];
  const group = groups.find((one) => groupSelector(one.labels) === groupKey) ?? groups[0] ?? null;
  const section = { draft, set, mistakes };
  return (
    <Page title={title} summary="What is promised of it, and what history would have made of the promise.">
      <div className={styles['wizard']}>
        <div className={styles['steps']}>
          {id === undefined && (
            <SubjectSection
              draft={draft}
              set={set}
              service={service}
              onService={setService}
              chosen={chosen}
              onChoose={setChosen}
            />
          )}
          <MeasureSection {...section} chosen={chosen?.kind === draft.subject ? chosen : null} />
          <PromiseSection {...section} group={group} />
          <AlertSection {...section} />
          <NameSection {...section} />
          <SloFileCard yaml={asked.yaml.text} isReady={asked.missing === null} />
        </div>
        <div className={styles['aside']}>
          <Preview
            {...asked}
            hasMistakes={mistakes.size > 0}
            days={days}
            onDays={setDays}
            group={group}
            onGroup={setGroupKey}
          />
          {save.error && refused.has('') && <Notice tone="bad" title={refused.get('')} />}
          <footer className={styles['foot']}>
            <span>
              {asked.missing ?? (mistakes.size > 0 ? 'Some fields need another look.' : 'Its rules hold at once.')}
            </span>
            <Button onClick={() => window.history.back()}>Cancel</Button>
            <Button look="primary" disabled={asked.missing !== null || save.isPending} onClick={() => save.mutate()}>
              {id ? 'Save' : 'Create objective'}
            </Button>
          </footer>
        </div>
      </div>
    </Page>
  );
}
