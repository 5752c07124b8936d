// SPDX-License-Identifier: Apache-2.0
// All objectives, those that need attention first.
import { useQuery } from '@tanstack/react-query';
import { FileText, Plus, Target } from 'lucide-react';
import { Link } from 'wouter';
import { slosQuery } from '@/api/slo_queries';
import { plural } from '@/base/number_format';
import { orderSlos, worstGroup } from '@/model/slo_view';
import { Card, Page } from '@/widgets/card';
import { DataTable } from '@/widgets/data_table';
import { SearchField } from '@/widgets/fields';
import { Empty, Failure, Skeleton } from '@/widgets/states';
import { useUrlText } from '@/widgets/url_state';
import { sloColumns } from './slo_columns';
import { SuggestionsCard } from './suggestions_card';
import styles from './slo.module.css';

export function SlosPage() {
  const query = useQuery(slosQuery());
  const [text, setText] = useUrlText('search');
  const all = query.data?.slos ?? [];
  const shown = orderSlos(all, text);
  const count = (state: string): number => all.filter((one) => worstGroup(one)?.state === state).length;
  return (
    <Page
      title="Objectives"
      summary={
        all.length > 0 && `${plural(all.length, 'objective')}: ${count('exhausted')} spent, ${count('burning')} burning`
      }
      actions={
        <>
          <div className={styles['search']}>
            <SearchField label="Filter objectives" value={text} onChange={setText} />
          </div>
          <Link href="/slo-report" className={styles['action']}>
            <FileText aria-hidden /> Report
          </Link>
          <Link href="/slos/new" className={styles['primary']}>
            <Plus aria-hidden /> New objective
          </Link>
        </>
      }
    >
      <Card>
        {query.isPending ? (
          <Skeleton lines={8} />
        ) : query.isError && all.length === 0 ? (
          <Failure what="The objectives" error={query.error} onRetry={() => void query.refetch()} />
        ) : all.length === 0 ? (
          <Empty
            icon={<Target />}
            title="Nothing has been promised yet"
            actions={
              <Link href="/slos/new" className={styles['primary']}>
                Make an objective
              </Link>
            }
          >
            Objectives come from files (native, OpenSLO, Sloth, Pyrra), from Grafana&apos;s API, or from here.
          </Empty>
        ) : shown.length === 0 ? (
          <Empty icon={<Target />} title="No objective matches" actions={<Link href="/slos/new">Make one</Link>} />
        ) : (
          <DataTable
            label="Objectives"
            columns={sloColumns}
            rows={shown}
            rowKey={(slo) => slo.id}
            minWidth={760}
            isStackedOnPhone
          />
        )}
      </Card>
      {query.data && <SuggestionsCard text={text} />}
    </Page>
  );
}
