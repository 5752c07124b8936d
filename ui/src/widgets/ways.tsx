// SPDX-License-Identifier: Apache-2.0
// From here to the same time and the same labels elsewhere: traces, logs, alerts, what is different.
import { Waypoints } from 'lucide-react';
import { Link, useLocation, useSearch } from 'wouter';
import {
  alertsLink,
  differenceLink,
  errorsLink,
  logsLink,
  serviceLink,
  tracesLink,
  type Context,
} from '@/model/context_links';
import { placeOf, type Place } from '@/model/place';
import { encodeEnd } from '@/model/time_range';
import { Button } from './button';
import { Menu } from './menu';
import type { PageTime } from './url_state';
import styles from './ways.module.css';

export function contextOf(time: PageTime, place: Place = {}): Context {
  return { ...place, from: encodeEnd(time.range.from), to: encodeEnd(time.range.to) };
}

function waysOf(context: Context): { label: string; href: string }[] {
  return [
    ...(context.service ? [{ label: `Service ${context.service}`, href: serviceLink(context) }] : []),
    { label: 'Traces', href: tracesLink(context) },
    { label: 'Logs', href: logsLink(context) },
    { label: 'Errors', href: errorsLink(context) },
    { label: 'Alerts', href: alertsLink(context) },
    { label: 'What is different', href: differenceLink(context) },
  ];
}

/** A menu for heads of pages; what the page is about stands in its address. */
export function WaysMenu({ time }: { time: PageTime }) {
  const [path, navigate] = useLocation();
  const search = useSearch();
  const place = placeOf(path, new URLSearchParams(search));
  const ways = waysOf(contextOf(time, place)).filter((way) => way.href.split('?')[0] !== path);
  return (
    <Menu
      trigger={
        <Button icon={<Waypoints />} aria-label="This time elsewhere: traces, logs, alerts, what is different" />
      }
      items={ways.map((way) => ({ label: way.label, onSelect: () => navigate(way.href) }))}
    />
  );
}

/** The same as links in a row, for cards. */
export function WayLinks({ context }: { context: Context }) {
  const [path] = useLocation();
  const ways = waysOf(context).filter((way) => way.href.split('?')[0] !== path);
  return (
    <nav className={styles['ways']} aria-label="Look further">
      {ways.map((way) => (
        <Link key={way.label} href={way.href}>
          {way.label}
        </Link>
      ))}
    </nav>
  );
}
