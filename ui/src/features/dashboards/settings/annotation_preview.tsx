// SPDX-License-Identifier: Apache-2.0
// The events that there are in the time that the page shows.
import { useQuery, type UseQueryOptions } from '@tanstack/react-query';
import { useMemo, useRef } from 'react';
import { timestampMs } from '@/base/brand';
import { plural } from '@/base/number_format';
import { formatDateTime } from '@/base/time_format';
import { eventText, type AnnotationEvent } from '@/model/dashboard/annotation_events';
import { importDashboard } from '@/model/dashboard/import_dashboard';
import type { JsonObject } from '@/model/dashboard/json';
import { pageScope } from '@/model/dashboard/macros';
import { usePreferences } from '@/widgets/preferences';
import { Notice, Skeleton } from '@/widgets/states';
import { eventsOf } from '../annotation_query';
import { useDashboard } from '../dashboard_context';
import { useSettled } from './use_variable_preview';
import styles from './settings.module.css';

const shownMax = 6;

function usePreview(raw: JsonObject, index: number) {
  const { window, sources, bound, dashboard } = useDashboard();
  const settled = useSettled(raw, 400);
  const { ask, query } = useMemo(() => {
    const scope = pageScope(bound, window, dashboard);
    const annotation = importDashboard({ ...settled, panels: [], rows: [] }).annotations[index];
    return annotation
      ? eventsOf(annotation, { uid: dashboard.uid, window, scope, sources })
      : { ask: { kind: 'none' as const, why: '' }, query: null };
  }, [settled, index, window, sources, bound, dashboard]);
  const asked = query as UseQueryOptions<unknown, Error, AnnotationEvent[]> | null;
  const answer = useQuery<unknown, Error, AnnotationEvent[]>({
    ...(asked ?? { queryKey: ['annotations', 'nothing'], queryFn: () => [] }),
    enabled: query !== null,
    staleTime: 30_000,
  });
  // What was there before stays until the next answer: nothing moves under the reader's eyes.
  const last = useRef<AnnotationEvent[] | undefined>(undefined);
  if (answer.data) last.current = answer.data;
  return {
    why: ask.kind === 'none' ? ask.why : '',
    answer,
    events: last.current,
    isBehind: settled !== raw || answer.isFetching,
  };
}

export function AnnotationPreview({ raw, index }: { raw: JsonObject; index: number }) {
  const zone = usePreferences((p) => p.zone);
  const { why, answer, events: found, isBehind } = usePreview(raw, index);
  const events = why || answer.error ? [] : (found ?? []);
  const said = isBehind ? 'asking…' : found ? `${plural(events.length, 'event')} in the time that is shown` : '';
  return (
    <section className={styles['part']} aria-label="Events now">
      <div className={styles['previewHead']}>
        <span className={styles['partTitle']}>Events now</span>
        <span role="status">{why || answer.error ? '' : said}</span>
      </div>
      {why && <Notice tone="info" title={why} />}
      {!why && answer.error && <Notice tone="bad" title={answer.error.message} />}
      {!why && answer.isPending && !found && <Skeleton lines={2} />}
      {events.length > 0 && (
        <ul className={`${styles['events']} ${isBehind ? styles['stale'] : ''}`}>
          {events.slice(-shownMax).map((event, i) => (
            <li key={i}>
              <time>{formatDateTime(timestampMs(event.fromMs), zone)}</time>
              <span title={eventText(event)}>{eventText(event) || 'without a text'}</span>
            </li>
          ))}
        </ul>
      )}
      {events.length > shownMax && <span className={styles['help']}>The last {shownMax} of them.</span>}
    </section>
  );
}
