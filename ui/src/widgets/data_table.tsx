// SPDX-License-Identifier: Apache-2.0
// A table of any length: above 200 rows only the rows in view exist in the document.
import { useVirtualizer } from '@tanstack/react-virtual';
import { useRef, type CSSProperties, type ReactNode } from 'react';
import { classNames } from '@/base/class_names';
import { cellClass, TableHead } from './data_table_head';
import styles from './data_table.module.css';

export interface Column<Row> {
  key: string;
  header: ReactNode;
  /** A track of CSS grid: "120px", "minmax(160px, 2fr)". */
  width: string;
  align?: 'end';
  isSortable?: boolean;
  /** Left out on a phone, where the table then does not scroll sideways. */
  isWideOnly?: boolean;
  /** In a stacked row the header stands above the cell. */
  isCaptioned?: boolean;
  cell: (row: Row, index: number) => ReactNode;
}

export interface TableOrder {
  by: string;
  descending: boolean;
}

interface DataTableProps<Row> {
  label: string;
  columns: readonly Column<Row>[];
  rows: readonly Row[];
  rowKey: (row: Row, index: number) => string;
  order?: TableOrder | null;
  onOrder?: (order: TableOrder) => void;
  rowHeight?: number;
  maxHeight?: number | string;
  /** Below this width the table scrolls sideways. */
  minWidth?: number;
  rowClass?: (row: Row) => string | undefined;
  /** On a phone the cells of a row stand below each other instead of scrolling sideways. */
  isStackedOnPhone?: boolean;
  /** Cells of tall rows stand at the top instead of in the middle. */
  isTopAligned?: boolean;
}

const virtualFrom = 200;

export function DataTable<Row>(props: DataTableProps<Row>) {
  const { label, columns, rows, rowKey, rowHeight = 34, maxHeight = 620, minWidth = 0 } = props;
  const scroller = useRef<HTMLDivElement>(null);
  const isVirtual = rows.length > virtualFrom;
  const virtualizer = useVirtualizer({
    count: isVirtual ? rows.length : 0,
    getScrollElement: () => scroller.current,
    estimateSize: () => rowHeight,
    overscan: 12,
    getItemKey: (index) => rowKey(rows[index] as Row, index),
  });
  const onPhone = columns.filter((column) => !column.isWideOnly);
  const tracks = {
    '--tracks': columns.map((column) => column.width).join(' '),
    '--phone-tracks': onPhone.map((column) => column.width).join(' '),
    minWidth,
  } as CSSProperties;
  const shown = isVirtual
    ? virtualizer.getVirtualItems().map((item) => ({ index: item.index, start: item.start }))
    : rows.map((_, index) => ({ index, start: null }));

  return (
    <div
      ref={scroller}
      className={styles['scroller']}
      style={{ maxHeight }}
      tabIndex={isVirtual || props.maxHeight !== undefined ? 0 : undefined}
    >
      <div
        role="table"
        aria-label={label}
        aria-rowcount={rows.length + 1}
        className={classNames(
          styles['table'],
          props.isStackedOnPhone && styles['stackable'],
          props.isTopAligned && styles['top'],
          onPhone.length < columns.length && styles['narrowing'],
        )}
        style={tracks}
      >
        <TableHead columns={columns} order={props.order} onOrder={props.onOrder} />
        <div
          role="rowgroup"
          className={styles['body']}
          style={isVirtual ? { height: virtualizer.getTotalSize() } : undefined}
        >
          {shown.map(({ index, start }) => {
            const row = rows[index] as Row;
            return (
              <div
                key={rowKey(row, index)}
                role="row"
                aria-rowindex={index + 2}
                data-index={index}
                ref={isVirtual ? virtualizer.measureElement : undefined}
                className={classNames(styles['row'], start !== null && styles['floating'], props.rowClass?.(row))}
                style={
                  start === null
                    ? { minHeight: rowHeight }
                    : { minHeight: rowHeight, transform: `translateY(${start}px)` }
                }
              >
                {columns.map((column) => (
                  <div
                    key={column.key}
                    role="cell"
                    data-label={typeof column.header === 'string' ? column.header : undefined}
                    className={cellClass(column)}
                  >
                    {column.cell(row, index)}
                  </div>
                ))}
              </div>
            );
          })}
        </div>
      </div>
    </div>
  );
}
