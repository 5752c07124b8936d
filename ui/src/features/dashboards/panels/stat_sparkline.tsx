// SPDX-License-Identifier: Apache-2.0
import { runsOf } from '@/model/dashboard/sparkline_runs';
import { withAlpha } from '@/model/dashboard/colors';
import styles from './panels.module.css';

/** The course of a value, without axes, below it. Where nothing was measured nothing is drawn. */
export function Sparkline({ course, color }: { course: readonly (number | null)[]; color: string }) {
  const runs = runsOf(course);
  const numbers = runs.flatMap((run) => run.values);
  if (numbers.length < 2) return null;
  const min = Math.min(...numbers);
  const span = Math.max(...numbers) - min || 1;
  const x = (i: number): string => ((i / (course.length - 1)) * 100).toFixed(2);
  const y = (value: number): string => (38 - ((value - min) / span) * 34).toFixed(2);
  return (
    <svg className={styles['spark']} viewBox="0 0 100 40" preserveAspectRatio="none" aria-hidden>
      {runs.map(({ start, values }) => {
        const points = values.map((value, i) => `${x(start + i)},${y(value)}`).join(' ');
        return (
          <g key={start}>
            <polygon
              points={`${x(start)},40 ${points} ${x(start + values.length - 1)},40`}
              fill={withAlpha(color, 0.18)}
            />
            <polyline
              points={values.length > 1 ? points : `${points} ${points}`}
              fill="none"
              stroke={color}
              strokeWidth={1.5}
              strokeLinecap="round"
              vectorEffect="non-scaling-stroke"
            />
          </g>
        );
      })}
    </svg>
  );
}
