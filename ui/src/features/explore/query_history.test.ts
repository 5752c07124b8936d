// SPDX-License-Identifier: Apache-2.0
import { expect, it } from 'vitest';
import { withQuery, type HistoryEntry } from './query_history';

it('moves a repeated query to the top and keeps its star', () => {
  const entries: HistoryEntry[] = [
    { query: 'a', ranAt: 2, isStarred: false },
    { query: 'b', ranAt: 1, isStarred: true },
  ];
  expect(withQuery(entries, 'b', 3)).toEqual([{ query: 'b', ranAt: 3, isStarred: true }, entries[0]]);
});

it('forgets the oldest beyond two hundred, except starred ones', () => {
  let entries: HistoryEntry[] = [{ query: 'kept', ranAt: 0, isStarred: true }];
  for (let i = 0; i < 300; i++) entries = withQuery(entries, `q${i}`, i);
  expect(entries).toHaveLength(201);
  expect(entries.at(-1)?.query).toBe('kept');
});
