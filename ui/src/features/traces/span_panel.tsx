// SPDX-License-Identifier: Apache-2.0
// Everything that is known of one span, and the ways on from it.
import { FileText, X } from 'lucide-react';
import { Link } from 'wouter';
import { humanDuration } from '@/base/duration';
import { attribute, conditionOn, type Attribute } from '@/model/attributes';
import { selfTime } from '@/model/span_groups';
import { kindName, type Span, type SpanEvent, type Trace } from '@/model/trace';
import { Badge } from '@/widgets/badge';
import { IconButton } from '@/widgets/button';
import { CopyButton } from '@/widgets/copy_button';
import { AttributeTable } from './attribute_table';
import { logsLink, searchLink, serviceLink } from './trace_links';
import styles from './traces.module.css';

interface SpanPanelProps {
  trace: Trace;
  span: Span;
  onClose: () => void;
}

export function SpanPanel({ trace, span, onClose }: SpanPanelProps) {
  const find = (scope: 'span' | 'resource' | 'event') => (one: Attribute) => {
    const condition = conditionOn(scope, one);
    return condition === null ? null : searchLink(`{ ${condition} }`, trace);
  };
  return (
    <aside className={styles['spanPanel']} aria-label="Chosen span">
      <header className={styles['spanHead']}>
        <div className={styles['spanTitle']}>
          <h3>{span.name}</h3>
          <Link href={serviceLink(span.service)}>{span.service}</Link>
        </div>
        <IconButton label="Close" onClick={onClose}>
          <X />
        </IconButton>
      </header>
      <div className={styles['spanFacts']}>
        <Fact name="Duration" value={humanDuration(span.durationUs / 1000)} />
        <Fact name="Self time" value={humanDuration(selfTime(span) / 1000)} />
        <Fact name="Starts at" value={`+${humanDuration(span.startUs / 1000)}`} />
        <Fact name="Kind" value={kindName(span.kind)} />
      </div>
      <div className={styles['spanActions']}>
        <Link href={logsLink(trace, span)} className={styles['action']}>
          <FileText aria-hidden /> Logs of this span
        </Link>
        <CopyButton isWide label="Span id" text={() => span.id} look="quiet" />
      </div>
      {span.hasError && (
        <div className={styles['spanError']}>
          <Badge tone="bad">Error</Badge> {span.statusMessage || 'The span ended with status error.'}
        </div>
      )}
      {span.isOrphan && (
        <p className={styles['spanNote']}>
          Its parent {span.parentId} was not received (yet), so it stands at the top.
        </p>
      )}
      {span.events.map((event, index) => (
        <EventBox key={index} event={event} link={find('event')} />
      ))}
      <AttributeTable title="Attributes" attributes={span.attributes} link={find('span')} />
      {span.links.length > 0 && (
        <section className={styles['spanSection']}>
          <h4>Links</h4>
          <ul>
            {span.links.map((link) => (
              <li key={`${link.traceId}${link.spanId}`}>
                <Link href={`/trace/${link.traceId}?span=${link.spanId}`}>
                  <code>{link.traceId}</code>
                </Link>
              </li>
            ))}
          </ul>
        </section>
      )}
      <AttributeTable title="Resource" attributes={span.resource} link={find('resource')} />
      {span.scope && <p className={styles['spanNote']}>Recorded by {span.scope}</p>}
    </aside>
  );
}

function Fact({ name, value }: { name: string; value: string }) {
  return (
    <div>
      <div className={styles['factName']}>{name}</div>
      <div className={styles['factValue']}>{value}</div>
    </div>
  );
}

const exceptionKeys = ['exception.type', 'exception.message', 'exception.stacktrace'];

/** An exception is shown as one: type, message, stack. */
function EventBox({ event, link }: { event: SpanEvent; link: (one: Attribute) => string | null }) {
  const stack = attribute(event.attributes, 'exception.stacktrace');
  const isException = event.name === 'exception';
  const rest = isException ? event.attributes.filter((one) => !exceptionKeys.includes(one.key)) : event.attributes;
  return (
    <section className={isException ? styles['exception'] : styles['spanSection']}>
      <h4>
        {isException ? (attribute(event.attributes, 'exception.type') ?? 'Exception') : event.name || 'Event'}{' '}
        <span className={styles['when']}>+{humanDuration(event.atUs / 1000)}</span>
      </h4>
      {isException && <p>{attribute(event.attributes, 'exception.message')}</p>}
      {stack && <pre className={styles['stack']}>{stack}</pre>}
      {rest.length > 0 && <AttributeTable attributes={rest} link={link} />}
    </section>
  );
}
