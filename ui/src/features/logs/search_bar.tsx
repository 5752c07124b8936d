// SPDX-License-Identifier: Apache-2.0
// One field for words and LogQL, with the labels there are a click away.
import { useQuery } from '@tanstack/react-query';
import { Braces, History, Search } from 'lucide-react';
import { useEffect, useState, type FormEvent } from 'react';
import { logLabelValuesQuery, logLabelsQuery, type LogWindow } from '@/api/log_queries';
import { isLogql, logqlOf, withCondition } from '@/model/log_query';
import { Button, IconButton } from '@/widgets/button';
import { SearchField, TextField } from '@/widgets/fields';
import { Menu } from '@/widgets/menu';
import { Popup } from '@/widgets/popup';
import { Skeleton } from '@/widgets/states';
import { useRecentSearches } from './recent_searches';
import styles from './logs.module.css';

interface SearchBarProps {
  text: string;
  window: LogWindow;
  onSearch: (text: string) => void;
}

export function SearchBar({ text, window, onSearch }: SearchBarProps) {
  const [draft, setDraft] = useState(text);
  useEffect(() => setDraft(text), [text]);
  const { recent, remember } = useRecentSearches();
  const run = (next: string): void => {
    setDraft(next);
    if (next.trim() !== '') remember(next.trim());
    onSearch(next);
  };
  const submit = (event: FormEvent): void => {
    event.preventDefault();
    run(draft);
  };
  const addLabel = (name: string, value: string): void => {
    const base = isLogql(draft)
      ? draft
      : draft.trim() === ''
        ? '{}'
        : logqlOf({ text: draft, traceId: '', spanId: '' });
    run(withCondition(base, name, value, true, false, ''));
  };
  return (
    <form className={styles['bar']} onSubmit={submit}>
      <LabelPicker window={window} onPick={addLabel} />
      <TextField
        label="Words, or LogQL"
        className={styles['field']}
        placeholder='Words, or LogQL such as {app="checkout"} |= "timeout" | json'
        value={draft}
        onChange={setDraft}
        autoFocus
      />
      <Menu
        trigger={
          <IconButton label="Recent searches">
            <History />
          </IconButton>
        }
        items={
          recent.length === 0
            ? [{ label: 'Nothing searched yet in this browser', isDisabled: true, onSelect: () => undefined }]
            : recent.slice(0, 15).map((query) => ({ label: query.slice(0, 90), onSelect: () => run(query) }))
        }
      />
      <Button type="submit" look="primary" icon={<Search />}>
        Search
      </Button>
    </form>
  );
}

function LabelPicker({ window, onPick }: { window: LogWindow; onPick: (name: string, value: string) => void }) {
  const [isOpen, setOpen] = useState(false);
  const [name, setName] = useState('');
  const [text, setText] = useState('');
  const labels = useQuery({ ...logLabelsQuery(window), enabled: isOpen });
  const values = useQuery(logLabelValuesQuery(name, window));
  const list = name === '' ? labels.data?.data : values.data?.data;
  const isPending = name === '' ? labels.isPending : values.isPending;
  const shown = (list ?? []).filter((one) => one.toLowerCase().includes(text.toLowerCase()));
  const pick = (one: string): void => {
    setText('');
    if (name === '') {
      setName(one);
      return;
    }
    setOpen(false);
    setName('');
    onPick(name, one);
  };
  return (
    <Popup
      label="Labels"
      align="start"
      open={isOpen}
      onOpenChange={(open) => {
        setOpen(open);
        if (!open) setName('');
      }}
      trigger={<Button icon={<Braces />}>Labels</Button>}
    >
      <div className={styles['picker']}>
        <SearchField label={name === '' ? 'Label' : `Value of ${name}`} value={text} onChange={setText} autoFocus />
        {isPending ? (
          <Skeleton lines={4} />
        ) : (
          <ul>
            {shown.slice(0, 300).map((one) => (
              <li key={one}>
                <button type="button" onClick={() => pick(one)}>
                  {one}
                </button>
              </li>
            ))}
            {shown.length === 0 && <li className={styles['origin']}>nothing here in this time</li>}
          </ul>
        )}
      </div>
    </Popup>
  );
}
