// SPDX-License-Identifier: Apache-2.0
import { useQuery } from '@tanstack/react-query';
import { Plus, X } from 'lucide-react';
import { useId, useState } from 'react';
import { metricNamesQuery, seriesQuery } from '@/api/queries';
import {
  aggregations,
  emptyForm,
  overFunctions,
  readForm,
  writeForm,
  type QueryForm,
} from '@/model/dashboard/query_form';
import { summarizeLabels } from '@/model/label_summary';
import { IconButton } from '@/widgets/button';
import { TextField } from '@/widgets/fields';
import { Notice } from '@/widgets/states';
import styles from '../dashboards.module.css';

/** A query from parts; the code beside it shows what they make. */
export function QueryBuilder({ query, onChange }: { query: string; onChange: (query: string) => void }) {
  const form = readForm(query);
  const id = useId();
  const names = useQuery(metricNamesQuery()).data?.data ?? [];
  const [now] = useState(() => Math.floor(Date.now() / 1000));
  const metric = form?.metric ?? '';
  const series = useQuery(seriesQuery(names.includes(metric) ? metric : '', { start: now - 3600, end: now }, 500));
  const labels = summarizeLabels(series.data?.data ?? []);
  if (!form) return <Notice tone="info" title="The builder cannot show this query; edit it as code." />;
  const set = (change: Partial<QueryForm>): void => onChange(writeForm({ ...form, ...change }));
  const filter = (i: number, change: Partial<QueryForm['filters'][number]>): void =>
    set({ filters: form.filters.map((one, at) => (at === i ? { ...one, ...change } : one)) });
  return (
    <div className={styles['targetHead']}>
      <datalist id={`${id}m`}>
        {names.map((name) => (
          <option key={name} value={name} />
        ))}
      </datalist>
      <datalist id={`${id}l`}>
        {labels.map((label) => (
          <option key={label.name} value={label.name} />
        ))}
      </datalist>
      <TextField
        label="Metric"
        placeholder="Metric"
        list={`${id}m`}
        value={form.metric}
        onChange={(value) => set({ metric: value.trim() })}
      />
      {form.filters.map((one, i) => (
        <span key={i} className={styles['buttons']} style={{ gap: 3 }}>
          <TextField
            label="Label"
            list={`${id}l`}
            style={{ width: 110 }}
            value={one.label}
            onChange={(label) => filter(i, { label })}
          />
          <select aria-label="Operator" value={one.op} onChange={(event) => filter(i, { op: event.target.value })}>
            {['=', '!=', '=~', '!~'].map((op) => (
              <option key={op}>{op}</option>
            ))}
          </select>
          <TextField
            label="Value"
            style={{ width: 130 }}
            value={one.value}
            onChange={(value) => filter(i, { value })}
          />
          <IconButton
            label="Remove the filter"
            onClick={() => set({ filters: form.filters.filter((_, at) => at !== i) })}
          >
            <X />
          </IconButton>
        </span>
      ))}
      <IconButton
        label="Add a filter"
        disabled={form.metric === ''}
        onClick={() =>
          set({
            filters: [
              ...form.filters,
              { label: labels[0]?.name ?? 'job', op: '=', value: labels[0]?.values[0]?.value ?? '' },
            ],
          })
        }
      >
        <Plus />
      </IconButton>
      <select
        aria-label="Function"
        value={form.over}
        onChange={(event) => set({ over: event.target.value, window: form.window || emptyForm.window })}
      >
        <option value="">as it is</option>
        {overFunctions.map((name) => (
          <option key={name}>{name}</option>
        ))}
      </select>
      <select
        aria-label="Aggregation"
        value={form.aggregation}
        onChange={(event) => set({ aggregation: event.target.value })}
      >
        <option value="">each series</option>
        {aggregations.map((name) => (
          <option key={name}>{name}</option>
        ))}
      </select>
      {form.aggregation !== '' && (
        <TextField
          label="By labels"
          placeholder="by: job, instance"
          value={form.by.join(', ')}
          onChange={(value) => set({ by: value.split(',').map((one) => one.trim()) })}
        />
      )}
    </div>
  );
}
