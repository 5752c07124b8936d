// SPDX-License-Identifier: Apache-2.0
import { useMemo } from 'react';
import { timestampMs } from '@/base/brand';
import { formatClock, formatDate } from '@/base/time_format';
import { flag, text } from '@/model/dashboard/json';
import { useLook, type PanelProps } from './panel_props';
import styles from './panels.module.css';

const levelColors: readonly [RegExp, string][] = [
  [/^(fatal|crit|emerg|alert|err)/i, 'var(--bad)'],
  [/^warn/i, 'var(--warn)'],
  [/^(info|notice)/i, 'var(--good)'],
  [/^(debug|trace)/i, 'var(--text-3)'],
];
const shownMax = 1000;

function levelOf(labels: Record<string, unknown>, line: string): string {
  const named = labels['detected_level'] ?? labels['level'] ?? labels['severity'] ?? labels['severity_text'];
  return typeof named === 'string'
    ? named
    : (/\b(?:level|lvl|severity)="?(\w+)|\b(ERROR|WARN|INFO|DEBUG|FATAL)\b/.exec(line)?.slice(1).find(Boolean) ?? '');
}

export function LogPanel({ panel, frames }: PanelProps) {
  const { zone } = useLook();
  const rows = useMemo(
    () =>
      frames.flatMap((of) => {
        const time = of.fields.find((one) => one.type === 'time');
        const line =
          of.fields.find((one) => one.name === 'Line' || one.name === 'body') ??
          of.fields.find((one) => one.type === 'string');
        const labels = of.fields.find((one) => one.name === 'labels');
        return Array.from({ length: Math.min(of.length, shownMax) }, (_, row) => {
          const written = String(line?.values[row] ?? '');
          const given = JSON.parse(String(labels?.values[row] ?? '{}')) as Record<string, unknown>;
          return { ms: Number(time?.values[row] ?? 0), written, labels: given, level: levelOf(given, written) };
        });
      }),
    [frames],
  );
  const isWrapping = flag(panel.options, 'wrapLogMessage', true);
  const isTimed = flag(panel.options, 'showTime', true);
  const isLabelled = flag(panel.options, 'showLabels');
  const ordered = text(panel.options, 'sortOrder') === 'Ascending' ? [...rows].reverse() : rows;
  return (
    <div
      className={styles['logs']}
      data-nowrap={!isWrapping || undefined}
      tabIndex={0}
      aria-label={panel.title || 'Log lines'}
    >
      {ordered.map((row, i) => (
        <div
          key={i}
          className={styles['logRow']}
          style={{ borderLeftColor: levelColors.find(([pattern]) => pattern.test(row.level))?.[1] ?? 'var(--border)' }}
        >
          {isTimed && (
            <span className={styles['logTime']} title={formatDate(timestampMs(row.ms), zone)}>
              {formatClock(timestampMs(row.ms), zone, true)}
            </span>
          )}
          {isLabelled && (
            <span className={styles['logTime']}>
              {Object.entries(row.labels)
                .map(([name, value]) => `${name}=${String(value)}`)
                .join(' ')}
            </span>
          )}
          <span className={styles['logLine']}>{row.written}</span>
        </div>
      ))}
    </div>
  );
}
