// SPDX-License-Identifier: Apache-2.0
import { useQuery } from '@tanstack/react-query';
import { ExternalLink } from 'lucide-react';
import { Link } from 'wouter';
import { searchQuery } from '@/api/dashboards';
import { interpolate, type Bound, type Scope } from '@/model/dashboard/interpolate';
import type { Dashboard, DashboardLink } from '@/model/dashboard/types';
import { Button } from '@/widgets/button';
import { Menu } from '@/widgets/menu';
import { useLocation } from 'wouter';
import { AnnotationToggles, hasToggles } from './annotation_toggles';
import { safeHref } from './panels/value_link';
import type { LoadedVariables } from './use_variables';
import { VariableField } from './variable_field';
import styles from './dashboards.module.css';

interface VariablesBarProps {
  dashboard: Dashboard;
  loaded: LoadedVariables | undefined;
  scope: Scope;
  onChange: (name: string, value: string[]) => void;
}

/** What a link takes along: the time range and the variables. */
function carried(link: DashboardLink, bound: ReadonlyMap<string, Bound>): string {
  const params = new URLSearchParams();
  const here = new URLSearchParams(window.location.search);
  if (link.keepTime)
    for (const name of ['from', 'to', 'refresh']) if (here.has(name)) params.set(name, here.get(name) ?? '');
  if (link.includeVars)
    for (const [name, one] of bound) for (const value of one.value) params.append(`var-${name}`, value);
  return params.toString();
}

function Links({ link, bound, scope }: { link: DashboardLink; bound: ReadonlyMap<string, Bound>; scope: Scope }) {
  const search = useQuery({ ...searchQuery(), enabled: link.type === 'dashboards' });
  const [, navigate] = useLocation();
  const query = carried(link, bound);
  const withQuery = (url: string): string => (query ? `${url}${url.includes('?') ? '&' : '?'}${query}` : url);
  if (link.type === 'link') {
    const href = safeHref(withQuery(interpolate(link.url, scope)));
    return href ? (
      <a href={href} {...(link.isNewTab ? { target: '_blank', rel: 'noreferrer' } : {})}>
        {interpolate(link.title, scope) || link.url}
      </a>
    ) : null;
  }
  const hits = (search.data ?? []).filter(
    (hit) => hit.type === 'dash-db' && link.tags.every((tag) => hit.tags.includes(tag)),
  );
  if (!link.asDropdown) {
    return hits.slice(0, 20).map((hit) => (
      <Link key={hit.uid} href={withQuery(hit.url)}>
        {hit.title}
      </Link>
    ));
  }
  return (
    <Menu
      trigger={<Button icon={<ExternalLink />}>{link.title || 'Dashboards'}</Button>}
      items={hits.map((hit) => ({ label: hit.title, onSelect: () => navigate(withQuery(hit.url)) }))}
    />
  );
}

export function VariablesBar({ dashboard, loaded, scope, onChange }: VariablesBarProps) {
  const bound = loaded?.bound ?? new Map<string, Bound>();
  const shown = dashboard.variables.filter((one) => one.hide !== 'variable' && one.type !== 'constant');
  if (shown.length === 0 && dashboard.links.length === 0 && !hasToggles(dashboard)) return null;
  return (
    <div className={styles['bar']} role="group" aria-label="Variables">
      {shown.map((variable) => (
        <VariableField
          key={variable.name}
          bound={bound.get(variable.name) ?? { variable, value: variable.current, options: variable.options }}
          problem={loaded?.problems.find((one) => one.name === variable.name)?.message}
          onChange={(value) => onChange(variable.name, value)}
        />
      ))}
      {hasToggles(dashboard) && <AnnotationToggles dashboard={dashboard} scope={scope} />}
      <span className={styles['links']}>
        {dashboard.links.map((link, i) => (
          <Links key={i} link={link} bound={bound} scope={scope} />
        ))}
      </span>
    </div>
  );
}
