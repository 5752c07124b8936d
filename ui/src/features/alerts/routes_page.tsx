// SPDX-License-Identifier: Apache-2.0
// Where alerts go: the tree of routes, and who would be told of an alert with given labels.
import { useQuery } from '@tanstack/react-query';
import { Milestone } from 'lucide-react';
import { useMemo } from 'react';
import { routesQuery, routeTestQuery, type RouteNode, type RouteTest } from '@/api/alerting_queries';
import type { Labels } from '@/api/query_types';
import { plural } from '@/base/number_format';
import { parseMatchers } from '@/model/silences';
import { Badge } from '@/widgets/badge';
import { Card, Page } from '@/widgets/card';
import { TextField } from '@/widgets/fields';
import { Failure, Notice, Skeleton } from '@/widgets/states';
import { useUrlText } from '@/widgets/url_state';
import styles from './alerts.module.css';

/** Labels written as `alertname="X", severity="page"`; null while they are not complete. */
function labelsOf(text: string): Labels | null {
  const matchers = parseMatchers(text);
  if (!matchers?.every((one) => one.isEqual && !one.isRegex)) return null;
  return Object.fromEntries(matchers.map((one) => [one.name, one.value]));
}

export function RoutesPage() {
  const tree = useQuery(routesQuery());
  const [text, setText] = useUrlText('labels');
  const labels = useMemo(() => labelsOf(text), [text]);
  const test = useQuery(routeTestQuery(labels));
  const taken = useMemo(() => new Set((test.data?.routes ?? []).flatMap((route) => route.path)), [test.data]);
  return (
    <Page title="Routes" summary="Which alerts reach whom, as the configuration says.">
      <Card title="Who would be told?" isPadded>
        <div className={styles['ruleForm']}>
          <label>
            An alert with the labels
            <TextField
              label="Labels"
              className="mono"
              value={text}
              onChange={setText}
              isInvalid={text.trim() !== '' && labels === null}
              placeholder='alertname="DiskFull", severity="page", team="db"'
            />
          </label>
          {text.trim() !== '' && labels === null && <p>Write labels as name="value", separated by commas.</p>}
          {test.isError && <Notice tone="bad" title={test.error.message} />}
          {labels !== null && test.data && <Told test={test.data} />}
        </div>
      </Card>
      <Card title="Routes" note={tree.data && plural(tree.data.receivers.length, 'receiver')}>
        {tree.isPending ? (
          <Skeleton lines={5} />
        ) : tree.isError ? (
          <Failure what="The routes" error={tree.error} onRetry={() => void tree.refetch()} />
        ) : (
          <ul className={styles['tree']}>
            <Branch node={tree.data.route} taken={taken} isRoot />
          </ul>
        )}
      </Card>
      {(tree.data?.escalations.length ?? 0) > 0 && (
        <Card title="Escalation" isPadded>
          {tree.data?.escalations.map((policy) => (
            <p key={policy.name}>
              <b>{policy.name}</b> for {policy.matchers.join(', ') || 'every alert'}:{' '}
              {policy.steps.map((step) => `after ${step.after} ${step.receiver}`).join(', then ')}, unless somebody
              acknowledges.
            </p>
          ))}
        </Card>
      )}
    </Page>
  );
}

function Told({ test }: { test: RouteTest }) {
  const heldBack = [
    ...(test.silencedBy.length > 0 ? ['a silence'] : []),
    ...(test.inhibitedBy.length > 0 ? ['another alert (inhibition)'] : []),
  ];
  return (
    <section className={styles['silenceHits']} aria-live="polite">
      {heldBack.length > 0 && <Notice tone="warn" title={`Nobody now: held back by ${heldBack.join(' and ')}.`} />}
      {test.routes.map((route) => (
        <div key={route.path.join('.')} className={styles['told']}>
          <Milestone aria-hidden />
          <div>
            <b>{route.receiver}</b>{' '}
            {route.integrations.length > 0 ? `(${route.integrations.join(', ')})` : '(tells nobody)'}
            {route.mutedBy !== '' && <Badge tone="info">muted by {route.mutedBy} now</Badge>}
            <p>
              first after {route.groupWait}, changes after {route.groupInterval}, again every {route.repeatInterval}
              {Object.keys(route.groupLabels).length > 0 &&
                `; together with others of the same ${Object.keys(route.groupLabels).join(', ')}`}
            </p>
          </div>
        </div>
      ))}
      {test.escalation.map((step) => (
        <p key={`${step.policy}${step.after}`}>
          Without acknowledgement after {step.after}: <b>{step.receiver}</b> ({step.policy})
        </p>
      ))}
    </section>
  );
}

function Branch({ node, taken, isRoot = false }: { node: RouteNode; taken: ReadonlySet<number>; isRoot?: boolean }) {
  return (
    <li>
      <div className={styles['branch']} data-taken={taken.has(node.index) || undefined}>
        <code>{isRoot ? 'every alert' : node.matchers.join(', ') || 'every alert'}</code>
        <span>to</span> <b>{node.receiver}</b>
        {node.continue && <Badge>goes on</Badge>}
        {node.muteTimeIntervals.map((name) => (
          <Badge key={name} tone="info">
            muted in {name}
          </Badge>
        ))}
        {node.activeTimeIntervals.map((name) => (
          <Badge key={name} tone="info">
            only in {name}
          </Badge>
        ))}
        <span className={styles['value']}>
          {node.groupBy.length > 0 ? `grouped by ${node.groupBy.join(', ')}` : 'one group'}; {node.groupWait} /{' '}
          {node.groupInterval} / {node.repeatInterval}
        </span>
      </div>
      {node.routes.length > 0 && (
        <ul>
          {node.routes.map((child) => (
            <Branch key={child.index} node={child} taken={taken} />
          ))}
        </ul>
      )}
    </li>
  );
}
