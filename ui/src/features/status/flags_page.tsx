// SPDX-License-Identifier: Apache-2.0
import { useQuery } from '@tanstack/react-query';
import { Flag } from 'lucide-react';
import { documentQuery } from '@/api/queries';
import { fuzzySearch } from '@/base/fuzzy';
import { plural } from '@/base/number_format';
import { Card, Page } from '@/widgets/card';
import { DataTable } from '@/widgets/data_table';
import { SearchField } from '@/widgets/fields';
import { Empty, Failure, Skeleton } from '@/widgets/states';
import { useUrlText } from '@/widgets/url_state';
import styles from './status.module.css';

export function FlagsPage() {
  const query = useQuery(documentQuery('flags'));
  const [text, setText] = useUrlText('search');
  const all = Object.entries(query.data?.data ?? {}).sort(([a], [b]) => (a < b ? -1 : 1));
  const found = fuzzySearch(all, text, ([name, value]) => `${name}=${String(value)}`);
  return (
    <Page
      title="Command-line flags"
      summary={query.data && plural(all.length, 'flag')}
      actions={
        <div className={styles['search']}>
          <SearchField label="Search flags" value={text} onChange={setText} />
        </div>
      }
    >
      <Card>
        {query.isPending ? (
          <Skeleton lines={12} />
        ) : query.isError ? (
          <Failure what="The flags" error={query.error} onRetry={() => void query.refetch()} />
        ) : found.length === 0 ? (
          <Empty icon={<Flag />} title={all.length === 0 ? 'The server reports no flags' : 'No flag matches'} />
        ) : (
          <DataTable
            label="Flags"
            rows={found}
            rowKey={([name]) => name}
            maxHeight="none"
            columns={[
              {
                key: 'name',
                header: 'Flag',
                width: 'minmax(180px, 3fr)',
                cell: ([name]) => <code className={styles['flag']}>--{name}</code>,
              },
              {
                key: 'value',
                header: 'Value',
                width: 'minmax(112px, 2fr)',
                cell: ([, value]) => <code>{value === '' ? '""' : String(value)}</code>,
              },
            ]}
          />
        )}
      </Card>
    </Page>
  );
}
