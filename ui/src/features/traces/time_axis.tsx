// SPDX-License-Identifier: Apache-2.0
import { humanDuration } from '@/base/duration';
import type { ViewWindow } from './waterfall';
import styles from './waterfall.module.css';

const parts = 4;

/** Five marks from the start of the window to its end. */
export function TimeAxis({ view }: { view: ViewWindow }) {
  const length = view.toUs - view.fromUs;
  return (
    <div className={styles['axis']} aria-hidden>
      {Array.from({ length: parts + 1 }, (_, i) => (
        <span
          key={i}
          style={{ left: `${(i / parts) * 100}%` }}
          data-edge={i === 0 ? 'start' : i === parts ? 'end' : undefined}
        >
          {humanDuration((view.fromUs + (length * i) / parts) / 1000)}
        </span>
      ))}
    </div>
  );
}
