// SPDX-License-Identifier: Apache-2.0
import { percent } from '@/base/number_format';
import type { SloGroup } from '@/api/slo_queries';
import styles from './slo.module.css';

/** How much of the error budget is left; an overspent one is full and red. */
export function BudgetBar({ group }: { group: SloGroup }) {
  const left = Math.max(0, Math.min(1, group.remaining));
  return (
    <span
      className={styles['budget']}
      data-state={group.state}
      title={`${percent(group.remaining)} of the budget left`}
    >
      <span className={styles['budgetFill']} style={{ width: `${(group.remaining < 0 ? 1 : left) * 100}%` }} />
    </span>
  );
}
