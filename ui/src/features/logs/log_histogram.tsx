// SPDX-License-Identifier: Apache-2.0
import { useQuery } from '@tanstack/react-query';
import { useMemo } from 'react';
import { logMatrixQuery, type LogWindow } from '@/api/log_queries';
import type { TimestampMs } from '@/base/brand';
import { plural } from '@/base/number_format';
import { levelChart } from '@/model/log_histogram';
import { levelHistogram } from '@/model/log_query';
import { Button } from '@/widgets/button';
import { BarStrip } from '@/widgets/chart/bar_strip';
import { isMistake, Notice, Skeleton } from '@/widgets/states';
import { levelColor } from './level_colors';
import styles from './logs.module.css';

interface HistogramProps {
  query: string;
  start: number;
  end: number;
  stepSeconds: number;
  onZoom: (from: TimestampMs, to: TimestampMs) => void;
  onLevel: (level: string) => void;
}

const height = 96;

/** How many lines, when and how bad. Start and end are multiples of the step. */
export function LogHistogram({ query, start, end, stepSeconds, onZoom, onLevel }: HistogramProps) {
  const window: LogWindow = { startNs: `${start}000000000`, endNs: `${end}000000000` };
  const counts = useQuery(logMatrixQuery(levelHistogram(query, `${stepSeconds}s`), window, stepSeconds));
  const chart = useMemo(
    () => levelChart(counts.data?.data.result ?? [], start, end, stepSeconds),
    [counts.data, start, end, stepSeconds],
  );
  if (counts.isPending)
    return (
      <div className={styles['histogram']}>
        <Skeleton lines={1} height={height} style={{ padding: 0 }} />
        <div className={styles['levels']}>&nbsp;</div>
      </div>
    );
  // The lines below tell of a mistake in the query, once.
  if (isMistake(counts.error)) return null;
  if (counts.isError)
    return (
      <div className={styles['histogramProblem']}>
        <Notice
          tone="warn"
          title="How many lines there were when could not be loaded."
          actions={<Button onClick={() => void counts.refetch()}>Try again</Button>}
        />
      </div>
    );
  return (
    <div className={styles['histogram']}>
      <BarStrip data={chart} label="Lines by level over time" height={height} color={levelColor} onZoom={onZoom} />
      <div className={styles['levels']}>
        <span>{plural(chart.total, 'line')}</span>
        {[...chart.series].reverse().map((one) => (
          <button key={one.id} type="button" onClick={() => onLevel(one.id)} title={`Only ${one.name}`}>
            <span className={styles['swatch']} style={{ background: `var(${levelColor(one.id)})` }} />
            {one.name}{' '}
            {one.values
              .reduce<number>((sum, value) => sum + (value ?? 0), 0)
              .toLocaleString('en')
              .replaceAll(',', ' ')}
          </button>
        ))}
      </div>
    </div>
  );
}
