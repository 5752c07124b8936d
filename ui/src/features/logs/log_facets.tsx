// SPDX-License-Identifier: Apache-2.0
// The fields of the lines found; an opened one shows its most frequent values with exact counts over the
// whole window.
import { useQuery } from '@tanstack/react-query';
import { ChevronDown, ChevronRight } from 'lucide-react';
import { useState } from 'react';
import { detectedFieldsQuery, logVectorQuery, type LogWindow } from '@/api/log_queries';
import { shortNumber } from '@/base/number_format';
import { parseValue } from '@/model/chart_data';
import { facetQuery } from '@/model/log_query';
import { Failure, Skeleton } from '@/widgets/states';
import styles from './logs.module.css';

interface FacetsProps {
  query: string;
  window: LogWindow;
  labels: readonly string[];
  onPick: (name: string, value: string, isLabel: boolean, parser: string) => void;
}

export function LogFacets({ query, window, labels, onPick }: FacetsProps) {
  const detected = useQuery(detectedFieldsQuery(query, window));
  const fields = (detected.data?.fields ?? []).filter((field) => !labels.includes(field.label));
  return (
    <nav className={styles['facets']} aria-label="Fields">
      {labels.length > 0 && <h2>Labels</h2>}
      {labels.map((name) => (
        <Facet
          key={name}
          name={name}
          parser=""
          query={query}
          window={window}
          onPick={(value) => onPick(name, value, true, '')}
        />
      ))}
      <h2>Fields</h2>
      {detected.isPending ? (
        <Skeleton lines={5} />
      ) : detected.isError ? (
        <p className={styles['origin']}>could not be loaded</p>
      ) : (
        fields.map((field) => (
          <Facet
            key={field.label}
            name={field.label}
            count={field.cardinality}
            parser={field.parsers?.[0] ?? ''}
            query={query}
            window={window}
            onPick={(value) => onPick(field.label, value, false, field.parsers?.[0] ?? '')}
          />
        ))
      )}
    </nav>
  );
}

interface FacetProps {
  name: string;
  count?: number;
  parser: string;
  query: string;
  window: LogWindow;
  onPick: (value: string) => void;
}

function Facet({ name, count, parser, query, window, onPick }: FacetProps) {
  const [isOpen, setOpen] = useState(false);
  return (
    <div>
      <button type="button" className={styles['facet']} aria-expanded={isOpen} onClick={() => setOpen(!isOpen)}>
        {isOpen ? <ChevronDown aria-hidden /> : <ChevronRight aria-hidden />}
        <span>{name}</span>
        {count !== undefined && <span className={styles['origin']}>{shortNumber(count)}</span>}
      </button>
      {isOpen && <FacetValues name={name} parser={parser} query={query} window={window} onPick={onPick} />}
    </div>
  );
}

function FacetValues({ name, parser, query, window, onPick }: Omit<FacetProps, 'count'>) {
  const seconds = Math.max(1, Math.ceil(Number((BigInt(window.endNs) - BigInt(window.startNs)) / 1_000_000_000n)));
  const top = useQuery(logVectorQuery(facetQuery(query, name, parser, `${seconds}s`), window.endNs));
  if (top.isPending) return <Skeleton lines={3} />;
  if (top.isError) return <Failure what="The values" error={top.error} />;
  const rows = top.data.data.result
    .map((one) => ({ value: one.metric[name] ?? '', count: parseValue(one.value?.[1] ?? '0') }))
    .sort((a, b) => b.count - a.count);
  const most = Math.max(1, ...rows.map((row) => row.count));
  return (
    <ul className={styles['values']}>
      {rows.map((row) => (
        <li key={row.value}>
          <button type="button" onClick={() => onPick(row.value)} title={`Only lines with ${name} = ${row.value}`}>
            <span className={styles['valueBar']} style={{ width: `${(row.count / most) * 100}%` }} />
            <span className={styles['valueText']}>{row.value}</span>
            <span className={styles['origin']}>{shortNumber(row.count)}</span>
          </button>
        </li>
      ))}
      {rows.length === 0 && <li className={styles['origin']}>no values</li>}
    </ul>
  );
}
