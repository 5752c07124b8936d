// SPDX-License-Identifier: Apache-2.0
import { useQuery } from '@tanstack/react-query';
import { ArrowLeft, Play } from 'lucide-react';
import { useMemo, useState } from 'react';
import { seriesQuery } from '@/api/queries';
import type { Labels } from '@/api/query_types';
import { nowMs } from '@/base/brand';
import { plural } from '@/base/number_format';
import { summarizeLabels, type LabelSummary } from '@/model/label_summary';
import { suggestQueries, type MetricInfo } from '@/model/metric_info';
import { selectorOf } from '@/model/series_name';
import { Button, IconButton } from '@/widgets/button';
import { CopyButton } from '@/widgets/copy_button';
import { PromqlText } from '@/widgets/promql_text';
import { Failure, Skeleton } from '@/widgets/states';
import { TypeBadge } from './metric_list';
import styles from './metric_explorer.module.css';

const seriesLimit = 5000;
const hourMs = 3_600_000;

interface MetricDetailProps {
  info: MetricInfo;
  onPick: (query: string) => void;
  onBack: () => void;
}

export function MetricDetail({ info, onPick, onBack }: MetricDetailProps) {
  const [matchers, setMatchers] = useState<Labels>({});
  const [window] = useState(() => ({ start: Math.floor((nowMs() - hourMs) / 1000), end: Math.ceil(nowMs() / 1000) }));
  const selector = selectorOf(info.name, matchers);
  const series = useQuery(seriesQuery(selector, window, seriesLimit));
  const labels = useMemo(() => summarizeLabels(series.data?.data ?? []), [series.data]);
  const toggle = (name: string, value: string): void => {
    const { [name]: current, ...rest } = matchers;
    setMatchers(current === value ? rest : { ...matchers, [name]: value });
  };
  const count = series.data?.data.length ?? 0;
  return (
    <>
      <header className={styles['detailHead']}>
        <IconButton label="Back to the list" className={styles['back']} onClick={onBack}>
          <ArrowLeft />
        </IconButton>
        <h3>{info.name}</h3>
        <TypeBadge type={info.type} />
        <CopyButton text={() => info.name} label="Copy name" />
      </header>
      <p className={styles['help']}>
        {info.help || 'The source sends no help text for this metric.'}
        {info.unit && ` Unit: ${info.unit}.`}
      </p>
      <ul className={styles['suggestions']} aria-label="Queries">
        {suggestQueries(info, matchers).map((suggestion) => (
          <li key={suggestion.title}>
            <div>
              <span>{suggestion.title}</span>
              <PromqlText query={suggestion.query} />
            </div>
            <Button icon={<Play />} onClick={() => onPick(suggestion.query)}>
              Run
            </Button>
          </li>
        ))}
      </ul>
      {series.isPending ? (
        <Skeleton lines={6} />
      ) : series.isError ? (
        <Failure what="The labels" error={series.error} onRetry={() => void series.refetch()} />
      ) : (
        <>
          <h4 className={styles['labelsTitle']}>
            Labels
            <span>
              {plural(count, 'series', 'series')} in the last hour{count >= seriesLimit && ' (at least)'}; click values
              to filter
            </span>
          </h4>
          {labels.map((label) => (
            <LabelValues key={label.name} label={label} chosen={matchers[label.name]} onToggle={toggle} />
          ))}
        </>
      )}
    </>
  );
}

const shownValues = 14;

interface LabelValuesProps {
  label: LabelSummary;
  chosen: string | undefined;
  onToggle: (name: string, value: string) => void;
}

function LabelValues({ label, chosen, onToggle }: LabelValuesProps) {
  const [isAll, setAll] = useState(false);
  const shown = isAll ? label.values.slice(0, 500) : label.values.slice(0, shownValues);
  return (
    <div className={styles['label']}>
      <div className={styles['labelName']}>
        {label.name} <span>{label.values.length}</span>
      </div>
      <div className={styles['values']}>
        {shown.map(({ value, series }) => (
          <button
            key={value}
            type="button"
            className={styles['value']}
            aria-pressed={chosen === value}
            onClick={() => onToggle(label.name, value)}
          >
            {value === '' ? '""' : value} <span>{series}</span>
          </button>
        ))}
        {shown.length < label.values.length && !isAll && (
          <button type="button" className={styles['value']} onClick={() => setAll(true)}>
            {label.values.length - shown.length} more
          </button>
        )}
      </div>
    </div>
  );
}
