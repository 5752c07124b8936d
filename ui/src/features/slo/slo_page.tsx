// SPDX-License-Identifier: Apache-2.0
// One objective: the budget and how it went, what ate it, which alerts watch it, and the ways to the
// traces and logs of what burned it.
import { useQuery } from '@tanstack/react-query';
import { useMemo } from 'react';
import { useParams } from 'wouter';
import { sloQuery, type SloDetail } from '@/api/slo_queries';
import { percent, shortNumber } from '@/base/number_format';
import { burnDownOf, groupSelector, sliChart } from '@/model/slo_view';
import { Card, Facts, Page } from '@/widgets/card';
import { TimeSeriesChart } from '@/widgets/chart/time_series_chart';
import { LabelChips } from '@/widgets/label_chips';
import { PromqlText } from '@/widgets/promql_text';
import { Empty, Failure, Notice, Skeleton } from '@/widgets/states';
import { useUrlText } from '@/widgets/url_state';
import { BudgetBar } from './budget_bar';
import { SloActions } from './slo_actions';
import { SloEvents } from './slo_events';
import { SloFigures } from './slo_figures';
import styles from './slo.module.css';

export function SloPage() {
  const { id = '' } = useParams<{ id: string }>();
  const [group, setGroup] = useUrlText('group');
  const query = useQuery(sloQuery(decodeURIComponent(id), group));
  if (query.isPending) {
    return (
      <Page title="Objective">
        <Card>
          <Skeleton lines={10} />
        </Card>
      </Page>
    );
  }
  if (query.isError) {
    return (
      <Page title="Objective">
        <Card>
          <Failure what="The objective" error={query.error} onRetry={() => void query.refetch()} />
        </Card>
      </Page>
    );
  }
  return <Detail detail={query.data} group={group} onGroup={setGroup} />;
}

function Detail({ detail, group, onGroup }: { detail: SloDetail; group: string; onGroup: (group: string) => void }) {
  const chosen = detail.groups.find((one) => groupSelector(one.labels) === group) ?? detail.groups[0];
  const burnDown = useMemo(() => burnDownOf(detail.burnDown), [detail]);
  const sli = useMemo(() => sliChart(detail), [detail]);
  return (
    <Page title={detail.name} summary={detail.description || detail.service} actions={<SloActions detail={detail} />}>
      {detail.error && (
        <Notice tone="bad" title="It could not be measured the last time">
          {detail.error}
        </Notice>
      )}
      {detail.groups.length > 1 && (
        <Card title="Groups">
          <div className={styles['groups']}>
            {detail.groups.map((one) => (
              <button
                key={groupSelector(one.labels)}
                type="button"
                data-here={one === chosen || undefined}
                onClick={() => onGroup(groupSelector(one.labels))}
              >
                <LabelChips labels={one.labels} /> <BudgetBar group={one} /> {percent(one.remaining)}
              </button>
            ))}
          </div>
        </Card>
      )}
      {chosen ? (
        <SloFigures detail={detail} group={chosen} />
      ) : (
        <Card>
          <Empty title="Not measured yet">The first measurement follows within a minute.</Empty>
        </Card>
      )}
      {detail.burnDown.length > 1 && (
        <div className={styles['charts']}>
          <Card title="Error budget left">
            <TimeSeriesChart data={burnDown} label="Error budget left" height={220} formatValue={percent} yMax={1} />
          </Card>
          <Card title="Indicator per hour">
            <TimeSeriesChart
              data={sli}
              label="Indicator"
              height={220}
              formatValue={(v) => `${(v * 100).toFixed(3)} %`}
            />
          </Card>
        </div>
      )}
      <SloEvents detail={detail} group={chosen?.labels ?? {}} />
      <Card title="How it is measured">
        <Facts
          facts={[
            ['Errors', <PromqlText key="e" query={detail.errorQuery} />],
            ['All events', <PromqlText key="t" query={detail.totalQuery} />],
            ['Defined in', detail.source === undefined ? detail.file : 'Signalbox, by people'],
            [
              'Alerts',
              detail.alertWindows.length === 0
                ? 'none'
                : detail.alertWindows.map((one) => (
                    <div key={`${one.severity}${one.long}`}>
                      {one.severity}: burns {shortNumber(one.burnRate)}× over {one.long} and {one.short}
                    </div>
                  )),
            ],
          ]}
        />
      </Card>
    </Page>
  );
}
