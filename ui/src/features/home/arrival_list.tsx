// SPDX-License-Identifier: Apache-2.0
// Who has sent what, live: new senders stand out until the page is left.
import { useQuery } from '@tanstack/react-query';
import { useEffect, useState } from 'react';
import { Link } from 'wouter';
import { arrivalsQuery, type Arrival } from '@/api/arrivals_queries';
import { timestampMs } from '@/base/brand';
import { plural } from '@/base/number_format';
import { formatAgo } from '@/base/time_format';
import { arrivalKey, arrivalLink, gainedSince, itemsText, sourceText } from '@/model/arrivals';
import { Badge, StatusDot } from '@/widgets/badge';
import { Card } from '@/widgets/card';
import { useWallClock } from '@/widgets/clock';
import { Failure, Skeleton } from '@/widgets/states';
import styles from './home.module.css';

const pollMs = 3000;
const shown = 12;

export function ArrivalList() {
  const query = useQuery(arrivalsQuery(pollMs));
  const now = useWallClock();
  const [before, setBefore] = useState<readonly Arrival[] | null>(null);
  const arrivals = query.data?.arrivals;
  useEffect(() => {
    if (arrivals) setBefore((old) => old ?? arrivals);
  }, [arrivals]);
  const gained = gainedSince(before ?? [], arrivals ?? []);
  const old = new Set((before ?? []).map(arrivalKey));
  const latest = gained[0];
  const count = arrivals?.length ?? 0;
  return (
    <Card title="What has arrived" note={count > 0 ? `${plural(count, 'source')} since the server started` : undefined}>
      {!query.isError && (
        <p className={styles['waiting']} role="status">
          <StatusDot tone={latest ? 'good' : 'neutral'} label={latest ? 'receiving' : 'waiting'} />
          {latest ? (
            <span>
              received <strong className="num">{itemsText(latest)}</strong> from {sourceText(latest)} since you opened
              this page
            </span>
          ) : (
            'Waiting for data. This page shows it within three seconds.'
          )}
        </p>
      )}
      {query.isPending ? (
        <Skeleton lines={4} />
      ) : query.isError && !arrivals ? (
        <Failure what="The list of senders" error={query.error} onRetry={() => void query.refetch()} />
      ) : (
        <ul className={styles['arrivalList']}>
          {(arrivals ?? []).slice(0, shown).map((one) => (
            <ArrivalRow key={arrivalKey(one)} arrival={one} isNew={!old.has(arrivalKey(one))} now={now} />
          ))}
          {count > shown && <li>{plural(count - shown, 'more source')}</li>}
        </ul>
      )}
    </Card>
  );
}

function ArrivalRow({ arrival, isNew, now }: { arrival: Arrival; isNew: boolean; now: number }) {
  const link = arrivalLink(arrival);
  return (
    <li>
      <Badge tone={isNew ? 'good' : 'neutral'}>{isNew ? `new ${arrival.signal}` : arrival.signal}</Badge>
      <span className={styles['arrivalText']}>
        <strong className="num">{itemsText(arrival)}</strong> from {sourceText(arrival)}
        {arrival.way !== '' && arrival.way !== 'scrape' && ` by ${arrival.way}`}
      </span>
      <span className={styles['ago']} title={`first ${arrival.firstSeen}`}>
        last {formatAgo(timestampMs(Date.parse(arrival.lastSeen)), timestampMs(now))}
      </span>
      {link ? <Link href={link}>Look at it</Link> : <span />}
    </li>
  );
}
