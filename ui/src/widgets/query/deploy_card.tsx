// SPDX-License-Identifier: Apache-2.0
// Deploys and other notes of the last days: annotations that somebody wrote or that CI posted.
import { useQuery } from '@tanstack/react-query';
import { useMemo } from 'react';
import { annotationsQuery } from '@/api/dashboards';
import { timestampMs } from '@/base/brand';
import { formatAgo, formatDateTime } from '@/base/time_format';
import { isNoteAbout } from '@/model/deploys';
import { Badge } from '../badge';
import { Card } from '../card';
import { useClock, useWallClock } from '../clock';
import { Snippet } from '../code_view';
import { usePreferences } from '../preferences';
import { Empty, Failure, Skeleton } from '../states';
import styles from './health_cards.module.css';

const weekMs = 7 * 86_400_000;
const minuteMs = 60_000;

const example = (origin: string, service: string): string => `curl ${origin}/api/annotations \\
  -H 'Content-Type: application/json' \\
  -d '{"text": "version 1.5", "tags": ["deploy", "service:${service}"]}'`;

export function DeployCard({ service, limit }: { service?: string; limit: number }) {
  const now = useClock((clock) => clock.now);
  const wall = useWallClock(10_000);
  const zone = usePreferences((p) => p.zone);
  const to = Math.ceil(now / minuteMs) * minuteMs;
  const query = useQuery(annotationsQuery(to - weekMs, to));
  const notes = useMemo(
    () =>
      (query.data ?? [])
        .filter((note) => service === undefined || isNoteAbout(note, service))
        .sort((a, b) => b.time - a.time),
    [query.data, service],
  );
  return (
    <Card title="Deploys and notes" note={notes.length > 0 ? 'last 7 days' : undefined}>
      {query.isPending ? (
        <Skeleton lines={4} />
      ) : query.isError ? (
        <Failure what="The notes" error={query.error} onRetry={() => void query.refetch()} />
      ) : notes.length === 0 ? (
        <Empty title="No deploy was marked in the last 7 days">
          <p>Let your pipeline say so; the mark then stands in every graph:</p>
          <Snippet text={example(window.location.origin, service ?? 'checkout')} label="Mark a deploy" />
        </Empty>
      ) : (
        <ul className={styles['rows']}>
          {notes.slice(0, limit).map((note) => (
            <li key={note.id}>
              <time className={styles['quiet']} title={formatDateTime(timestampMs(note.time), zone)}>
                {formatAgo(timestampMs(note.time), wall)}
              </time>
              <span>{note.text}</span>
              <span className={styles['tags']}>
                {note.tags.map((tag) => (
                  <Badge key={tag}>{tag}</Badge>
                ))}
              </span>
            </li>
          ))}
        </ul>
      )}
    </Card>
  );
}
