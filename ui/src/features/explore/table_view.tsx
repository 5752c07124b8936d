// SPDX-License-Identifier: Apache-2.0
import { useMemo, useState } from 'react';
import { formatDateTime } from '@/base/time_format';
import { labelColumns, resultCsv, sortRows, tableRows, type SortOrder, type TableRow } from '@/model/query_table';
import type { QueryPanelState } from '@/model/panel_params';
import { CopyButton } from '@/widgets/copy_button';
import { DataTable, type Column } from '@/widgets/data_table';
import { ChoiceField } from '@/widgets/fields';
import { SeriesText } from '@/widgets/label_chips';
import { usePreferences } from '@/widgets/preferences';
import { Skeleton } from '@/widgets/states';
import type { PageTime } from '@/widgets/url_state';
import { Cancelled, EmptyResult } from './empty_result';
import { ResultValue } from './result_value';
import type { useTable } from './use_panel_query';
import styles from './explore.module.css';

interface TableViewProps {
  panel: QueryPanelState;
  table: ReturnType<typeof useTable>;
  time: PageTime;
  onRun: (query: string) => void;
}

type Layout = 'series' | 'columns';

export function TableView({ panel, table, time, onRun }: TableViewProps) {
  const { query } = table;
  const zone = usePreferences((p) => p.zone);
  const [layout, setLayout] = useState<Layout>('series');
  const [order, setOrder] = useState<SortOrder | null>(null);
  const rows = useMemo(() => (query.data ? tableRows(query.data.data) : []), [query.data]);
  const shown = useMemo(() => sortRows(rows, order), [rows, order]);
  const columns = useMemo(() => (layout === 'series' ? seriesColumns() : perLabelColumns(rows)), [layout, rows]);

  if (query.isPending && query.fetchStatus === 'idle') return <Cancelled onRun={() => void query.refetch()} />;
  if (query.isPending) return <Skeleton lines={7} />;
  if (query.isError && rows.length === 0) return null;
  if (rows.length === 0) return <EmptyResult query={panel.expr} window={time.resolved} onRun={onRun} />;
  return (
    <div className={styles['graph']} data-old={query.isPlaceholderData || undefined}>
      <div className={styles['tableBar']}>
        <ChoiceField
          label="Labels"
          value={layout}
          onChange={setLayout}
          choices={[
            { value: 'series', label: 'Series' },
            { value: 'columns', label: 'Labels as columns' },
          ]}
        />
        <span className={styles['evaluated']}>at {formatDateTime(time.resolved.to, zone)}</span>
        <CopyButton isWide label="Copy CSV" text={() => resultCsv(shown, zone)} />
      </div>
      <DataTable
        label="Result"
        columns={columns}
        rows={shown}
        rowKey={(row) => row.key}
        order={order}
        onOrder={setOrder}
        rowHeight={32}
        isTopAligned
        minWidth={layout === 'columns' ? columns.length * 130 + 120 : 0}
      />
    </div>
  );
}

const valueColumn: Column<TableRow> = {
  key: 'value',
  header: 'Value',
  width: 'clamp(112px, 30%, 420px)',
  align: 'end',
  isSortable: true,
  cell: (row) => <ResultValue row={row} />,
};

function seriesColumns(): Column<TableRow>[] {
  return [
    {
      key: 'series',
      header: 'Series',
      width: 'minmax(140px, 1fr)',
      isSortable: true,
      cell: (row) => <SeriesText labels={row.labels} />,
    },
    valueColumn,
  ];
}

function perLabelColumns(rows: readonly TableRow[]): Column<TableRow>[] {
  const labels = labelColumns(rows).map((name): Column<TableRow> => ({
    key: name,
    header: name === '__name__' ? 'metric' : name,
    width: name === '__name__' ? 'minmax(240px, 2fr)' : 'minmax(110px, 1fr)',
    isSortable: true,
    cell: (row) => <span className="mono">{row.labels[name] ?? ''}</span>,
  }));
  return [...labels, valueColumn];
}
