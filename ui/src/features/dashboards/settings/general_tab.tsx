// SPDX-License-Identifier: Apache-2.0
import { asObject, num, text, texts, withMember, type JsonObject } from '@/model/dashboard/json';
import { Choose, CommaRow, TextRow } from './field';
import styles from './settings.module.css';

/** What is wrong with the title; null if nothing is. */
export const titleProblem = (raw: JsonObject): string | null =>
  text(raw, 'title').trim() === '' ? 'A dashboard needs a title.' : null;

/** Title, tags, time and crosshair. */
export function GeneralTab({ raw, onRaw }: { raw: JsonObject; onRaw: (raw: JsonObject) => void }) {
  const time = asObject(raw['time']);
  const set = (key: string) => (value: string) => onRaw(withMember(raw, key, value));
  const setTime = (key: 'from' | 'to') => (value: string) => onRaw({ ...raw, time: { ...time, [key]: value } });
  return (
    <div className={styles['form']}>
      <div className={styles['pair']}>
        <TextRow label="Title" value={text(raw, 'title')} onChange={set('title')} problem={titleProblem(raw)} />
        <CommaRow
          label="Tags"
          placeholder="separated by commas"
          value={texts(raw['tags'])}
          onChange={(tags) => onRaw({ ...raw, tags })}
        />
      </div>
      <TextRow label="Description" value={text(raw, 'description')} onChange={set('description')} />
      <div className={styles['pair']}>
        <TextRow label="From" placeholder="now-1h" value={text(time, 'from')} onChange={setTime('from')} />
        <TextRow label="To" placeholder="now" value={text(time, 'to')} onChange={setTime('to')} />
        <TextRow label="Refresh" placeholder="30s" value={text(raw, 'refresh')} onChange={set('refresh')} />
        <Choose
          label="Crosshair"
          value={String(num(raw, 'graphTooltip'))}
          choices={[
            { value: '0', label: 'each graph its own' },
            { value: '1', label: 'shared by all graphs' },
            { value: '2', label: 'shared, with the values' },
          ]}
          onChange={(value) => onRaw({ ...raw, graphTooltip: Number(value) })}
        />
      </div>
    </div>
  );
}
