// SPDX-License-Identifier: Apache-2.0
import { useMemo } from 'react';
import { timestampMs } from '@/base/brand';
import { formatClock, formatDate } from '@/base/time_format';
import type { Frame } from '@/model/dashboard/frame';
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

export interface LogRow {
  ms: number;
  written: string;
  labels: Record<string, unknown>;
  level: string;
}

export function logRows(frames: readonly Frame[]): LogRow[] {
  return frames.flatMap((of) => {
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
  });
}

export const levelColor = (level: string): string =>
  levelColors.find(([pattern]) => pattern.test(level))?.[1] ?? 'var(--border)';

export function LogPanel({ panel, frames }: PanelProps) {
  const { zone } = useLook();
  const rows = useMemo(() => logRows(frames), [frames]);
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
        <div key={i} className={styles['logRow']} style={{ borderLeftColor: levelColor(row.level) }}>
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
