// SPDX-License-Identifier: Apache-2.0
import { useQuery } from '@tanstack/react-query';
import { searchQuery } from '@/api/dashboards';
import { texts } from '@/model/dashboard/json';
import { CommaRow } from './field';
import type { LinkPartProps } from './link_form';
import styles from './settings.module.css';

/** The tags that the dashboards of a link have: typed, or chosen from those there are. */
export function LinkTags({ link, onLink }: LinkPartProps) {
  const hits = useQuery(searchQuery()).data ?? [];
  const tags = texts(link['tags']);
  const known = [...new Set(hits.flatMap((hit) => hit.tags))].sort();
  const set = (next: string[]): void => onLink({ ...link, tags: next });
  const shown = [...new Set([...tags, ...known])].slice(0, 40);
  return (
    <>
      <CommaRow
        label="Tags"
        placeholder="all dashboards"
        help="A dashboard has to have all of them."
        value={tags}
        onChange={set}
      />
      {shown.length > 0 && (
        <div className={styles['chips']} role="group" aria-label="Tags of dashboards">
          {shown.map((tag) => (
            <button
              key={tag}
              type="button"
              className={styles['chip']}
              aria-pressed={tags.includes(tag)}
              onClick={() => set(tags.includes(tag) ? tags.filter((one) => one !== tag) : [...tags, tag])}
            >
              {tag}
            </button>
          ))}
        </div>
      )}
    </>
  );
}
