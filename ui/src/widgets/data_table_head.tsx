// SPDX-License-Identifier: Apache-2.0
import { ArrowDown, ArrowUp } from 'lucide-react';
import { classNames } from '@/base/class_names';
import type { Column, TableOrder } from './data_table';
import styles from './data_table.module.css';

export function cellClass<Row>({ align, isWideOnly, isCaptioned }: Column<Row>): string {
  return classNames(
    styles['cell'],
    align && styles[align],
    isWideOnly && styles['wideOnly'],
    isCaptioned && styles['captioned'],
  );
}

interface TableHeadProps<Row> {
  columns: readonly Column<Row>[];
  order: TableOrder | null | undefined;
  onOrder: ((order: TableOrder) => void) | undefined;
}

export function TableHead<Row>({ columns, order, onOrder }: TableHeadProps<Row>) {
  return (
    <div role="row" className={classNames(styles['row'], styles['head'])}>
      {columns.map((column) => {
        const isOrdered = order?.by === column.key;
        const sort = isOrdered ? (order.descending ? 'descending' : 'ascending') : undefined;
        return (
          <div key={column.key} role="columnheader" aria-sort={sort} className={cellClass(column)}>
            {column.isSortable && onOrder ? (
              <button
                type="button"
                className={styles['sort']}
                onClick={() =>
                  onOrder({ by: column.key, descending: isOrdered ? !order.descending : column.align === 'end' })
                }
              >
                {column.header}
                {isOrdered && (order.descending ? <ArrowDown aria-hidden /> : <ArrowUp aria-hidden />)}
              </button>
            ) : (
              column.header
            )}
          </div>
        );
      })}
    </div>
  );
}
