// SPDX-License-Identifier: Apache-2.0
import { useQuery } from '@tanstack/react-query';
import { BellOff, CircleCheck } from 'lucide-react';
import { useMemo } from 'react';
import { alertsQuery, rulesQuery } from '@/api/queries';
import { plural } from '@/base/number_format';
import { countRules, filterAlerts, orderAlerts } from '@/model/rule_groups';
import { Card, Page } from '@/widgets/card';
import { ChoiceField, SearchField } from '@/widgets/fields';
import { Empty, Failure, Skeleton } from '@/widgets/states';
import { useUrlText } from '@/widgets/url_state';
import { AlertCard } from './alert_card';
import styles from './alerts.module.css';

type State = 'all' | 'firing' | 'pending';

export function AlertsPage() {
  const query = useQuery(alertsQuery());
  const rules = useQuery(rulesQuery());
  const [state, setState] = useUrlText('state', 'all');
  const [text, setText] = useUrlText('search');
  const alerts = useMemo(() => orderAlerts(query.data?.data.alerts ?? []), [query.data]);
  const shown = useMemo(() => filterAlerts(alerts, state as State, text), [alerts, state, text]);
  const count = (which: State): number => alerts.filter((alert) => alert.state === which).length;
  const counts = countRules(rules.data?.data.groups ?? []);
  const alertRules = counts.firing + counts.pending + counts.inactive;
  return (
    <Page
      title="Alerts"
      summary={query.data && `${count('firing')} firing, ${count('pending')} pending`}
      actions={
        <>
          <ChoiceField
            label="State"
            value={state}
            onChange={setState}
            choices={[
              { value: 'all', label: query.data ? `All ${alerts.length}` : 'All' },
              { value: 'firing', label: query.data ? `Firing ${count('firing')}` : 'Firing' },
              { value: 'pending', label: query.data ? `Pending ${count('pending')}` : 'Pending' },
            ]}
          />
          <div className={styles['search']}>
            <SearchField label="Filter alerts" placeholder="Labels or annotations" value={text} onChange={setText} />
          </div>
        </>
      }
    >
      {query.isPending ? (
        <Card>
          <Skeleton lines={6} />
        </Card>
      ) : query.isError && alerts.length === 0 ? (
        <Card>
          <Failure what="The alerts" error={query.error} onRetry={() => void query.refetch()} />
        </Card>
      ) : shown.length > 0 ? (
        shown.map((alert) => <AlertCard key={JSON.stringify(alert.labels)} alert={alert} />)
      ) : alerts.length > 0 ? (
        <Card>
          <Empty icon={<BellOff />} title="No alert matches">
            The filter excludes all {alerts.length} alerts.
          </Empty>
        </Card>
      ) : (
        <Card>
          {alertRules === 0 ? (
            <Empty icon={<BellOff />} title="There are no alerting rules">
              Nothing can alert until rules are loaded: this page does not mean that all is well.
            </Empty>
          ) : (
            <Empty icon={<CircleCheck />} title="No alert is active">
              {plural(alertRules, 'alerting rule is', 'alerting rules are')} evaluated, and none of them is pending or
              firing.
            </Empty>
          )}
        </Card>
      )}
    </Page>
  );
}
