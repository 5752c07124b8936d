// SPDX-License-Identifier: Apache-2.0
// Search by fields; the TraceQL that they make is shown and can be taken over.
import { useQuery } from '@tanstack/react-query';
import { Search } from 'lucide-react';
import { useId, type FormEvent, type ReactNode } from 'react';
import { tagValuesQuery } from '@/api/trace_queries';
import type { Window } from '@/api/queries';
import { formProblem, queryOf, type SearchForm } from '@/model/traceql_form';
import { Button } from '@/widgets/button';
import { ChoiceField, TextField } from '@/widgets/fields';
import styles from './traces.module.css';

interface SearchFormProps {
  form: SearchForm;
  window: Window;
  onChange: (form: SearchForm) => void;
  onSearch: () => void;
  onWrite: (query: string) => void;
}

export function SearchFields({ form, window, onChange, onSearch, onWrite }: SearchFormProps) {
  const services = useQuery(tagValuesQuery('resource.service.name', '{ }', window));
  const inService = form.service ? `{ resource.service.name = ${JSON.stringify(form.service)} }` : '{ }';
  const operations = useQuery(tagValuesQuery('name', inService, window));
  const names = (data: typeof services.data): string[] => (data?.tagValues ?? []).map((one) => one.value).sort();
  const set = (change: Partial<SearchForm>): void => onChange({ ...form, ...change });
  const problem = formProblem(form);
  const submit = (event: FormEvent): void => {
    event.preventDefault();
    if (problem === null) onSearch();
  };
  return (
    <form onSubmit={submit}>
      <div className={styles['form']}>
        <Suggested
          label="Service"
          value={form.service}
          values={names(services.data)}
          onChange={(service) => set({ service, operation: '' })}
        />
        <Suggested
          label="Operation"
          value={form.operation}
          values={names(operations.data)}
          onChange={(operation) => set({ operation })}
        />
        <Labelled text="Attributes" isWide>
          <TextField
            label="Attributes"
            className="mono"
            placeholder="http.status_code=500 customer.id=42"
            value={form.attributes}
            onChange={(attributes) => set({ attributes })}
          />
        </Labelled>
        <Labelled text="At least">
          <TextField
            label="Shortest duration"
            placeholder="100ms"
            value={form.minDuration}
            onChange={(minDuration) => set({ minDuration })}
          />
        </Labelled>
        <Labelled text="At most">
          <TextField
            label="Longest duration"
            placeholder="2s"
            value={form.maxDuration}
            onChange={(maxDuration) => set({ maxDuration })}
          />
        </Labelled>
        <div>
          <ChoiceField
            label="Status"
            value={form.status === '' ? 'any' : form.status}
            onChange={(status) => set({ status: status === 'any' ? '' : status })}
            choices={[
              { value: 'any', label: 'Any' },
              { value: 'error', label: 'Errors' },
              { value: 'ok', label: 'OK' },
            ]}
          />
        </div>
      </div>
      <div className={styles['formFoot']}>
        <Button type="submit" look="primary" icon={<Search />} disabled={problem !== null}>
          Search
        </Button>
        {problem ? <span className={styles['problem']}>{problem}</span> : <code>{queryOf(form)}</code>}
        <Button look="quiet" onClick={() => onWrite(queryOf(form))}>
          Edit as TraceQL
        </Button>
      </div>
    </form>
  );
}

function Labelled({ text, isWide = false, children }: { text: string; isWide?: boolean; children: ReactNode }) {
  return (
    <label className={isWide ? styles['wide'] : undefined}>
      {text}
      {children}
    </label>
  );
}

function Suggested({
  label,
  value,
  values,
  onChange,
}: {
  label: string;
  value: string;
  values: readonly string[];
  onChange: (value: string) => void;
}) {
  const list = useId();
  return (
    <Labelled text={label}>
      <TextField label={label} placeholder="Any" value={value} onChange={onChange} list={list} />
      <datalist id={list}>
        {values.slice(0, 500).map((one) => (
          <option key={one} value={one} />
        ))}
      </datalist>
    </Labelled>
  );
}
