// SPDX-License-Identifier: Apache-2.0
import type { SloDetail, SloGroup } from '@/api/slo_queries';
import { humanDuration } from '@/base/duration';
import { percent, shortNumber } from '@/base/number_format';
import { stateWords } from '@/model/slo_view';
import { Figure } from '@/widgets/card';
import { BudgetBar } from './budget_bar';
import styles from './slo.module.css';

export function SloFigures({ detail, group }: { detail: SloDetail; group: SloGroup }) {
  return (
    <div className={styles['figures']}>
      <Figure
        name="Budget left"
        value={percent(group.remaining)}
        detail={
          group.hoursToExhaustion
            ? `spent in ${humanDuration(group.hoursToExhaustion * 3_600_000)} at this rate`
            : stateWords[group.state]
        }
      >
        <BudgetBar group={group} />
      </Figure>
      <Figure
        name={`Kept in ${detail.calendar || detail.window}`}
        value={group.total > 0 ? `${(group.sli * 100).toFixed(3)} %` : '–'}
        detail={`promised ${detail.objective} %`}
      />
      <Figure
        name="Burn rate, last hour"
        value={`${shortNumber(group.burnRate1h)}×`}
        detail={`${shortNumber(group.burnRate6h)}× over 6 hours`}
      />
      <Figure name="Events" value={shortNumber(group.total)} detail={`${shortNumber(group.errors)} of them errors`} />
    </div>
  );
}
