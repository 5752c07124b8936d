// SPDX-License-Identifier: Apache-2.0
// The saved views of a page: open one, keep this one under a name, forget one. They are on the server, so
// everybody sees them, and the global search finds them.
import { useMutation, useQuery, useQueryClient } from '@tanstack/react-query';
import { Bookmark, Check, Trash2 } from 'lucide-react';
import { useState, type FormEvent } from 'react';
import { useLocation, useSearch } from 'wouter';
import { errorMessage } from '@/api/http';
import { deleteView, replaceView, saveView, viewsQuery, type SavedView } from '@/api/views';
import { isSameView, pageOfView } from '@/model/saved_views';
import { Button, IconButton } from '../button';
import { TextField } from '../fields';
import { Popup } from '../popup';
import { Failure, Skeleton } from '../states';
import styles from './views_menu.module.css';

export function ViewsMenu() {
  const [isOpen, setOpen] = useState(false);
  return (
    <Popup
      label="Saved views"
      open={isOpen}
      onOpenChange={setOpen}
      className={styles['box']}
      trigger={
        <IconButton label="Saved views" look="plain">
          <Bookmark />
        </IconButton>
      }
    >
      <ViewList onLeave={() => setOpen(false)} />
    </Popup>
  );
}

function ViewList({ onLeave }: { onLeave: () => void }) {
  const [path, navigate] = useLocation();
  const search = useSearch();
  const here = search === '' ? path : `${path}?${search}`;
  const query = useQuery(viewsQuery());
  const client = useQueryClient();
  const refresh = (): Promise<void> => client.invalidateQueries({ queryKey: ['views'] });
  const remove = useMutation({ mutationFn: deleteView, onSuccess: refresh });
  const views = (query.data ?? []).filter((view) => pageOfView(view.path) === pageOfView(path));
  const open = (view: SavedView): void => {
    onLeave();
    navigate(view.path);
  };
  return (
    <>
      {query.isPending ? (
        <Skeleton lines={3} />
      ) : query.isError ? (
        <Failure what="The saved views" error={query.error} onRetry={() => void query.refetch()} />
      ) : views.length === 0 ? (
        <p className={styles['none']}>
          A view is this page with its filters and its time. Give it a name and everybody finds it here and with Ctrl-K.
        </p>
      ) : (
        <ul className={styles['list']} aria-label="Views of this page">
          {views.map((view) => (
            <li key={view.uid}>
              <button type="button" className={styles['view']} onClick={() => open(view)}>
                {isSameView(view.path, here) ? <Check aria-label="shown" /> : <Bookmark aria-hidden />}
                <span>{view.name}</span>
              </button>
              <IconButton
                label={`Delete the view ${view.name}`}
                look="plain"
                disabled={remove.isPending}
                onClick={() => remove.mutate(view.uid)}
              >
                <Trash2 />
              </IconButton>
            </li>
          ))}
        </ul>
      )}
      {remove.isError && (
        <p className={styles['problem']} role="alert">
          {errorMessage(remove.error)}
        </p>
      )}
      <SaveForm views={views} here={here} onSaved={refresh} />
    </>
  );
}

interface SaveFormProps {
  views: readonly SavedView[];
  here: string;
  onSaved: () => Promise<void>;
}

function SaveForm({ views, here, onSaved }: SaveFormProps) {
  const [name, setName] = useState('');
  const known = views.find((view) => view.name === name.trim());
  const save = useMutation({
    mutationFn: () => (known ? replaceView({ ...known, path: here }) : saveView({ name: name.trim(), path: here })),
    onSuccess: () => {
      setName('');
      return onSaved();
    },
  });
  const submit = (event: FormEvent): void => {
    event.preventDefault();
    if (name.trim() !== '' && !save.isPending) save.mutate();
  };
  return (
    <form className={styles['save']} onSubmit={submit}>
      <TextField label="Name of this view" placeholder="Name of this view" value={name} onChange={setName} autoFocus />
      <Button type="submit" look="primary" disabled={name.trim() === '' || save.isPending}>
        {known ? 'Replace' : 'Save'}
      </Button>
      {save.isError && (
        <p className={styles['problem']} role="alert">
          {errorMessage(save.error)}
        </p>
      )}
    </form>
  );
}
