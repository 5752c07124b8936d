// SPDX-License-Identifier: Apache-2.0
// Panels that list things of Signalbox itself: alerts, dashboards, annotations; and news.
import { useQuery } from '@tanstack/react-query';
import { Link } from 'wouter';
import { annotationsQuery, searchQuery } from '@/api/dashboards';
import { alertsQuery } from '@/api/queries';
import { timestampMs } from '@/base/brand';
import { formatAgo } from '@/base/time_format';
import { flag, num, text, texts } from '@/model/dashboard/json';
import { interpolate } from '@/model/dashboard/interpolate';
import { safeHref } from './value_link';
import { Badge, StatusDot } from '@/widgets/badge';
import { useWallClock } from '@/widgets/clock';
import type { PanelProps } from './panel_props';
import styles from './panels.module.css';

const nothing = (what: string) => (
  <p className={styles['muted']} style={{ padding: '8px 14px' }}>
    {what}
  </p>
);

export function AlertListPanel({ panel, scope }: PanelProps) {
  const alerts = useQuery(alertsQuery());
  const now = useWallClock(10_000);
  const name = interpolate(text(panel.options, 'alertName'), scope);
  const shown = (alerts.data?.data.alerts ?? [])
    .filter((alert) => (alert.labels['alertname'] ?? '').toLowerCase().includes(name.toLowerCase()))
    .slice(0, num(panel.options, 'maxItems', 20));
  if (alerts.isError) return nothing('The alerts could not be loaded.');
  if (alerts.isSuccess && shown.length === 0) return nothing('No alert is pending or firing.');
  return (
    <ul className={styles['list']}>
      {shown.map((alert) => (
        <li key={JSON.stringify(alert.labels)}>
          <StatusDot tone={alert.state === 'firing' ? 'bad' : 'warn'} label={alert.state} />
          <span className={styles['listText']}>
            <Link href={`/alerts?search=${encodeURIComponent(alert.labels['alertname'] ?? '')}`}>
              <strong>{alert.labels['alertname']}</strong>
            </Link>{' '}
            {alert.labels['severity'] && <Badge>{alert.labels['severity']}</Badge>}
            <small>{alert.annotations['summary'] ?? ''}</small>
          </span>
          <span className={`${styles['muted']} ${styles['push']}`}>
            {formatAgo(timestampMs(Date.parse(alert.activeAt ?? '')), now)}
          </span>
        </li>
      ))}
    </ul>
  );
}

export function DashListPanel({ panel }: PanelProps) {
  const search = useQuery(searchQuery());
  const tags = texts(panel.options['tags']);
  const wanted = text(panel.options, 'query').toLowerCase();
  const isSearch = flag(panel.options, 'showSearch', true) || tags.length > 0;
  const shown = (search.data ?? [])
    .filter(
      (hit) =>
        hit.type === 'dash-db' &&
        isSearch &&
        hit.title.toLowerCase().includes(wanted) &&
        tags.every((tag) => hit.tags.includes(tag)),
    )
    .slice(0, num(panel.options, 'maxItems', 30));
  if (search.isSuccess && shown.length === 0) return nothing('No dashboard fits.');
  return (
    <ul className={styles['list']}>
      {shown.map((hit) => (
        <li key={hit.uid}>
          <Link href={hit.url}>{hit.title}</Link>
          <span className={`${styles['muted']} ${styles['push']}`}>{hit.folderTitle ?? ''}</span>
        </li>
      ))}
    </ul>
  );
}

export function AnnotationListPanel({ panel, window }: PanelProps) {
  // As in Grafana, the list is of all times unless it is told otherwise.
  const isOfRange = flag(panel.options, 'onlyInTimeRange', false);
  const list = useQuery(annotationsQuery(isOfRange ? Math.floor(window.fromMs) : 0, Math.ceil(window.toMs)));
  const now = useWallClock(10_000);
  const shown = (list.data ?? []).slice(0, num(panel.options, 'limit', 10));
  if (list.isSuccess && shown.length === 0)
    return nothing(isOfRange ? 'No annotation in this time range.' : 'No annotation yet.');
  return (
    <ul className={styles['list']}>
      {shown.map((one) => (
        <li key={one.id}>
          <span>{one.text}</span>
          {one.tags.map((tag) => (
            <Badge key={tag}>{tag}</Badge>
          ))}
          <span className={`${styles['muted']} ${styles['push']}`}>{formatAgo(timestampMs(one.time), now)}</span>
        </li>
      ))}
    </ul>
  );
}

export function NewsPanel({ panel }: PanelProps) {
  const url = safeHref(text(panel.options, 'feedUrl'));
  return nothing(url ? `Feeds of other servers are not fetched: ${url}` : 'The panel names no feed.');
}
