// SPDX-License-Identifier: Apache-2.0
import type { Difference } from '@/model/dashboard/export_dashboard';
import styles from './dashboards.module.css';

export function Differences({ list }: { list: readonly Difference[] }) {
  if (list.length === 0) return null;
  return (
    <div className={styles['diff']} tabIndex={0} aria-label="Differences">
      {list.map((one) => (
        <div key={one.path} style={{ padding: 0 }}>
          <div>
            <strong>{one.path}</strong>
          </div>
          {one.from !== null && <div className={styles['gone']}>- {one.from}</div>}
          {one.to !== null && <div className={styles['come']}>+ {one.to}</div>}
        </div>
      ))}
    </div>
  );
}
