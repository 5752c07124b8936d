// SPDX-License-Identifier: Apache-2.0
// Ad hoc filters: matchers that are added to every query of the dashboard.
import { Plus, X } from 'lucide-react';
import { useState } from 'react';
import { Button, IconButton } from '@/widgets/button';
import { TextField } from '@/widgets/fields';
import { Popup } from '@/widgets/popup';
import styles from './dashboards.module.css';

interface FilterFieldProps {
  label: string;
  /** "key|operator|value". */
  value: readonly string[];
  onChange: (value: string[]) => void;
}

const pattern = /^\s*([a-zA-Z_][\w.]*)\s*(=~|!~|!=|=)\s*"?(.*?)"?\s*$/;

export function FilterField({ label, value, onChange }: FilterFieldProps) {
  const [isOpen, setOpen] = useState(false);
  const [text, setText] = useState('');
  const match = pattern.exec(text);
  const add = (): void => {
    if (!match) return;
    onChange([...value, `${match[1]}|${match[2]}|${match[3]}`]);
    setText('');
    setOpen(false);
  };
  return (
    <span className={styles['buttons']} style={{ gap: 4 }}>
      {value.map((one) => (
        <Button
          key={one}
          onClick={() => onChange(value.filter((other) => other !== one))}
          icon={<X />}
          aria-label={`Remove ${one}`}
        >
          {one.replace('|', ' ').replace('|', ' ')}
        </Button>
      ))}
      <Popup
        label={label}
        align="start"
        open={isOpen}
        onOpenChange={setOpen}
        trigger={
          <IconButton label="Add a filter">
            <Plus />
          </IconButton>
        }
      >
        <div className={styles['dialogBody']} style={{ width: 300 }}>
          <TextField
            label="Filter"
            placeholder='job="api"'
            value={text}
            onChange={setText}
            isInvalid={text !== '' && !match}
            onKeyDown={(event) => event.key === 'Enter' && add()}
            autoFocus
          />
          <Button look="primary" disabled={!match} onClick={add}>
            Add filter
          </Button>
        </div>
      </Popup>
    </span>
  );
}
