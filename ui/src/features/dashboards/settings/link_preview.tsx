// SPDX-License-Identifier: Apache-2.0
// Where a link leads with what the page shows now.
import { useQuery } from '@tanstack/react-query';
import { useSearch } from 'wouter';
import { searchQuery } from '@/api/dashboards';
import { plural } from '@/base/number_format';
import { linkProblem } from '@/model/dashboard/edit_link';
import { listOf } from '@/model/dashboard/edit_list';
import { importDashboard } from '@/model/dashboard/import_dashboard';
import type { JsonObject } from '@/model/dashboard/json';
import { carried, linkAddress, taggedDashboards } from '@/model/dashboard/link_target';
import { pageScope } from '@/model/dashboard/macros';
import { Notice } from '@/widgets/states';
import { useDashboard } from '../dashboard_context';
import styles from './settings.module.css';

const shownMax = 8;

function useTarget(raw: JsonObject, index: number) {
  const { bound, window, dashboard } = useDashboard();
  const params = new URLSearchParams(useSearch());
  const { links, timeFrom, timeTo } = importDashboard({ links: listOf(raw, 'links'), time: raw['time'] ?? {} });
  const link = links[index];
  return { link, scope: pageScope(bound, window, dashboard), place: { params, bound, timeFrom, timeTo } };
}

export function LinkPreview({ raw, index }: { raw: JsonObject; index: number }) {
  const { dashboard } = useDashboard();
  const hits = useQuery(searchQuery());
  const { link, scope, place } = useTarget(raw, index);
  if (!link || linkProblem(listOf(raw, 'links')[index] ?? {})) return null;
  const found = link.type === 'dashboards' ? taggedDashboards(hits.data ?? [], link.tags, dashboard.uid) : [];
  const address = link.type === 'link' ? linkAddress(link, scope, place) : '';
  const uid = /^\/d\/([^/?#]+)/.exec(address)?.[1];
  const target = uid ? hits.data?.find((hit) => hit.uid === uid) : undefined;
  const query = carried(link, place);
  return (
    <section className={styles['part']} aria-label="Leads now to">
      <div className={styles['previewHead']}>
        <span className={styles['partTitle']}>Leads now to</span>
        <span role="status">
          {link.type === 'dashboards' ? plural(found.length, 'dashboard') : (target?.title ?? '')}
        </span>
      </div>
      {link.type === 'link' && <code className={styles['address']}>{address}</code>}
      {uid && hits.data && !target && <Notice tone="warn" title={`No dashboard has the uid ${uid}.`} />}
      {link.type === 'dashboards' && hits.data && found.length === 0 && (
        <Notice tone="warn" title="No other dashboard has all of these tags." />
      )}
      {hits.error && <Notice tone="bad" title={hits.error.message} />}
      {found.length > 0 && (
        <ul className={styles['events']}>
          {found.slice(0, shownMax).map((hit) => (
            <li key={hit.uid}>
              <span>{hit.title}</span>
              {hit.folderTitle && <time>{hit.folderTitle}</time>}
            </li>
          ))}
          {found.length > shownMax && <li className={styles['help']}>and {found.length - shownMax} more</li>}
        </ul>
      )}
      {link.type === 'dashboards' && query !== '' && <code className={styles['address']}>?{query}</code>}
    </section>
  );
}
