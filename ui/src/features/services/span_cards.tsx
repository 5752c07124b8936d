// SPDX-License-Identifier: Apache-2.0
// What a service does outside itself, by the attributes of its spans: queries, calls, messages; and the
// instances that it consists of. Each row leads to its traces.
import { Link } from 'wouter';
import type { RedRow } from '@/model/service_red';
import { quoted } from '@/model/service_red';
import { encodeEnd } from '@/model/time_range';
import { Card } from '@/widgets/card';
import { Empty, Failure, Skeleton } from '@/widgets/states';
import type { PageTime } from '@/widgets/url_state';
import { RedTable } from './red_table';
import { useSpanRed } from './use_span_red';
import styles from './services.module.css';

interface Kind {
  title: string;
  header: string;
  none: string;
  /** Conditions of TraceQL beside the service. */
  conditions: string;
  by: readonly string[];
  text: (labels: Readonly<Record<string, string>>) => string;
  note: (labels: Readonly<Record<string, string>>) => string;
}

const isDatabase = '(span.db.system.name != nil || span.db.system != nil)';
const first = (labels: Readonly<Record<string, string>>, ...names: string[]): string =>
  names.map((name) => labels[name]).find((text) => text !== undefined && text !== '') ?? '';

const databases: Kind = {
  title: 'Database queries',
  header: 'Query',
  none: 'It asked no database in this time',
  conditions: isDatabase,
  by: ['span.db.query.text', 'span.db.statement', 'span.db.system.name', 'span.db.system', 'name'],
  text: (l) => first(l, 'span.db.query.text', 'span.db.statement', 'name'),
  note: (l) => first(l, 'span.db.system.name', 'span.db.system'),
};

const calls: Kind = {
  title: 'External calls',
  header: 'Call',
  none: 'It called nobody in this time',
  conditions: 'kind = client && span.db.system.name = nil && span.db.system = nil',
  by: ['span.server.address', 'span.net.peer.name', 'name'],
  text: (l) => l['name'] ?? '',
  note: (l) => first(l, 'span.server.address', 'span.net.peer.name'),
};

const queues: Kind = {
  title: 'Queues',
  header: 'Destination',
  none: 'It sent and received no message in this time',
  conditions: 'span.messaging.system != nil',
  by: ['span.messaging.system', 'span.messaging.destination.name', 'kind'],
  text: (l) => first(l, 'span.messaging.destination.name') || 'unnamed',
  note: (l) => `${l['span.messaging.system'] ?? ''} ${l['kind'] ?? ''}`.trim(),
};

const instances: Kind = {
  title: 'Instances',
  header: 'Instance',
  none: 'No instance answered in this time',
  conditions: '(kind = server || kind = consumer)',
  by: ['resource.service.instance.id', 'resource.service.version', 'resource.host.name', 'resource.k8s.pod.name'],
  text: (l) => first(l, 'resource.k8s.pod.name', 'resource.service.instance.id', 'resource.host.name') || 'unnamed',
  note: (l) =>
    [l['resource.service.version'] && `version ${l['resource.service.version']}`, l['resource.host.name']]
      .filter(Boolean)
      .join(' on '),
};

const kinds = { databases, calls, queues, instances };

/** The conditions that lead from a row to its spans. */
function spansOf(kind: Kind, service: string, row: RedRow): string {
  const named = kind.by
    .filter((name) => row.labels[name] !== undefined)
    .map((name) => (name === 'kind' ? `kind = ${row.labels[name]}` : `${name} = ${quoted(row.labels[name] ?? '')}`));
  return `{ ${[`resource.service.name = ${quoted(service)}`, ...named].join(' && ')} }`;
}

interface SpanCardProps {
  kind: keyof typeof kinds;
  service: string;
  time: PageTime;
}

export function SpanCard({ kind: name, service, time }: SpanCardProps) {
  const kind = kinds[name];
  const red = useSpanRed(`resource.service.name = ${quoted(service)} && ${kind.conditions}`, kind.by, time.resolved);
  const link = (row: RedRow): string =>
    `/traces?${new URLSearchParams({
      q: spansOf(kind, service, row),
      from: encodeEnd(time.range.from),
      to: encodeEnd(time.range.to),
    }).toString()}`;
  return (
    <Card title={kind.title} note={red.rows.length > 0 ? String(red.rows.length) : undefined}>
      {red.isPending ? (
        <Skeleton lines={4} />
      ) : red.error && red.rows.length === 0 ? (
        <Failure what={kind.title} error={red.error} onRetry={red.refetch} />
      ) : red.rows.length === 0 ? (
        <Empty title={kind.none} />
      ) : (
        <RedTable
          label={kind.title}
          header={kind.header}
          rows={red.rows.slice(0, 20)}
          name={(row) => (
            <>
              <Link href={link(row)} className={styles['spanText']} title={kind.text(row.labels)}>
                {kind.text(row.labels)}
              </Link>
              <span className={styles['spanNote']}>{kind.note(row.labels)}</span>
            </>
          )}
        />
      )}
    </Card>
  );
}
