// SPDX-License-Identifier: Apache-2.0
import styles from './sparkline.module.css';

/** The shape of a few numbers, without axes: decoration next to a figure that says the value. */
export function Sparkline({ values, height = 34 }: { values: readonly number[]; height?: number }) {
  if (values.length < 4) return <div style={{ height }} aria-hidden />;
  const min = Math.min(...values);
  const span = Math.max(...values) - min || 1;
  const points = values.map((value, i) => {
    const x = (i / (values.length - 1)) * 100;
    const y = height - 3 - ((value - min) / span) * (height - 6);
    return `${x.toFixed(2)},${y.toFixed(2)}`;
  });
  return (
    <svg
      className={styles['sparkline']}
      viewBox={`0 0 100 ${height}`}
      height={height}
      preserveAspectRatio="none"
      aria-hidden
    >
      <polygon points={`0,${height} ${points.join(' ')} 100,${height}`} className={styles['area']} />
      <polyline points={points.join(' ')} className={styles['line']} />
    </svg>
  );
}
