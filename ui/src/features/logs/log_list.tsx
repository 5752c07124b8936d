// SPDX-License-Identifier: Apache-2.0
// Any number of lines; only those in view are in the document, and more are fetched near the end.
import { useVirtualizer } from '@tanstack/react-virtual';
import { useEffect, useRef, useState } from 'react';
import type { LogLine } from '@/model/log_lines';
import { LogDetails, type DetailActions } from './log_details';
import { LogRow, type RowLook } from './log_row';
import styles from './logs.module.css';

interface LogListProps {
  lines: readonly LogLine[];
  look: RowLook;
  actions: DetailActions;
  /** What stands below the last line. */
  foot: string;
  onEnd?: () => void;
}

export function LogList({ lines, look, actions, foot, onEnd }: LogListProps) {
  const scroller = useRef<HTMLDivElement>(null);
  const [open, setOpen] = useState<ReadonlySet<string>>(new Set());
  const virtualizer = useVirtualizer({
    count: lines.length,
    getScrollElement: () => scroller.current,
    estimateSize: () => 23,
    overscan: 20,
    getItemKey: (index) => lines[index]?.key ?? index,
  });
  const items = virtualizer.getVirtualItems();
  const last = items.at(-1)?.index ?? 0;
  useEffect(() => {
    if (last >= lines.length - 50) onEnd?.();
  }, [last, lines.length, onEnd]);
  const toggle = (key: string): void =>
    setOpen((old) => {
      const next = new Set(old);
      if (!next.delete(key)) next.add(key);
      return next;
    });
  return (
    <div ref={scroller} className={styles['scroller']} tabIndex={0} role="log" aria-label="Lines" aria-live="off">
      <div className={styles['rows']} style={{ height: virtualizer.getTotalSize() }}>
        {items.map((item) => {
          const line = lines[item.index] as LogLine;
          return (
            <div
              key={item.key}
              data-index={item.index}
              ref={virtualizer.measureElement}
              className={styles['item']}
              style={{ transform: `translateY(${item.start}px)` }}
            >
              <LogRow line={line} look={look} isOpen={open.has(line.key)} onToggle={() => toggle(line.key)} />
              {open.has(line.key) && <LogDetails line={line} actions={actions} />}
            </div>
          );
        })}
      </div>
      <div className={styles['foot']}>{foot}</div>
    </div>
  );
}
