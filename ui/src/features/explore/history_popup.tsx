// SPDX-License-Identifier: Apache-2.0
import { History, Star, Trash2 } from 'lucide-react';
import { useState } from 'react';
import { timestampMs } from '@/base/brand';
import { formatAgo } from '@/base/time_format';
import { IconButton } from '@/widgets/button';
import { useWallClock } from '@/widgets/clock';
import { SearchField } from '@/widgets/fields';
import { Popup } from '@/widgets/popup';
import { PromqlText } from '@/widgets/promql_text';
import { useQueryHistory, type HistoryEntry } from './query_history';
import styles from './explore.module.css';

export function HistoryPopup({ onPick }: { onPick: (query: string) => void }) {
  const [isOpen, setOpen] = useState(false);
  return (
    <Popup
      label="Query history"
      open={isOpen}
      onOpenChange={setOpen}
      className={styles['history']}
      trigger={
        <IconButton label="Query history" look="plain">
          <History />
        </IconButton>
      }
    >
      <HistoryList
        onPick={(query) => {
          onPick(query);
          setOpen(false);
        }}
      />
    </Popup>
  );
}

function HistoryList({ onPick }: { onPick: (query: string) => void }) {
  const { entries, star, forget } = useQueryHistory();
  const [filter, setFilter] = useState('');
  const now = useWallClock(10_000);
  const shown = entries
    .filter((entry) => entry.query.toLowerCase().includes(filter.toLowerCase()))
    .sort((a, b) => Number(b.isStarred) - Number(a.isStarred) || b.ranAt - a.ranAt);
  const row = (entry: HistoryEntry) => (
    <li key={entry.query} className={styles['historyRow']}>
      <button type="button" className={styles['historyQuery']} onClick={() => onPick(entry.query)}>
        <PromqlText query={entry.query} />
        <span>{formatAgo(timestampMs(entry.ranAt), now)}</span>
      </button>
      <IconButton
        label={entry.isStarred ? 'Unstar' : 'Star'}
        aria-pressed={entry.isStarred}
        onClick={() => star(entry.query)}
      >
        <Star fill={entry.isStarred ? 'currentColor' : 'none'} />
      </IconButton>
      <IconButton label="Forget" onClick={() => forget(entry.query)}>
        <Trash2 />
      </IconButton>
    </li>
  );
  return (
    <>
      <div className={styles['historyHead']}>
        <SearchField label="Search your queries" value={filter} onChange={setFilter} autoFocus />
      </div>
      {shown.length === 0 ? (
        <p className={styles['historyNone']}>
          {entries.length === 0
            ? 'Queries that you run are kept here, in this browser only.'
            : 'No query contains this text.'}
        </p>
      ) : (
        <ul className={styles['historyList']}>{shown.map(row)}</ul>
      )}
    </>
  );
}
