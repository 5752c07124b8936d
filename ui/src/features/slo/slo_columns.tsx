// SPDX-License-Identifier: Apache-2.0
import { Link } from 'wouter';
import type { Slo } from '@/api/slo_queries';
import { humanDuration } from '@/base/duration';
import { percent, plural, shortNumber } from '@/base/number_format';
import { worstGroup } from '@/model/slo_view';
import { Badge } from '@/widgets/badge';
import type { Column } from '@/widgets/data_table';
import { ObjectiveState } from '@/widgets/objective_state';
import { BudgetBar } from './budget_bar';
import styles from './slo.module.css';

export const sloColumns: Column<Slo>[] = [
  {
    key: 'state',
    header: 'State',
    width: '140px',
    cell: (slo) => {
      const group = worstGroup(slo);
      if (slo.error) return <Badge tone="bad">fails</Badge>;
      return group ? <ObjectiveState state={group.state} /> : <Badge>not measured yet</Badge>;
    },
  },
  {
    key: 'name',
    header: 'Objective',
    width: 'minmax(220px, 3fr)',
    cell: (slo) => (
      <>
        <Link href={`/slos/${encodeURIComponent(slo.id)}`}>
          <b>{slo.name}</b>
        </Link>{' '}
        <span className={styles['quiet']}>{slo.service}</span>
        {slo.groups.length > 1 && <span className={styles['quiet']}> · {plural(slo.groups.length, 'group')}</span>}
      </>
    ),
  },
  { key: 'objective', header: 'Promised', width: '90px', align: 'end', cell: (slo) => `${slo.objective} %` },
  {
    key: 'sli',
    header: 'Kept',
    width: '100px',
    align: 'end',
    cell: (slo) => {
      const group = worstGroup(slo);
      return group && group.total > 0 ? `${(group.sli * 100).toFixed(3)} %` : '–';
    },
  },
  {
    key: 'budget',
    header: 'Budget left',
    width: 'minmax(170px, 1.4fr)',
    cell: (slo) => {
      const group = worstGroup(slo);
      if (!group || group.state === 'nodata') return '–';
      return (
        <span className={styles['budgetCell']}>
          <BudgetBar group={group} />
          <span className="num">{percent(group.remaining)}</span>
        </span>
      );
    },
  },
  {
    key: 'burn',
    header: 'Burns',
    width: '90px',
    align: 'end',
    cell: (slo) => {
      const group = worstGroup(slo);
      return group && group.total > 0 ? `${shortNumber(group.burnRate1h)}×` : '–';
    },
  },
  {
    key: 'end',
    header: 'Lasts',
    width: '100px',
    align: 'end',
    isWideOnly: true,
    cell: (slo) => {
      const group = worstGroup(slo);
      if (!group || group.state === 'nodata') return '–';
      if (group.state === 'exhausted') return 'spent';
      const hours = group.hoursToExhaustion;
      return hours ? humanDuration(hours * 3_600_000) : 'yes';
    },
  },
];
