// SPDX-License-Identifier: Apache-2.0
import { useMemo, useState } from 'react';
import { showValue, shownText } from '@/model/dashboard/display';
import { tableOf } from '@/model/dashboard/view_table';
import { compareValues } from '@/model/dashboard/transform_filter';
import { DataTable, type Column, type TableOrder } from '@/widgets/data_table';
import { ChoiceField } from '@/widgets/fields';
import { useLook, type PanelProps } from './panel_props';
import { TableCell } from './table_cell';
import styles from './panels.module.css';

export function TablePanel({ panel, frames, scope, width, height }: PanelProps) {
  const { coloring, zone } = useLook();
  const [frame, setFrame] = useState('0');
  const [order, setOrder] = useState<TableOrder | null>(null);
  const view = useMemo(() => tableOf(frames, panel.options, Number(frame)), [frames, panel.options, frame]);
  const rows = useMemo(() => {
    const list = Array.from({ length: view.length }, (_, row) => row);
    const column = order && view.columns.find((one) => one.key === order.by);
    if (!column) return list;
    const sign = order.descending ? -1 : 1;
    return list.sort((a, b) => sign * compareValues(column.field.values[a] ?? null, column.field.values[b] ?? null));
  }, [view, order]);
  const columns = view.columns.map((one, index): Column<number> => ({
    key: one.key,
    header: one.name,
    width: one.width
      ? `${one.width}px`
      : `minmax(${Math.max(one.minWidth, Math.min(one.name.length * 8 + 20, 140))}px, 1fr)`,
    isSortable: true,
    ...(one.align === 'end' ? { align: 'end' as const } : {}),
    cell: (row) => (
      <TableCell
        column={one}
        value={one.field.values[row] ?? null}
        look={{ theme: coloring.theme, zone, seriesColor: coloring.palette(index) }}
        scope={scope}
        row={(name) =>
          String(
            view.columns.find((other) => other.name === name || other.field.name === name)?.field.values[row] ?? '',
          )
        }
      />
    ),
  }));
  const footer = view.footer;
  const below = (footer ? 30 : 0) + (view.frameNames.length > 0 ? 38 : 0);
  const minWidth = view.columns.reduce((sum, one) => sum + (one.width ?? Math.max(one.minWidth, 90)), 0);
  return (
    <div className={styles['stack']}>
      <DataTable
        label={panel.title || 'Table'}
        columns={columns}
        rows={rows}
        rowKey={(row) => String(row)}
        order={order ?? (view.sortBy ? { by: view.sortBy, descending: view.sortDesc } : null)}
        onOrder={setOrder}
        rowHeight={30}
        maxHeight={height - below}
        minWidth={minWidth > width ? minWidth : 0}
      />
      {footer && (
        <div className={styles['axis']}>
          {footer.map((value, i) => {
            const column = view.columns[i];
            return (
              <span key={column?.key ?? i}>
                {value !== null && column
                  ? typeof value === 'number'
                    ? shownText(showValue(column.field, value, { theme: coloring.theme, zone, seriesColor: '' }))
                    : String(value)
                  : ''}
              </span>
            );
          })}
        </div>
      )}
      {view.frameNames.length > 0 && (
        <ChoiceField
          label="Table"
          value={frame}
          onChange={setFrame}
          choices={view.frameNames.slice(0, 12).map((name, i) => ({ value: String(i), label: name }))}
        />
      )}
    </div>
  );
}
