// SPDX-License-Identifier: Apache-2.0
import { useQuery } from '@tanstack/react-query';
import { Link } from 'wouter';
import { arrivalsQuery } from '@/api/arrivals_queries';
import { plural } from '@/base/number_format';
import { itemsText, sourceText } from '@/model/arrivals';
import { Card } from '@/widgets/card';
import styles from './home.module.css';

/** One line for those who have data: what came last, and the way to send more. */
export function ArrivalsNote() {
  const query = useQuery(arrivalsQuery(10_000));
  const arrivals = query.data?.arrivals ?? [];
  const latest = arrivals[0];
  if (!query.data) return null;
  return (
    <Card title="Data coming in" actions={<Link href="/send-data">Send more data</Link>} isPadded>
      <p className={styles['where']}>
        {latest
          ? `${plural(arrivals.length, 'source')} since the server started; last ${itemsText(latest)} from ${sourceText(latest)}.`
          : 'Nothing has arrived since the server started.'}
      </p>
    </Card>
  );
}
