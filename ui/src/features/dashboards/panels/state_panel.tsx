// SPDX-License-Identifier: Apache-2.0
import { useMemo } from 'react';
import { timestampMs } from '@/base/brand';
import { formatClock, formatDateTime } from '@/base/time_format';
import { flag, text } from '@/model/dashboard/json';
import { stateRows, timeTicks } from '@/model/dashboard/view_states';
import { inkOn } from '@/model/dashboard/view_values';
import { useLook, type PanelProps } from './panel_props';
import styles from './panels.module.css';

/** State timeline (equal neighbours are one span) and status history (a box per sample). */
export function StatePanel({ panel, frames, window, width }: PanelProps) {
  const { coloring, zone } = useLook();
  const isTimeline = panel.type === 'state-timeline';
  const rows = useMemo(
    () =>
      stateRows({
        frames,
        coloring,
        zone,
        toMs: window.toMs,
        isMerging: isTimeline && flag(panel.options, 'mergeValues', true),
      }),
    [frames, coloring, zone, window.toMs, isTimeline, panel.options],
  );
  const { fromMs, toMs } = window;
  const part = (ms: number): number => ((ms - fromMs) / (toMs - fromMs)) * 100;
  const ticks = timeTicks(fromMs, toMs, Math.floor(width / 180));
  const showText = text(panel.options, 'showValue', 'auto') !== 'never';
  return (
    <div className={styles['stack']}>
      <div className={styles['states']} style={{ flex: 1 }}>
        {rows.map((row, i) => (
          <div key={`${row.name} ${i}`} className={styles['stateRow']}>
            <span className={styles['clip']} title={row.name}>
              {row.name}
            </span>
            <div className={styles['stateTrack']}>
              {row.spans
                .filter((span) => span.toMs > fromMs && span.fromMs < toMs)
                .map((span) => {
                  const left = Math.max(part(span.fromMs), 0);
                  const share = Math.max(Math.min(part(span.toMs), 100) - left, 0.15);
                  const isWide = (share / 100) * width * 0.84 > span.text.length * 6 + 6;
                  return (
                    <div
                      key={span.fromMs}
                      className={styles['stateSpan']}
                      title={`${row.name}: ${span.text}\n${formatDateTime(timestampMs(span.fromMs), zone)} to ${formatDateTime(timestampMs(span.toMs), zone)}`}
                      style={{
                        left: `${left}%`,
                        width: `calc(${share}% - ${isTimeline ? 0 : 1}px)`,
                        background: span.color,
                        color: inkOn(span.color, coloring.theme),
                      }}
                    >
                      {showText && isWide && <span>{span.text}</span>}
                    </div>
                  );
                })}
            </div>
          </div>
        ))}
      </div>
      <div className={styles['axis']} style={{ paddingLeft: '17%' }}>
        {ticks.map((ms) => (
          <span key={ms}>{formatClock(timestampMs(ms), zone).slice(0, 5)}</span>
        ))}
      </div>
    </div>
  );
}
