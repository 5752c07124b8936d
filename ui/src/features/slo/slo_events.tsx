// SPDX-License-Identifier: Apache-2.0
// What ate the budget: how much of it, which alerts told of it, and the traces and logs of each time.
import { useState } from 'react';
import { Link } from 'wouter';
import type { Labels } from '@/api/query_types';
import type { BurnEvent, SloDetail } from '@/api/slo_queries';
import { timestampMs } from '@/base/brand';
import { humanDuration } from '@/base/duration';
import { percent, plural, shortNumber } from '@/base/number_format';
import { formatDateTime } from '@/base/time_format';
import { evidenceOf, incidentsOf, type Incident } from '@/model/slo_evidence';
import { Badge, type Tone } from '@/widgets/badge';
import { Button } from '@/widgets/button';
import { Card } from '@/widgets/card';
import { usePreferences } from '@/widgets/preferences';
import { Empty, Notice } from '@/widgets/states';
import styles from './slo.module.css';

const atFirst = 6;
/** Alerts are asked for so many, those that ate most. */
const withAlerts = 20;

export function SloEvents({ detail, group }: { detail: SloDetail; group: Labels }) {
  const [isWhole, setWhole] = useState(false);
  const events = [...detail.events].sort((a, b) => b.budgetShare - a.budgetShare);
  const shown = events.slice(0, isWhole ? withAlerts : atFirst);
  return (
    <Card
      title="What ate the budget"
      note={
        events.length > 0
          ? `${percent(shareOf(events))} of it in ${plural(events.length, 'stretch', 'stretches')}`
          : undefined
      }
    >
      {detail.alertsError && (
        <Notice tone="warn" title="Which alerts fired is not known">
          {detail.alertsError}
        </Notice>
      )}
      {events.length === 0 ? (
        <Empty title="Nothing worth mentioning in this period" />
      ) : (
        <ul className={styles['events']}>
          {shown.map((event) => (
            <Event key={event.start} event={event} detail={detail} group={group} />
          ))}
        </ul>
      )}
      {events.length > shown.length && (
        <div className={styles['more']}>
          {isWhole ? (
            <span className={styles['quiet']}>
              and {events.length - shown.length} smaller ones, {percent(shareOf(events.slice(withAlerts)))} in all
            </span>
          ) : (
            <Button look="quiet" onClick={() => setWhole(true)}>
              Smaller ones, {percent(shareOf(events.slice(atFirst)))} in all
            </Button>
          )}
        </div>
      )}
    </Card>
  );
}

const shareOf = (events: readonly BurnEvent[]): number => events.reduce((sum, event) => sum + event.budgetShare, 0);

function Event({ event, detail, group }: { event: BurnEvent; detail: SloDetail; group: Labels }) {
  const zone = usePreferences((p) => p.zone);
  const start = Date.parse(event.start);
  const end = Date.parse(event.end);
  const links = evidenceOf(detail, group, event);
  const incidents = incidentsOf(event.alerts);
  const near = incidents.filter((one) => one.relation !== 'time');
  const others = incidents.filter((one) => one.relation === 'time');
  return (
    <li>
      <b className={styles['share']}>
        {percent(event.budgetShare)}
        <small>of the budget</small>
      </b>
      <div className={styles['eventText']}>
        <span>
          {formatDateTime(timestampMs(start), zone)} for {humanDuration(end - start)}: {shortNumber(event.errors)}{' '}
          errors, up to {shortNumber(event.peakBurnRate)}×
        </span>
        {near.map((one) => (
          <IncidentLine key={`${one.relation}${one.name}${one.severity}`} incident={one} />
        ))}
        {near.length === 0 && <span className={styles['quiet']}>No alert of it or of its service fired.</span>}
        {others.length > 0 && (
          <span className={styles['quiet']}>
            At the same time:{' '}
            {others.slice(0, 4).map((one, index) => (
              <span key={`${one.name}${one.severity}`}>
                {index > 0 && ', '}
                <Link href={historyLink(one)}>{one.name}</Link>
              </span>
            ))}
            {others.length > 4 && ` and ${others.length - 4} more`}
          </span>
        )}
      </div>
      <nav className={styles['evidence']} aria-label="What burnt it">
        <Link href={links.traces}>Traces</Link>
        <Link href={links.logs}>Logs</Link>
        <Link href={links.difference}>What was different</Link>
      </nav>
    </li>
  );
}

const historyLink = (incident: Incident): string => `/notification-history?search=${encodeURIComponent(incident.name)}`;

const tones: Record<Incident['relation'], Tone> = { own: 'bad', service: 'warn', time: 'neutral' };

function IncidentLine({ incident }: { incident: Incident }) {
  const zone = usePreferences((p) => p.zone);
  const length = humanDuration((incident.end ?? Date.now()) - incident.start);
  return (
    <span className={styles['incident']}>
      <Badge tone={tones[incident.relation]}>{incident.severity || 'alert'}</Badge>
      <Link
        href={incident.end === null ? `/alerts?search=${encodeURIComponent(incident.name)}` : historyLink(incident)}
      >
        {incident.name}
      </Link>
      <span className={styles['quiet']}>
        {incident.end === null
          ? `fires since ${formatDateTime(timestampMs(incident.start), zone)}`
          : `fired ${formatDateTime(timestampMs(incident.start), zone)} for ${length}`}
        {incident.count > 1 && `, ${incident.count} times`}
      </span>
    </span>
  );
}
