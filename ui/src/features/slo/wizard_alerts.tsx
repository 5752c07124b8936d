// SPDX-License-Identifier: Apache-2.0
// When somebody is told: four pairs of windows, two that page and two that write a ticket.
import type { SloTier } from '@/api/slo_queries';
import { tierNames, tierOrder, usualBurnRate, usualTier, type TierDraft } from '@/model/slo_draft';
import { mistakeAt, type Mistakes } from '@/model/slo_yaml';
import { Button } from '@/widgets/button';
import { Card } from '@/widgets/card';
import { SwitchField, TextField } from '@/widgets/fields';
import { Area, Field } from './wizard_field';
import type { SectionProps } from './wizard_subject';
import styles from './wizard.module.css';

export function AlertSection({ draft, set, mistakes }: SectionProps & { mistakes: Mistakes }) {
  const setTier = (tier: SloTier, change: Partial<TierDraft>): void =>
    set({ tiers: { ...draft.tiers, [tier]: { ...draft.tiers[tier], ...change } } });
  const isUsual = tierOrder.every((tier) => JSON.stringify(draft.tiers[tier]) === JSON.stringify(usualTier(tier)));
  const reset = (): void =>
    set({ tiers: Object.fromEntries(tierOrder.map((tier) => [tier, usualTier(tier)])) as typeof draft.tiers });
  return (
    <Card
      title="4. When to tell somebody"
      actions={
        <Button disabled={isUsual} onClick={reset}>
          The usual four
        </Button>
      }
      isPadded
    >
      <div className={styles['fields']}>
        {tierOrder.map((tier) => (
          <Tier
            key={tier}
            tier={tier}
            draft={draft.tiers[tier]}
            usualRate={usualBurnRate(tier, draft.period)}
            mistake={mistakeAt(mistakes, `alerting.windows.${tier}`)}
            set={(change) => setTier(tier, change)}
          />
        ))}
        <div className={styles['columns']}>
          <Field name="Labels of pages" mistake={mistakeAt(mistakes, 'alerting.page')}>
            <Area label="Labels of pages" value={draft.pageLabels} onChange={(pageLabels) => set({ pageLabels })} />
          </Field>
          <Field name="Labels of tickets" mistake={mistakeAt(mistakes, 'alerting.ticket')}>
            <Area
              label="Labels of tickets"
              value={draft.ticketLabels}
              onChange={(ticketLabels) => set({ ticketLabels })}
            />
          </Field>
          <Field
            name="Not below so many errors an hour"
            hint="With little traffic a single error burns fast."
            mistake={mistakeAt(mistakes, 'alerting.failures_min')}
          >
            <TextField
              label="Errors an hour below which nothing fires"
              inputMode="decimal"
              placeholder="0"
              value={draft.failuresMin}
              onChange={(failuresMin) => set({ failuresMin })}
            />
          </Field>
        </div>
      </div>
    </Card>
  );
}

interface TierProps {
  tier: SloTier;
  draft: TierDraft;
  usualRate: number;
  mistake: string | null;
  set: (change: Partial<TierDraft>) => void;
}

function Tier({ tier, draft, usualRate, mistake, set }: TierProps) {
  const name = tierNames[tier];
  return (
    <div className={styles['tier']} data-off={!draft.isOn || undefined}>
      <SwitchField label={name} value={draft.isOn} onChange={(isOn) => set({ isOn })} />
      {draft.isOn && (
        <span className={styles['tierFields']}>
          burns
          <TextField
            label={`${name}: burn rate`}
            inputMode="decimal"
            className={styles['short']}
            placeholder={String(usualRate)}
            value={draft.burnRate}
            onChange={(burnRate) => set({ burnRate })}
          />
          × over
          <TextField
            label={`${name}: long window`}
            className={styles['short']}
            value={draft.long}
            onChange={(long) => set({ long })}
          />
          and
          <TextField
            label={`${name}: short window`}
            className={styles['short']}
            value={draft.short}
            onChange={(short) => set({ short })}
          />
        </span>
      )}
      {mistake && (
        <span className={styles['mistake']} role="alert">
          {mistake}
        </span>
      )}
    </div>
  );
}
