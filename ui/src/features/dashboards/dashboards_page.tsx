// SPDX-License-Identifier: Apache-2.0
// All dashboards by folder, found by words and tags.
import { useQuery } from '@tanstack/react-query';
import { Import, LayoutDashboard, ListVideo, Plus } from 'lucide-react';
import { useMemo } from 'react';
import { Link, useLocation, useParams } from 'wouter';
import { searchQuery, type SearchHit } from '@/api/dashboards';
import { plural } from '@/base/number_format';
import { Button } from '@/widgets/button';
import { Card, Page } from '@/widgets/card';
import { SearchField } from '@/widgets/fields';
import { Empty, Failure, Skeleton } from '@/widgets/states';
import { useUrlText } from '@/widgets/url_state';
import styles from './dashboards.module.css';

interface Folder {
  title: string;
  hits: SearchHit[];
}

function foldersOf(hits: readonly SearchHit[], words: string, tag: string, folderUid: string | undefined): Folder[] {
  const wanted = words.toLowerCase().split(/\s+/).filter(Boolean);
  const folders = new Map<string, Folder>();
  for (const hit of hits) {
    if (hit.type !== 'dash-db' || (tag && !hit.tags.includes(tag))) continue;
    if (folderUid !== undefined && hit.folderUid !== folderUid) continue;
    const title = hit.folderTitle ?? 'General';
    const searched = `${hit.title} ${title} ${hit.tags.join(' ')}`.toLowerCase();
    if (!wanted.every((word) => searched.includes(word))) continue;
    const folder = folders.get(title) ?? { title, hits: [] };
    folder.hits.push(hit);
    folders.set(title, folder);
  }
  return [...folders.values()].sort((a, b) => a.title.localeCompare(b.title));
}

export function DashboardsPage() {
  const search = useQuery(searchQuery());
  const [words, setWords] = useUrlText('search');
  const [tag, setTag] = useUrlText('tag');
  const [, navigate] = useLocation();
  const { uid } = useParams<{ uid?: string }>();
  const folders = useMemo(() => foldersOf(search.data ?? [], words, tag, uid), [search.data, words, tag, uid]);
  const folder = search.data?.find((hit) => hit.type === 'dash-folder' && hit.uid === uid);
  const count = search.data?.filter((hit) => hit.type === 'dash-db').length ?? 0;
  return (
    <Page
      title={folder?.title ?? 'Dashboards'}
      summary={search.data && plural(folder ? folders.flatMap((one) => one.hits).length : count, 'dashboard')}
      actions={
        <>
          <div className={styles['search']}>
            <SearchField
              label="Search dashboards"
              placeholder="Title, folder or tag"
              value={words}
              onChange={setWords}
            />
          </div>
          {uid !== undefined && <Link href="/dashboards">All folders</Link>}
          {tag && <Button onClick={() => setTag('')}>Tag {tag} ✕</Button>}
          <Button icon={<ListVideo />} onClick={() => navigate('/playlists')}>
            Playlists
          </Button>
          <Button icon={<Import />} onClick={() => navigate('/dashboard/import')}>
            Import
          </Button>
          <Button look="primary" icon={<Plus />} onClick={() => navigate('/dashboard/new')}>
            New
          </Button>
        </>
      }
    >
      {search.isPending ? (
        <Card>
          <Skeleton lines={8} />
        </Card>
      ) : search.isError ? (
        <Card>
          <Failure what="The dashboards" error={search.error} onRetry={() => void search.refetch()} />
        </Card>
      ) : folders.length === 0 ? (
        <Card>
          <Empty
            icon={<LayoutDashboard />}
            title={count === 0 ? 'No dashboards yet' : 'No dashboard fits'}
            actions={
              count === 0 && (
                <>
                  <Button look="primary" onClick={() => navigate('/dashboard/import')}>
                    Import Grafana JSON
                  </Button>
                  <Button onClick={() => navigate('/dashboard/new')}>New dashboard</Button>
                </>
              )
            }
          >
            {count === 0
              ? 'Import Grafana JSON as it is, name a provisioning folder in signalbox.yaml (grafana: {provisioning: DIR}), or make a new one.'
              : uid !== undefined && words === '' && tag === ''
                ? 'There is no dashboard in this folder.'
                : `The search leaves out all ${count}.`}
          </Empty>
        </Card>
      ) : (
        folders.map((folder) => (
          <Card key={folder.title} title={folder.title} note={plural(folder.hits.length, 'dashboard')}>
            <ul className={styles['boards']}>
              {folder.hits.map((hit) => (
                <li key={hit.uid} className={styles['board']}>
                  <Link href={hit.url}>{hit.title}</Link>
                  <span className={styles['tags']}>
                    {hit.tags.map((one) => (
                      <Button key={one} look="quiet" onClick={() => setTag(one)}>
                        {one}
                      </Button>
                    ))}
                  </span>
                </li>
              ))}
            </ul>
          </Card>
        ))
      )}
    </Page>
  );
}
