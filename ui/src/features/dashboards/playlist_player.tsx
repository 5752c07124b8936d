// SPDX-License-Identifier: Apache-2.0
// /playlists/play/:uid: the dashboards of a playlist one after another, over and over.
import { useQuery } from '@tanstack/react-query';
import { Pause, Play, SkipBack, SkipForward, Square } from 'lucide-react';
import { useEffect, useMemo, useState } from 'react';
import { Link, useLocation, useParams } from 'wouter';
import { playlistQuery, searchQuery } from '@/api/dashboards';
import { playlistMs, playlistUids } from '@/model/dashboard/playlist';
import { IconButton } from '@/widgets/button';
import { Card, Page } from '@/widgets/card';
import { Empty, Failure, Skeleton } from '@/widgets/states';
import { StoredDashboard } from './dashboard_page';
import styles from './dashboards.module.css';

export function PlaylistPlayer() {
  const { uid = '' } = useParams<{ uid: string }>();
  const [, navigate] = useLocation();
  const playlist = useQuery(playlistQuery(uid));
  const search = useQuery(searchQuery());
  const [at, setAt] = useState(0);
  const [isPaused, setPaused] = useState(false);
  const { data } = playlist;
  const uids = useMemo(() => playlistUids(data?.items ?? [], search.data ?? []), [data, search.data]);
  const stayMs = playlistMs(data?.interval ?? '');
  const count = uids.length;
  const step = (by: number): void => setAt((now) => (now + by + count) % Math.max(count, 1));
  useEffect(() => {
    if (isPaused || count < 2) return undefined;
    const timer = setTimeout(() => step(1), stayMs);
    return () => clearTimeout(timer);
  }, [at, isPaused, count, stayMs]);

  const error = playlist.error ?? search.error;
  if (error) {
    return (
      <Page title="Playlist" actions={<Link href="/playlists">All playlists</Link>}>
        <Card>
          <Failure what="The playlist" error={error} onRetry={() => void playlist.refetch()} />
        </Card>
      </Page>
    );
  }
  if (!data || !search.data) return <Skeleton lines={9} style={{ padding: 24 }} />;
  const shown = uids[at % Math.max(count, 1)];
  if (shown === undefined) {
    return (
      <Page title={data.name}>
        <Card>
          <Empty title="Nothing to play">None of the dashboards of this playlist exists.</Empty>
        </Card>
      </Page>
    );
  }
  return (
    <>
      <StoredDashboard key={shown} uid={shown} />
      <div className={styles['player']} role="group" aria-label="Playlist">
        <span>
          {data.name} {(at % count) + 1}/{count}
        </span>
        <IconButton label="Previous dashboard" onClick={() => step(-1)}>
          <SkipBack />
        </IconButton>
        <IconButton label={isPaused ? 'Go on' : 'Pause'} onClick={() => setPaused(!isPaused)}>
          {isPaused ? <Play /> : <Pause />}
        </IconButton>
        <IconButton label="Next dashboard" onClick={() => step(1)}>
          <SkipForward />
        </IconButton>
        <IconButton label="Stop" onClick={() => navigate('/playlists')}>
          <Square />
        </IconButton>
      </div>
    </>
  );
}
