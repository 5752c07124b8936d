// SPDX-License-Identifier: Apache-2.0
// What there is to query: all metric names with type and help, and the labels of the chosen one.
import { useQuery } from '@tanstack/react-query';
import { LibraryBig } from 'lucide-react';
import { useMemo, useState } from 'react';
import { metadataQuery, metricNamesQuery } from '@/api/queries';
import { fuzzySearch } from '@/base/fuzzy';
import { metricInfos, type MetricInfo } from '@/model/metric_info';
import { IconButton } from '@/widgets/button';
import { SearchField } from '@/widgets/fields';
import { Dialog } from '@/widgets/popup';
import { Empty, Failure, Skeleton } from '@/widgets/states';
import { MetricDetail } from './metric_detail';
import { MetricList } from './metric_list';
import styles from './metric_explorer.module.css';

export function MetricExplorerButton({ onPick }: { onPick: (query: string) => void }) {
  const [isOpen, setOpen] = useState(false);
  return (
    <>
      <IconButton label="Metric explorer" look="plain" onClick={() => setOpen(true)}>
        <LibraryBig />
      </IconButton>
      <Dialog title="Metric explorer" open={isOpen} onOpenChange={setOpen} placement="tall">
        <MetricExplorer
          onPick={(query) => {
            onPick(query);
            setOpen(false);
          }}
        />
      </Dialog>
    </>
  );
}

function MetricExplorer({ onPick }: { onPick: (query: string) => void }) {
  const names = useQuery(metricNamesQuery());
  const metadata = useQuery(metadataQuery());
  const [filter, setFilter] = useState('');
  const [chosen, setChosen] = useState<MetricInfo | null>(null);
  const infos = useMemo(
    () => metricInfos(names.data?.data ?? [], metadata.data?.data ?? {}),
    [names.data, metadata.data],
  );
  const found = useMemo(() => search(infos, filter), [infos, filter]);

  if (names.isPending) return <Skeleton lines={12} />;
  if (names.isError)
    return <Failure what="The metric names" error={names.error} onRetry={() => void names.refetch()} />;
  return (
    <div className={styles['explorer']} data-chosen={chosen !== null || undefined}>
      <div className={styles['left']}>
        <div className={styles['search']}>
          <SearchField
            label="Search metrics"
            placeholder={`Search ${infos.length} metrics by name or help`}
            value={filter}
            onChange={setFilter}
            autoFocus
          />
        </div>
        {found.length === 0 ? (
          <Empty title={infos.length === 0 ? 'No metrics yet' : 'No metric matches'}>
            {infos.length === 0
              ? 'As soon as the first scrape or remote write arrives, its metrics are listed here.'
              : null}
          </Empty>
        ) : (
          <MetricList infos={found} chosen={chosen?.name ?? null} onChoose={setChosen} />
        )}
      </div>
      <div className={styles['right']}>
        {chosen ? (
          <MetricDetail key={chosen.name} info={chosen} onPick={onPick} onBack={() => setChosen(null)} />
        ) : (
          <Empty icon={<LibraryBig />} title="Choose a metric">
            Its labels, their values and queries that fit its type are shown here.
          </Empty>
        )}
      </div>
    </div>
  );
}

/** By name first; when few names match, those whose help contains the words follow. */
function search(infos: readonly MetricInfo[], filter: string): MetricInfo[] {
  const byName = fuzzySearch(infos, filter, (info) => info.name);
  const words = filter.toLowerCase().split(/\s+/).filter(Boolean);
  if (words.length === 0 || byName.length > 50) return byName;
  const known = new Set(byName);
  const byHelp = infos.filter(
    (info) => !known.has(info) && words.every((word) => info.help.toLowerCase().includes(word)),
  );
  return [...byName, ...byHelp];
}
