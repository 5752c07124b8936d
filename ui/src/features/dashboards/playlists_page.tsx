// SPDX-License-Identifier: Apache-2.0
// Playlists: play, make and delete them.
import { useQuery, useQueryClient } from '@tanstack/react-query';
import { ListVideo, Play, Plus, Trash2 } from 'lucide-react';
import { useState } from 'react';
import { useLocation } from 'wouter';
import { deletePlaylist, playlistsQuery, savePlaylist, searchQuery } from '@/api/dashboards';
import { errorMessage } from '@/api/http';
import { parseDuration } from '@/base/duration';
import { plural } from '@/base/number_format';
import { Button, IconButton } from '@/widgets/button';
import { Card, Page } from '@/widgets/card';
import { Empty, Failure, Notice, Skeleton } from '@/widgets/states';
import styles from './dashboards.module.css';

function NewPlaylist({ onDone }: { onDone: () => void }) {
  const boards = (useQuery(searchQuery()).data ?? []).filter((hit) => hit.type === 'dash-db');
  const [name, setName] = useState('');
  const [interval, setInterval] = useState('1m');
  const [chosen, setChosen] = useState<readonly string[]>([]);
  const [problem, setProblem] = useState('');
  const isReady = name.trim() !== '' && parseDuration(interval) !== null && chosen.length > 0;
  const save = (): void => {
    const items = chosen.map((value) => ({ type: 'dashboard_by_uid' as const, value }));
    savePlaylist({ name: name.trim(), interval, items }).then(onDone, (error: unknown) =>
      setProblem(errorMessage(error)),
    );
  };
  return (
    <Card title="New playlist" isPadded>
      <div className={styles['dialogBody']}>
        {problem && <Notice tone="bad" title={problem} />}
        <div className={styles['pair']}>
          <label className={styles['field']}>
            Name
            <input value={name} onChange={(event) => setName(event.target.value)} />
          </label>
          <label className={styles['field']}>
            Each dashboard stays for
            <input value={interval} onChange={(event) => setInterval(event.target.value)} />
          </label>
        </div>
        <div className={styles['choices']} role="group" aria-label="Dashboards, in the order in which they are ticked">
          {boards.map((board) => (
            <label key={board.uid}>
              <input
                type="checkbox"
                checked={chosen.includes(board.uid)}
                onChange={(event) =>
                  setChosen(event.target.checked ? [...chosen, board.uid] : chosen.filter((uid) => uid !== board.uid))
                }
              />{' '}
              {board.title}
            </label>
          ))}
        </div>
        <div className={styles['buttons']}>
          <Button look="primary" disabled={!isReady} onClick={save}>
            Save
          </Button>
          <Button onClick={onDone}>Cancel</Button>
        </div>
      </div>
    </Card>
  );
}

export function PlaylistsPage() {
  const list = useQuery(playlistsQuery());
  const client = useQueryClient();
  const [, navigate] = useLocation();
  const [isNew, setNew] = useState(false);
  const again = (): void => void client.invalidateQueries({ queryKey: ['playlists'] });
  return (
    <Page
      title="Playlists"
      summary={list.data && plural(list.data.length, 'playlist')}
      actions={
        <Button look="primary" icon={<Plus />} onClick={() => setNew(true)}>
          New
        </Button>
      }
    >
      {isNew && (
        <NewPlaylist
          onDone={() => {
            setNew(false);
            again();
          }}
        />
      )}
      <Card>
        {list.isPending ? (
          <Skeleton lines={4} />
        ) : list.isError ? (
          <Failure what="The playlists" error={list.error} onRetry={() => void list.refetch()} />
        ) : list.data.length === 0 ? (
          <Empty icon={<ListVideo />} title="No playlists yet">
            A playlist shows dashboards one after another, for a screen on the wall.
          </Empty>
        ) : (
          <ul className={styles['boards']}>
            {list.data.map((one) => (
              <li key={one.uid} className={styles['board']}>
                <strong>{one.name}</strong>
                <span>every {one.interval}</span>
                <span className={styles['tags']}>
                  <Button icon={<Play />} onClick={() => navigate(`/playlists/play/${one.uid}?kiosk=1`)}>
                    Play
                  </Button>
                  <IconButton
                    label={`Delete ${one.name}`}
                    onClick={() => {
                      if (window.confirm(`Delete the playlist "${one.name}"?`))
                        void deletePlaylist(one.uid).then(again);
                    }}
                  >
                    <Trash2 />
                  </IconButton>
                </span>
              </li>
            ))}
          </ul>
        )}
      </Card>
    </Page>
  );
}
