// SPDX-License-Identifier: Apache-2.0
// Which metrics cost series and which of them nothing asks for, with the rule that drops those.
import { Recycle } from 'lucide-react';
import { useMemo, useState } from 'react';
import { Link } from 'wouter';
import { groupDigits, percent, plural } from '@/base/number_format';
import { dropRule, type MetricUsage } from '@/model/metric_usage';
import { Badge } from '@/widgets/badge';
import { Card, Figure, Page } from '@/widgets/card';
import { Snippet } from '@/widgets/code_view';
import { DataTable, type Column } from '@/widgets/data_table';
import { ChoiceField } from '@/widgets/fields';
import { ViewsMenu } from '@/widgets/query/views_menu';
import { Empty, Failure, Skeleton } from '@/widgets/states';
import { useUrlText } from '@/widgets/url_state';
import { useMetricUsage } from './use_metric_usage';
import styles from './usage.module.css';

const sum = (rows: readonly MetricUsage[]): number => rows.reduce((total, row) => total + row.series, 0);

export function UsagePage() {
  const usage = useMetricUsage();
  const [which, setWhich] = useUrlText('which', 'unused');
  const [chosen, setChosen] = useState<ReadonlySet<string>>(new Set());
  const unused = useMemo(() => usage.metrics.filter((row) => !row.isUsed), [usage.metrics]);
  const shown = which === 'unused' ? unused : usage.metrics;
  const total = sum(usage.metrics);
  const toggle = (name: string): void => {
    const next = new Set(chosen);
    if (!next.delete(name)) next.add(name);
    setChosen(next);
  };
  const columns: Column<MetricUsage>[] = [
    {
      key: 'chosen',
      header: '',
      width: '40px',
      cell: (row) => (
        <input
          type="checkbox"
          aria-label={`Drop ${row.name}`}
          checked={chosen.has(row.name)}
          onChange={() => toggle(row.name)}
        />
      ),
    },
    {
      key: 'name',
      header: 'Metric',
      width: 'minmax(200px, 3fr)',
      cell: (row) => (
        <Link href={`/explore?${new URLSearchParams({ 'g0.expr': row.name }).toString()}`}>
          <code>{row.name}</code>
        </Link>
      ),
    },
    { key: 'series', header: 'Series', width: '100px', align: 'end', cell: (row) => groupDigits(String(row.series)) },
    {
      key: 'share',
      header: 'Share',
      width: '90px',
      align: 'end',
      isWideOnly: true,
      cell: (row) => (total > 0 ? percent(row.series / total) : '–'),
    },
    {
      key: 'used',
      header: 'Asked for',
      width: '110px',
      align: 'end',
      cell: (row) => (row.isUsed ? 'yes' : <Badge tone="warn">nowhere</Badge>),
    },
  ];
  const rule = dropRule([...chosen].sort());
  return (
    <Page
      title="Usage"
      summary="Metrics by their series, and whether a dashboard, rule or objective here asks for them. Queries typed by hand and external readers are not counted."
      actions={
        <>
          <ChoiceField
            label="Which metrics"
            value={which}
            onChange={setWhich}
            choices={[
              { value: 'unused', label: `Asked for nowhere ${unused.length}` },
              { value: 'all', label: `All ${usage.metrics.length}` },
            ]}
          />
          <ViewsMenu />
        </>
      }
    >
      {usage.isPending ? (
        <Card>
          <Skeleton lines={10} />
        </Card>
      ) : usage.error ? (
        <Card>
          <Failure what="The usage" error={usage.error} onRetry={usage.refetch} />
        </Card>
      ) : (
        <>
          <div className={styles['figures']}>
            <Figure name="Series" value={groupDigits(String(total))} detail={plural(usage.metrics.length, 'metric')} />
            <Figure
              name="Asked for nowhere"
              value={groupDigits(String(sum(unused)))}
              detail={total > 0 ? `${percent(sum(unused) / total)} of the series` : 'none'}
            />
            <Figure
              name="Looked through"
              value={plural(usage.dashboards, 'dashboard')}
              detail={plural(usage.rules, 'rule')}
            />
          </div>
          {chosen.size > 0 && (
            <Card
              title={`Drop ${plural(chosen.size, 'metric')}`}
              note="into the scrape job that brings them; what is stored stays"
              isPadded
            >
              <Snippet text={rule} label="Rule that drops them" />
            </Card>
          )}
          <Card>
            {shown.length === 0 ? (
              <Empty icon={<Recycle />} title="Everything that is stored is asked for" />
            ) : (
              <DataTable label="Metrics" columns={columns} rows={shown} rowKey={(row) => row.name} />
            )}
          </Card>
        </>
      )}
    </Page>
  );
}
