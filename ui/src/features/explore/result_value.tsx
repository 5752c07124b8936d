// SPDX-License-Identifier: Apache-2.0
import { useState } from 'react';
import { timestampMs } from '@/base/brand';
import { plural, valueNumber } from '@/base/number_format';
import { formatClock, formatDate } from '@/base/time_format';
import { bucketRows, histogramMean } from '@/model/histogram';
import type { WireHistogram, WireSample } from '@/api/query_types';
import type { TableRow } from '@/model/query_table';
import { usePreferences } from '@/widgets/preferences';
import styles from './explore.module.css';

/** The value of one row: a number, the samples of a range, or a histogram. */
export function ResultValue({ row }: { row: TableRow }) {
  return (
    <>
      {row.value !== '' && <span className="mono">{row.value}</span>}
      {row.samples && row.samples.length > 0 && <SampleList samples={row.samples} />}
      {row.histogram && <HistogramTable histogram={row.histogram} />}
    </>
  );
}

const shownSamples = 12;

function SampleList({ samples }: { samples: readonly WireSample[] }) {
  const zone = usePreferences((p) => p.zone);
  const [isAll, setAll] = useState(false);
  const shown = isAll ? samples : samples.slice(-shownSamples);
  return (
    <div className={styles['samples']}>
      {shown.length < samples.length && (
        <button type="button" className={styles['inlineLink']} onClick={() => setAll(true)}>
          {plural(samples.length - shown.length, 'earlier sample')}
        </button>
      )}
      {shown.map(([time, value]) => (
        <div key={time} className={styles['sample']}>
          <span className="mono">{value}</span>
          <span title={formatDate(timestampMs(time * 1000), zone)}>
            @ {formatClock(timestampMs(time * 1000), zone, true)}
          </span>
        </div>
      ))}
    </div>
  );
}

function HistogramTable({ histogram }: { histogram: WireHistogram }) {
  const rows = bucketRows(histogram);
  return (
    <div className={styles['histogram']}>
      <div className={styles['histogramFacts']}>
        <span>count {valueNumber(Number(histogram.count))}</span>
        <span>sum {valueNumber(Number(histogram.sum))}</span>
        <span>mean {valueNumber(histogramMean(histogram))}</span>
      </div>
      <div role="table" aria-label="Buckets">
        {rows.map((row) => (
          <div key={row.interval} role="row" className={styles['bucket']}>
            <span role="cell" className="mono">
              {row.interval}
            </span>
            <span className={styles['bucketBar']} aria-hidden>
              <span style={{ width: `${row.share * 100}%` }} />
            </span>
            <span role="cell" className="mono">
              {valueNumber(row.count)}
            </span>
          </div>
        ))}
      </div>
    </div>
  );
}
