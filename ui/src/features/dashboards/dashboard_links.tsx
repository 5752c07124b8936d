// SPDX-License-Identifier: Apache-2.0
// The links of a dashboard above its panels: addresses, and the dashboards that have certain tags.
import { useQuery } from '@tanstack/react-query';
import type { ReactElement } from 'react';
import { Link, useLocation, useSearch } from 'wouter';
import { searchQuery } from '@/api/dashboards';
import { interpolate, type Bound, type Scope } from '@/model/dashboard/interpolate';
import { carried, linkAddress, taggedDashboards, withQuery, type LinkPlace } from '@/model/dashboard/link_target';
import type { Dashboard, DashboardLink } from '@/model/dashboard/types';
import { Button } from '@/widgets/button';
import { Hint } from '@/widgets/hint';
import { Menu } from '@/widgets/menu';
import { LinkIcon } from './link_icon';
import { safeHref } from './panels/value_link';
import styles from './dashboards.module.css';

interface DashboardLinksProps {
  dashboard: Dashboard;
  bound: ReadonlyMap<string, Bound>;
  scope: Scope;
}

interface OneLinkProps {
  link: DashboardLink;
  uid: string;
  scope: Scope;
  place: LinkPlace;
}

const newTab = { target: '_blank', rel: 'noreferrer' };
const listedMax = 20;

const hinted = (text: string, element: ReactElement): ReactElement =>
  text === '' ? element : <Hint text={text}>{element}</Hint>;

export function DashboardLinks({ dashboard, bound, scope }: DashboardLinksProps) {
  const params = new URLSearchParams(useSearch());
  const { links, uid, timeFrom, timeTo } = dashboard;
  const place = { params, bound, timeFrom, timeTo };
  return links.map((link, i) =>
    link.type === 'link' ? (
      <AddressLink key={i} link={link} uid={uid} scope={scope} place={place} />
    ) : (
      <TagLinks key={i} link={link} uid={uid} scope={scope} place={place} />
    ),
  );
}

function AddressLink({ link, scope, place }: OneLinkProps) {
  const href = safeHref(linkAddress(link, scope, place));
  if (!href) return null;
  const content = (
    <>
      <LinkIcon name={link.icon} />
      {interpolate(link.title, scope, 'title') || link.url}
    </>
  );
  const isOwn = href.startsWith('/d/') && !link.isNewTab;
  return hinted(
    interpolate(link.tooltip, scope, 'title'),
    isOwn ? (
      <Link href={href} className={styles['boardLink']}>
        {content}
      </Link>
    ) : (
      <a href={href} className={styles['boardLink']} {...(link.isNewTab ? newTab : {})}>
        {content}
      </a>
    ),
  );
}

function TagLinks({ link, uid, scope, place }: OneLinkProps) {
  const search = useQuery(searchQuery());
  const [, navigate] = useLocation();
  const query = carried(link, place);
  const hits = taggedDashboards(search.data ?? [], link.tags, uid);
  const open = (url: string): void => {
    if (link.isNewTab) globalThis.open(url, '_blank', 'noreferrer');
    else navigate(url);
  };
  if (!link.asDropdown) {
    return hits.slice(0, listedMax).map((hit) => (
      <Link
        key={hit.uid}
        href={withQuery(hit.url, query)}
        className={styles['boardLink']}
        {...(link.isNewTab ? newTab : {})}
      >
        <LinkIcon name="dashboard" />
        {hit.title}
      </Link>
    ));
  }
  const none = search.isPending ? 'Loading…' : 'No other dashboard has these tags';
  return (
    <Menu
      trigger={
        <Button icon={<LinkIcon name="dashboard" />} title={link.tooltip || undefined}>
          {interpolate(link.title, scope, 'title') || 'Dashboards'}
        </Button>
      }
      items={
        hits.length > 0
          ? hits.map((hit) => ({ label: hit.title, onSelect: () => open(withQuery(hit.url, query)) }))
          : [{ label: none, isDisabled: true, onSelect: () => undefined }]
      }
    />
  );
}
