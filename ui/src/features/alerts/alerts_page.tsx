// SPDX-License-Identifier: Apache-2.0
import { useQuery } from '@tanstack/react-query';
import { BellOff, CircleCheck } from 'lucide-react';
import { useMemo } from 'react';
import { Link } from 'wouter';
import { alertsQuery, rulesQuery } from '@/api/queries';
import { plural } from '@/base/number_format';
import { countRules, filterAlerts, orderAlerts } from '@/model/rule_groups';
import { Button } from '@/widgets/button';
import { Card, Page } from '@/widgets/card';
import { ChoiceField, SearchField } from '@/widgets/fields';
import { ViewsMenu } from '@/widgets/query/views_menu';
import { Empty, Failure, Skeleton } from '@/widgets/states';
import { useUrlParams, useUrlText } from '@/widgets/url_state';
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
  const [, change] = useUrlParams();
  const showAll = (): void =>
    change((p) => {
      p.delete('search');
      p.delete('state');
    });
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
          <ViewsMenu />
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
          <NoneMatches count={alerts.length} text={text} onAll={showAll} />
        </Card>
      ) : (
        <Card>
          {alertRules === 0 ? (
            <Empty icon={<BellOff />} title="There are no alerting rules">
              Nothing can alert until rules are loaded: this page does not mean that all is well.
            </Empty>
          ) : (
            <Empty icon={<CircleCheck />} title="No alert is active" actions={<PastLinks text={text} />}>
              {plural(alertRules, 'alerting rule is', 'alerting rules are')} evaluated, and none of them is pending or
              firing.
            </Empty>
          )}
        </Card>
      )}
    </Page>
  );
}

/** A link out of a message often comes when the alert is over: its rule and who was told still say what it was. */
function PastLinks({ text }: { text: string }) {
  const search = `?search=${encodeURIComponent(text)}`;
  return text === '' ? (
    <Link href="/notification-history">Who was told lately</Link>
  ) : (
    <>
      <Link href={`/rules${search}`}>Its rule</Link>
      <Link href={`/notification-history${search}`}>Who was told, and when</Link>
    </>
  );
}

function NoneMatches({ count, text, onAll }: { count: number; text: string; onAll: () => void }) {
  return (
    <Empty
      icon={<BellOff />}
      title={text === '' ? 'No alert is in this state' : `No alert with “${text}” is active`}
      actions={
        <>
          <Button onClick={onAll}>Show {count === 1 ? 'the one that is' : `all ${count}`}</Button>
          {text !== '' && <PastLinks text={text} />}
        </>
      }
    >
      {text !== '' && 'If a message brought you here, the alert has ended since.'}
    </Empty>
  );
}
