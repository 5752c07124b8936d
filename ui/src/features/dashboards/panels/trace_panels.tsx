// SPDX-License-Identifier: Apache-2.0
// One trace as bars on its time, and places on a bare map.
import type { PanelProps } from './panel_props';
import styles from './panels.module.css';

export function TracesPanel({ frames }: PanelProps) {
  const of = frames.find((one) => one.meta.kind === 'trace') ?? frames[0];
  if (!of) return null;
  const column = (name: string) => of.fields.find((one) => one.name === name)?.values ?? [];
  const starts = column('startTime').map(Number);
  const durations = column('duration').map(Number);
  if (of.meta.kind !== 'trace')
    return (
      <p className={styles['muted']} style={{ padding: '8px 14px' }}>
        Choose a trace to see its spans here.
      </p>
    );
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

export function GeomapPanel({ panel, frames, width, height }: PanelProps) {
  const of = frames.find((one) => one.fields.some((f) => /lat/i.test(f.name)));
  const lat = of?.fields.find((f) => /^lat/i.test(f.name))?.values ?? [];
  const lon = of?.fields.find((f) => /^(lon|lng)/i.test(f.name))?.values ?? [];
  return (
    <svg
      viewBox="-180 -90 360 180"
      width={width}
      height={height}
      role="img"
      aria-label={`${panel.title}: ${lat.length} places`}
    >
      {[-120, -60, 0, 60, 120].map((x) => (
        <line key={x} x1={x} x2={x} y1={-90} y2={90} stroke="var(--border)" strokeWidth={0.5} />
      ))}
      {[-60, -30, 0, 30, 60].map((y) => (
        <line key={y} x1={-180} x2={180} y1={y} y2={y} stroke="var(--border)" strokeWidth={0.5} />
      ))}
      {lat.slice(0, 2000).map((value, i) => (
        <circle key={i} cx={Number(lon[i])} cy={-Number(value)} r={2.5} fill="var(--accent)" fillOpacity={0.7} />
      ))}
      {lat.length === 0 && (
        <text className={styles['axisText']} textAnchor="middle">
          no columns latitude and longitude
        </text>
      )}
    </svg>
  );
}
