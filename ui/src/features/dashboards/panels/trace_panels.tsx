// SPDX-License-Identifier: Apache-2.0
// One trace as bars on its time; of several found traces a list that leads to each.
import { Link } from 'wouter';
import { humanDuration } from '@/base/duration';
import type { Frame } from '@/model/dashboard/frame';
import type { PanelProps } from './panel_props';
import styles from './panels.module.css';

/** The traces of a search, as the table of a TraceQL query has them. */
function FoundTraces({ frame }: { frame: Frame }) {
  const column = (pattern: RegExp) => frame.fields.find((one) => pattern.test(one.name))?.values ?? [];
  const ids = column(/^trace ?id$/i);
  const [services, names, durations] = [column(/service/i), column(/^(trace ?)?name$/i), column(/duration/i)];
  if (ids.length === 0) {
    return (
      <p className={styles['muted']} style={{ padding: '8px 14px' }}>
        The query found no trace in this time.
      </p>
    );
  }
  return (
    <ul className={styles['list']}>
      {ids.slice(0, 50).map((id, i) => (
        <li key={`${String(id)} ${i}`}>
          <Link href={`/trace/${String(id)}`}>
            <strong>{String(services[i] ?? '')}</strong> {String(names[i] ?? id)}
          </Link>
          <span className={`${styles['muted']} ${styles['push']}`}>
            {typeof durations[i] === 'number' ? humanDuration(durations[i]) : ''}
          </span>
        </li>
      ))}
    </ul>
  );
}

export function TracesPanel({ frames }: PanelProps) {
  const of = frames.find((one) => one.meta.kind === 'trace') ?? frames[0];
  if (!of) return null;
  const column = (name: string) => of.fields.find((one) => one.name === name)?.values ?? [];
  const starts = column('startTime').map(Number);
  const durations = column('duration').map(Number);
  if (of.meta.kind !== 'trace') return <FoundTraces frame={of} />;
  const first = Math.min(...starts);
  const total = Math.max(...starts.map((start, i) => start + (durations[i] ?? 0))) - first || 1;
  return (
    <ul className={styles['list']}>
      {column('operationName')
        .slice(0, 500)
        .map((name, i) => (
          <li key={String(column('spanID')[i])} style={{ alignItems: 'center' }}>
            <span
              className={styles['clip']}
              style={{ width: '34%' }}
              title={`${String(column('serviceName')[i])}: ${String(name)}`}
            >
              <strong>{String(column('serviceName')[i])}</strong> {String(name)}
            </span>
            <span className={styles['barTrack']} style={{ flex: 1, minHeight: 10 }}>
              <span
                className={styles['barFill']}
                style={{
                  left: `${(((starts[i] ?? 0) - first) / total) * 100}%`,
                  width: `max(2px, ${((durations[i] ?? 0) / total) * 100}%)`,
                  background: 'var(--accent-fill)',
                }}
              />
            </span>
            <span className={styles['muted']}>{(durations[i] ?? 0).toFixed(2)} ms</span>
          </li>
        ))}
    </ul>
  );
}
