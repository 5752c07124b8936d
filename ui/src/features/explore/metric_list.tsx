// SPDX-License-Identifier: Apache-2.0
import { useVirtualizer } from '@tanstack/react-virtual';
import { useRef, type KeyboardEvent } from 'react';
import type { MetricInfo } from '@/model/metric_info';
import { Badge, type Tone } from '@/widgets/badge';
import styles from './metric_explorer.module.css';

interface MetricListProps {
  infos: readonly MetricInfo[];
  chosen: string | null;
  onChoose: (info: MetricInfo) => void;
}

const tones: Record<string, Tone> = { counter: 'info', gauge: 'good', histogram: 'warn', summary: 'warn' };

export function TypeBadge({ type }: { type: string }) {
  return <Badge tone={tones[type] ?? 'neutral'}>{type}</Badge>;
}

/** A list box: arrow keys move, and moving chooses. */
export function MetricList({ infos, chosen, onChoose }: MetricListProps) {
  const scroller = useRef<HTMLDivElement>(null);
  const virtualizer = useVirtualizer({
    count: infos.length,
    getScrollElement: () => scroller.current,
    estimateSize: () => 52,
    overscan: 10,
  });
  const move = (event: KeyboardEvent): void => {
    const delta = event.key === 'ArrowDown' ? 1 : event.key === 'ArrowUp' ? -1 : 0;
    if (delta === 0) return;
    event.preventDefault();
    const at = infos.findIndex((info) => info.name === chosen);
    const next = Math.min(Math.max(at + delta, 0), infos.length - 1);
    const info = infos[next];
    if (!info) return;
    onChoose(info);
    virtualizer.scrollToIndex(next);
  };
  return (
    <div ref={scroller} className={styles['list']} role="listbox" aria-label="Metrics" tabIndex={0} onKeyDown={move}>
      <div style={{ height: virtualizer.getTotalSize(), position: 'relative' }}>
        {virtualizer.getVirtualItems().map((item) => {
          const info = infos[item.index];
          if (!info) return null;
          return (
            <div
              key={info.name}
              role="option"
              aria-selected={info.name === chosen}
              className={styles['item']}
              style={{ transform: `translateY(${item.start}px)` }}
              onClick={() => onChoose(info)}
            >
              <div className={styles['itemTop']}>
                <span className={styles['itemName']}>{info.name}</span>
                <TypeBadge type={info.type} />
              </div>
              <div className={styles['itemHelp']}>{info.help || 'no help text'}</div>
            </div>
          );
        })}
      </div>
    </div>
  );
}
