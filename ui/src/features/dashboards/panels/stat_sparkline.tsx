// SPDX-License-Identifier: Apache-2.0
import { withAlpha } from '@/model/dashboard/colors';
import styles from './panels.module.css';

/** The course of a value, without axes, below it. */
export function Sparkline({ course, color }: { course: readonly (number | null)[]; color: string }) {
  const numbers = course.filter((value): value is number => value !== null && Number.isFinite(value));
  if (numbers.length < 2) return null;
  const min = Math.min(...numbers);
  const span = Math.max(...numbers) - min || 1;
  const points = course
    .map((value, i) =>
      value === null || !Number.isFinite(value)
        ? null
        : `${((i / (course.length - 1)) * 100).toFixed(2)},${(38 - ((value - min) / span) * 34).toFixed(2)}`,
    )
    .filter((point) => point !== null);
  return (
    <svg className={styles['spark']} viewBox="0 0 100 40" preserveAspectRatio="none" aria-hidden>
      <polygon points={`0,40 ${points.join(' ')} 100,40`} fill={withAlpha(color, 0.18)} />
      <polyline
        points={points.join(' ')}
        fill="none"
        stroke={color}
        strokeWidth={1.5}
        vectorEffect="non-scaling-stroke"
      />
    </svg>
  );
}
