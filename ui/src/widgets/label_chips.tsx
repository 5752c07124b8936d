// SPDX-License-Identifier: Apache-2.0
import type { Labels } from '@/api/query_types';
import { labelPairs } from '@/model/series_name';
import styles from './label_chips.module.css';

interface LabelChipsProps {
  labels: Labels;
  without?: readonly string[];
  onPick?: (name: string, value: string) => void;
}

/** Labels as small boxes; with onPick a click hands one to the filter. */
export function LabelChips({ labels, without = [], onPick }: LabelChipsProps) {
  const pairs = labelPairs(labels).filter(([name]) => !without.includes(name));
  if (pairs.length === 0) return <span className={styles['none']}>none</span>;
  return (
    <span className={styles['chips']}>
      {pairs.map(([name, value]) => {
        const text = (
          <>
            <span className={styles['name']}>{name}</span>={value === '' ? '""' : value}
          </>
        );
        return onPick ? (
          <button
            key={name}
            type="button"
            className={styles['chip']}
            onClick={() => onPick(name, value)}
            title={`Filter by ${name}=${value}`}
          >
            {text}
          </button>
        ) : (
          <span key={name} className={styles['chip']}>
            {text}
          </span>
        );
      })}
    </span>
  );
}

/** A series with its labels in colour, as in PromQL. */
export function SeriesText({ labels }: { labels: Labels }) {
  const pairs = labelPairs(labels);
  return (
    <span className={styles['series']}>
      <span className={styles['metric']}>{labels['__name__'] ?? ''}</span>
      {(pairs.length > 0 || !labels['__name__']) && '{'}
      {pairs.map(([name, value], index) => (
        <span key={name}>
          {index > 0 && ', '}
          <span className={styles['name']}>{name}</span>=<span className={styles['value']}>&quot;{value}&quot;</span>
        </span>
      ))}
      {(pairs.length > 0 || !labels['__name__']) && '}'}
    </span>
  );
}
