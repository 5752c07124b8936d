// SPDX-License-Identifier: Apache-2.0
import { useQuery } from '@tanstack/react-query';
import { ListChecks } from 'lucide-react';
import { useMemo } from 'react';
import { Link } from 'wouter';
import { rulesQuery } from '@/api/queries';
import { humanDuration } from '@/base/duration';
import { timestampMs } from '@/base/brand';
import { plural } from '@/base/number_format';
import { formatAgo } from '@/base/time_format';
import type { RuleGroup } from '@/api/status_types';
import { countRules, filterRules, type RuleFilter } from '@/model/rule_groups';
import { Card, Page } from '@/widgets/card';
import { useWallClock } from '@/widgets/clock';
import { ChoiceField, SearchField } from '@/widgets/fields';
import { ViewsMenu } from '@/widgets/query/views_menu';
import { Empty, Failure, Skeleton } from '@/widgets/states';
import { useUrlText } from '@/widgets/url_state';
import { RuleRow } from './rule_row';
import styles from './alerts.module.css';

const names: [RuleFilter, string][] = [
  ['all', 'All'],
  ['firing', 'Firing'],
  ['pending', 'Pending'],
  ['inactive', 'Quiet'],
  ['recording', 'Recording'],
  ['broken', 'Failing'],
];

export function RulesPage() {
  const query = useQuery(rulesQuery());
  const [filter, setFilter] = useUrlText('state', 'all');
  const [text, setText] = useUrlText('search');
  const groups = useMemo(() => query.data?.data.groups ?? [], [query.data]);
  const counts = useMemo(() => countRules(groups), [groups]);
  const shown = useMemo(() => filterRules(groups, filter as RuleFilter, text), [groups, filter, text]);
  return (
    <Page
      title="Rules"
      summary={query.data && `${plural(counts.all, 'rule')} in ${plural(groups.length, 'group')}`}
      actions={
        <>
          <Link href="/rules/new">New rule</Link>
          <ViewsMenu />
          {counts.all > 0 && (
            <ChoiceField
              label="Kind"
              value={filter}
              onChange={setFilter}
              choices={names
                .filter(([key]) => key === 'all' || key === filter || counts[key] > 0)
                .map(([value, label]) => ({ value: value as string, label: `${label} ${counts[value]}` }))}
            />
          )}
          {counts.all > 0 && (
            <div className={styles['search']}>
              <SearchField label="Filter rules" placeholder="Name, query or label" value={text} onChange={setText} />
            </div>
          )}
        </>
      }
    >
      {query.isPending ? (
        <Card>
          <Skeleton lines={8} />
        </Card>
      ) : query.isError && groups.length === 0 ? (
        <Card>
          <Failure what="The rules" error={query.error} onRetry={() => void query.refetch()} />
        </Card>
      ) : shown.length === 0 ? (
        <Card>
          <Empty icon={<ListChecks />} title={counts.all === 0 ? 'No rules are loaded' : 'No rule matches'}>
            {counts.all === 0
              ? 'Rule files that are loaded appear here with their state, their last evaluation and what went wrong.'
              : 'The filter excludes all rules.'}
          </Empty>
        </Card>
      ) : (
        shown.map((group) => <GroupCard key={`${group.file} ${group.name}`} group={group} />)
      )}
    </Page>
  );
}

function GroupCard({ group }: { group: RuleGroup }) {
  const now = useWallClock();
  const last = timestampMs(Date.parse(group.lastEvaluation));
  return (
    <Card
      title={group.name}
      note={group.file}
      actions={
        <span className={styles['groupFacts']}>
          every {humanDuration(group.interval * 1000)}, last {formatAgo(last > 0 ? last : null, now)}, took{' '}
          {humanDuration(group.evaluationTime * 1000)}
        </span>
      }
    >
      {group.rules.map((rule, index) => (
        <RuleRow key={`${rule.name} ${index}`} rule={rule} />
      ))}
    </Card>
  );
}
