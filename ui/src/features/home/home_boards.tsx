// SPDX-License-Identifier: Apache-2.0
import { useQuery } from '@tanstack/react-query';
import { Link } from 'wouter';
import { searchQuery } from '@/api/dashboards';
import { plural } from '@/base/number_format';
import { Card } from '@/widgets/card';
import styles from './home.module.css';

const shown = 8;

/** The dashboards at hand, in a place kept for them; nothing is drawn where there is none. */
export function HomeBoards() {
  const search = useQuery(searchQuery());
  const boards = search.data?.filter((hit) => hit.type === 'dash-db') ?? [];
  if (boards.length === 0 && !search.isPending) return null;
  return (
    <Card
      title="Dashboards"
      note={search.isPending ? undefined : plural(boards.length, 'dashboard')}
      actions={<Link href="/dashboards">All dashboards</Link>}
      isPadded
    >
      <ul className={styles['boards']}>
        {boards.slice(0, shown).map((board) => (
          <li key={board.uid}>
            <Link href={board.url}>{board.title}</Link>
            <span>{board.folderTitle}</span>
          </li>
        ))}
      </ul>
    </Card>
  );
}
