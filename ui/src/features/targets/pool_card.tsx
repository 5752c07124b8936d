// SPDX-License-Identifier: Apache-2.0
import { ChevronRight } from 'lucide-react';
import { useState } from 'react';
import { Link } from 'wouter';
import type { ActiveTarget } from '@/api/status_types';
import { timestampMs } from '@/base/brand';
import { humanDuration } from '@/base/duration';
import { plural } from '@/base/number_format';
import { formatAgo } from '@/base/time_format';
import { classNames } from '@/base/class_names';
import type { TargetPool } from '@/model/target_groups';
import { Badge, StatusDot, type Tone } from '@/widgets/badge';
import { useWallClock } from '@/widgets/clock';
import { DataTable, type Column } from '@/widgets/data_table';
import { LabelChips } from '@/widgets/label_chips';
import { TargetDialog } from './target_dialog';
import styles from './targets.module.css';

const toneOf: Record<ActiveTarget['health'], Tone> = { up: 'good', down: 'bad', unknown: 'neutral' };

/** One job: a summary line, and below it its targets. */
export function PoolCard({ pool, onPick }: { pool: TargetPool; onPick: (name: string, value: string) => void }) {
  const [isOpen, setOpen] = useState(true);
  const [chosen, setChosen] = useState<ActiveTarget | null>(null);
  const total = pool.up + pool.down + pool.unknown;
  const tone: Tone = pool.down > 0 ? 'bad' : total > 0 && pool.up === total ? 'good' : 'neutral';
  return (
    <section className={styles['pool']} aria-label={pool.name}>
      <div className={styles['poolHead']}>
        <button type="button" className={styles['poolToggle']} aria-expanded={isOpen} onClick={() => setOpen(!isOpen)}>
          <ChevronRight className={classNames(styles['chevron'], isOpen && styles['open'])} />
          <h2>{pool.name}</h2>
        </button>
        <Badge tone={tone}>{total === 0 ? 'no targets' : `${pool.up} of ${total} up`}</Badge>
        {pool.dropped > 0 && (
          <Link href={`/service-discovery?pool=${encodeURIComponent(pool.name)}`} className={styles['dropped']}>
            {plural(pool.dropped, 'target')} dropped by relabelling
          </Link>
        )}
      </div>
      {isOpen && pool.targets.length > 0 && <TargetTable pool={pool} onPick={onPick} onChoose={setChosen} />}
      <TargetDialog target={chosen} onClose={() => setChosen(null)} />
    </section>
  );
}

interface TargetTableProps {
  pool: TargetPool;
  onPick: (name: string, value: string) => void;
  onChoose: (target: ActiveTarget) => void;
}

function TargetTable({ pool, onPick, onChoose }: TargetTableProps) {
  const now = useWallClock();
  const columns: Column<ActiveTarget>[] = [
    {
      key: 'health',
      header: <span className="visually-hidden">Health</span>,
      width: '34px',
      cell: (target) => <StatusDot tone={toneOf[target.health]} label={target.health} />,
    },
    {
      key: 'endpoint',
      header: 'Endpoint',
      width: 'minmax(230px, 1.1fr)',
      cell: (target) => (
        <>
          <button type="button" className={styles['endpoint']} onClick={() => onChoose(target)}>
            {target.scrapeUrl}
          </button>
          {target.lastError && <div className={styles['error']}>{target.lastError}</div>}
        </>
      ),
    },
    {
      key: 'labels',
      header: 'Labels',
      width: 'minmax(220px, 1.2fr)',
      cell: (target) => <LabelChips labels={target.labels} without={['job']} onPick={onPick} />,
    },
    {
      key: 'last',
      header: 'Last scrape',
      width: '110px',
      align: 'end',
      cell: (target) => formatAgo(timestampMs(Date.parse(target.lastScrape)), now),
    },
    {
      key: 'took',
      header: 'Took',
      width: '90px',
      align: 'end',
      cell: (target) => (target.health === 'unknown' ? '–' : humanDuration(target.lastScrapeDuration * 1000)),
    },
    { key: 'interval', header: 'Every', width: '74px', align: 'end', cell: (target) => target.scrapeInterval },
  ];
  return (
    <DataTable
      label={`Targets of ${pool.name}`}
      columns={columns}
      rows={pool.targets}
      rowKey={(target, index) => `${target.scrapeUrl} ${index}`}
      rowHeight={40}
      minWidth={860}
      isStackedOnPhone
      rowClass={(target) => (target.health === 'down' ? styles['downRow'] : undefined)}
    />
  );
}
