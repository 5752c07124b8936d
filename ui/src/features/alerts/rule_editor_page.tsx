// SPDX-License-Identifier: Apache-2.0
// Writes a rule, tries it on the past before it holds, and saves it.
import { useMutation, useQueryClient } from '@tanstack/react-query';
import { FlaskConical } from 'lucide-react';
import { useState } from 'react';
import { useLocation } from 'wouter';
import { backtest, saveRuleGroup } from '@/api/alerting_queries';
import { draftProblem, draftYaml, emptyDraft, groupName, type RuleDraft } from '@/model/rule_draft';
import { Button } from '@/widgets/button';
import { Card, Page } from '@/widgets/card';
import { ChoiceField } from '@/widgets/fields';
import { Notice } from '@/widgets/states';
import { useUrlText } from '@/widgets/url_state';
import { BacktestResult } from './backtest_result';
import { DraftFields } from './rule_draft_fields';
import { RulePreview } from './rule_preview';
import styles from './alerts.module.css';

const windows = [
  { value: '86400', label: 'Last day' },
  { value: '604800', label: 'Last week' },
  { value: '3600', label: 'Last hour' },
];

export function RuleEditorPage() {
  const [expr] = useUrlText('expr');
  const [draft, setDraft] = useState<RuleDraft>({ ...emptyDraft, expr });
  const [seconds, setSeconds] = useState('86400');
  const [, navigate] = useLocation();
  const client = useQueryClient();
  const problem = draftProblem(draft);
  const trial = useMutation({
    mutationFn: () => {
      const now = Math.floor(Date.now() / 1000);
      return backtest(draftYaml(draft), now - Number(seconds), now);
    },
  });
  const save = useMutation({
    mutationFn: () => saveRuleGroup('ui', draftYaml(draft)),
    onSuccess: async () => {
      await client.invalidateQueries({ queryKey: ['rules'] });
      navigate(`/rules?search=${encodeURIComponent(draft.name)}`);
    },
  });
  const set = (change: Partial<RuleDraft>): void => setDraft({ ...draft, ...change });
  return (
    <Page title="New rule" summary="Written here, tried on the past, then kept beside the rules from files.">
      <Card isPadded>
        <div className={styles['ruleForm']}>
          <DraftFields draft={draft} set={set} />
          {save.isError && <Notice tone="bad" title={save.error.message} />}
          <footer className={styles['silenceFoot']}>
            <span>
              {problem ?? `Saved as group ${groupName(draft)} in namespace ui; a group of that name is replaced.`}
            </span>
            <Button look="primary" disabled={problem !== null || save.isPending} onClick={() => save.mutate()}>
              Save the rule
            </Button>
          </footer>
        </div>
      </Card>
      <RulePreview expr={draft.expr} />
      <Card
        title="What it would have done"
        actions={
          <>
            <ChoiceField label="Try over" value={seconds} onChange={setSeconds} choices={windows} />
            <Button
              icon={<FlaskConical />}
              disabled={problem !== null || trial.isPending}
              onClick={() => trial.mutate()}
            >
              {trial.isPending ? 'Trying…' : 'Try it'}
            </Button>
          </>
        }
      >
        <BacktestResult result={trial.data} error={trial.error} isPending={trial.isPending} kind={draft.kind} />
      </Card>
    </Page>
  );
}
