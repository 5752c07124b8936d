// SPDX-License-Identifier: Apache-2.0
// What it is called, and into which parts its budget is split.
import { useQuery } from '@tanstack/react-query';
import { useState } from 'react';
import { seriesQuery } from '@/api/queries';
import { measuredSelector } from '@/model/slo_draft';
import { mistakeAt, type Mistakes } from '@/model/slo_yaml';
import { Card } from '@/widgets/card';
import { TextField } from '@/widgets/fields';
import { Area, Field } from './wizard_field';
import type { SectionProps } from './wizard_subject';
import styles from './wizard.module.css';

export function NameSection({ draft, set, mistakes }: SectionProps & { mistakes: Mistakes }) {
  return (
    <Card title="5. Name and labels" isPadded>
      <div className={styles['fields']}>
        <div className={styles['columns']}>
          <Field name="Name" mistake={mistakeAt(mistakes, 'name')}>
            <TextField
              label="Name"
              value={draft.name}
              placeholder="checkout-availability"
              isInvalid={mistakeAt(mistakes, 'name') !== null}
              onChange={(name) => set({ name })}
            />
          </Field>
          <Field name="Service" mistake={mistakeAt(mistakes, 'service')}>
            <TextField
              label="Service"
              value={draft.service}
              placeholder="shop"
              isInvalid={mistakeAt(mistakes, 'service') !== null}
              onChange={(service) => set({ service })}
            />
          </Field>
        </div>
        <Field name="Description">
          <TextField
            label="Description"
            value={draft.description}
            placeholder="Orders that succeed"
            onChange={(description) => set({ description })}
          />
        </Field>
        <GroupBy draft={draft} set={set} mistakes={mistakes} />
        <Field
          name="Labels of its rules and alerts, one a line"
          mistake={mistakeAt(mistakes, 'labels')}
          hint="Routes of the alert manager can go by them."
        >
          <Area label="Labels" value={draft.labels} placeholder="team: shop" onChange={(labels) => set({ labels })} />
        </Field>
      </div>
    </Card>
  );
}

const seriesMax = 500;

/** Labels of the measured series as switches; others by hand. */
function GroupBy({ draft, set, mistakes }: SectionProps & { mistakes: Mistakes }) {
  const selector = measuredSelector(draft);
  const [window] = useState(() => {
    const end = Math.floor(Date.now() / 1000);
    return { start: end - 86_400, end };
  });
  const series = useQuery({ ...seriesQuery(selector, window, seriesMax), enabled: selector !== '' });
  const seen = new Map<string, Set<string>>();
  for (const labels of series.data?.data ?? [])
    for (const [name, value] of Object.entries(labels))
      if (name !== '__name__' && name !== 'le') seen.set(name, (seen.get(name) ?? new Set()).add(value));
  // Errors have another status than the rest: split by it, each group would be all or nothing.
  const names = [...new Set([...[...seen].filter(([, values]) => values.size > 1).map(([name]) => name)])]
    .filter((name) => !draft.part.includes(name))
    .sort();
  const all = [...new Set([...names, ...draft.groupBy])];
  const toggle = (name: string): void =>
    set({
      groupBy: draft.groupBy.includes(name) ? draft.groupBy.filter((one) => one !== name) : [...draft.groupBy, name],
    });
  return (
    <Field name="A budget of its own for each" mistake={mistakeAt(mistakes, 'group_by')}>
      <div className={styles['groupBy']}>
        {all.map((name) => (
          <button key={name} type="button" aria-pressed={draft.groupBy.includes(name)} onClick={() => toggle(name)}>
            {name}
            {seen.has(name) && <span>{seen.get(name)?.size}</span>}
          </button>
        ))}
        {all.length === 0 && draft.kind !== 'freeform' && (
          <span className={styles['quiet']}>
            {selector === '' ? 'Known once something is measured.' : 'The measured series have no label to split by.'}
          </span>
        )}
        {draft.kind === 'freeform' && (
          <span className={styles['quiet']}>Free queries say themselves by which labels they are grouped.</span>
        )}
      </div>
    </Field>
  );
}
