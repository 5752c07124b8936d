// SPDX-License-Identifier: Apache-2.0
import { useState } from 'react';
import { asObject, num, text, texts, type JsonObject } from '@/model/dashboard/json';
import { Button } from '@/widgets/button';
import { TextField } from '@/widgets/fields';
import { Dialog } from '@/widgets/popup';
import { Notice } from '@/widgets/states';
import styles from './dashboards.module.css';

interface SettingsDialogProps {
  raw: JsonObject;
  onChange: (raw: JsonObject) => void;
  onClose: () => void;
}

function parse(written: string): JsonObject | string {
  try {
    const parsed: unknown = JSON.parse(written);
    return typeof parsed === 'object' && parsed !== null && !Array.isArray(parsed)
      ? (parsed as JsonObject)
      : 'A dashboard is a JSON object.';
  } catch (error) {
    return error instanceof Error ? error.message : String(error);
  }
}

/** Title, tags and time; variables, links and annotations as JSON, as every dashboard tool writes them. */
export function SettingsDialog({ raw, onChange, onClose }: SettingsDialogProps) {
  const time = asObject(raw['time']);
  const [title, setTitle] = useState(text(raw, 'title'));
  const [tags, setTags] = useState(texts(raw['tags']).join(', '));
  const [from, setFrom] = useState(text(time, 'from', 'now-1h'));
  const [to, setTo] = useState(text(time, 'to', 'now'));
  const [refresh, setRefresh] = useState(text(raw, 'refresh'));
  const [crosshair, setCrosshair] = useState(String(num(raw, 'graphTooltip')));
  const [model, setModel] = useState(() =>
    JSON.stringify({ templating: raw['templating'], annotations: raw['annotations'], links: raw['links'] }, null, 2),
  );
  const parsed = parse(model);
  const apply = (): void => {
    if (typeof parsed === 'string') return;
    const list = tags.split(',').map((tag) => tag.trim());
    onChange({
      ...raw,
      ...parsed,
      title,
      tags: list.filter((tag) => tag !== ''),
      time: { from, to },
      refresh,
      graphTooltip: Number(crosshair),
    });
    onClose();
  };
  return (
    <Dialog title="Settings of the dashboard" open onOpenChange={(open) => !open && onClose()} placement="wide">
      <div className={styles['dialogBody']}>
        <div className={styles['pair']}>
          <label className={styles['field']}>
            Title
            <TextField label="Title" value={title} onChange={setTitle} />
          </label>
          <label className={styles['field']}>
            Tags
            <TextField label="Tags" placeholder="separated by commas" value={tags} onChange={setTags} />
          </label>
          <label className={styles['field']}>
            From
            <TextField label="From" value={from} onChange={setFrom} />
          </label>
          <label className={styles['field']}>
            To
            <TextField label="To" value={to} onChange={setTo} />
          </label>
          <label className={styles['field']}>
            Refresh
            <TextField label="Refresh" placeholder="30s" value={refresh} onChange={setRefresh} />
          </label>
          <label className={styles['field']}>
            Crosshair
            <select value={crosshair} onChange={(event) => setCrosshair(event.target.value)}>
              <option value="0">each graph its own</option>
              <option value="1">shared by all graphs</option>
            </select>
          </label>
        </div>
        <label className={styles['field']}>
          Variables, annotations and links
          <textarea
            aria-label="Variables, annotations and links"
            spellCheck={false}
            value={model}
            onChange={(event) => setModel(event.target.value)}
          />
        </label>
        {typeof parsed === 'string' && <Notice tone="bad" title={parsed} />}
        <div className={styles['buttons']}>
          <Button look="primary" disabled={typeof parsed === 'string' || title === ''} onClick={apply}>
            Apply
          </Button>
        </div>
      </div>
    </Dialog>
  );
}
