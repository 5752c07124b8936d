// SPDX-License-Identifier: Apache-2.0
// A list whose order is the reader's: items are moved by their grip, with the pointer or, when it has the
// focus, with the arrow keys. Said aloud to screen readers.
import { EllipsisVertical, GripVertical } from 'lucide-react';
import { useEffect, useRef, useState, type KeyboardEvent, type PointerEvent, type ReactNode } from 'react';
import { IconButton } from '@/widgets/button';
import { Menu, type MenuItem } from '@/widgets/menu';
import styles from './settings.module.css';

export interface ListedItem {
  name: string;
  /** Beside the name: a kind, a colour. */
  before?: ReactNode;
  after?: ReactNode;
  made: string;
  note?: string;
  tone?: 'warn' | 'bad' | undefined;
  isOff?: boolean;
}

interface OrderedListProps {
  label: string;
  items: readonly ListedItem[];
  selected: number | null;
  onSelect: (index: number) => void;
  onMove: (from: number, to: number) => void;
  actions: (index: number) => MenuItem[];
}

const step: Record<string, number> = { ArrowUp: -1, ArrowDown: 1 };

export function OrderedList({ label, items, selected, onSelect, onMove, actions }: OrderedListProps) {
  const list = useRef<HTMLUListElement>(null);
  const [dragged, setDragged] = useState<number | null>(null);
  const [said, setSaid] = useState('');
  const focusAt = useRef<{ index: number; part: 'grip' | 'pick' } | null>(null);
  const partAt = (index: number, part: 'grip' | 'pick'): HTMLElement | null =>
    list.current?.children[index]?.querySelector<HTMLElement>(`[data-part="${part}"]`) ?? null;
  useEffect(() => {
    const wanted = focusAt.current;
    focusAt.current = null;
    if (wanted) partAt(wanted.index, wanted.part)?.focus();
  });

  const move = (from: number, to: number): void => {
    if (to < 0 || to >= items.length || to === from) return;
    onMove(from, to);
    setSaid(`${items[from]?.name ?? ''} is now ${to + 1} of ${items.length}`);
  };
  const onKey = (index: number, part: 'grip' | 'pick') => (event: KeyboardEvent) => {
    const by = step[event.key];
    if (by === undefined) return;
    event.preventDefault();
    const to = Math.min(Math.max(index + by, 0), items.length - 1);
    focusAt.current = { index: to, part };
    if (part === 'grip' || event.altKey) move(index, to);
    else partAt(to, part)?.focus();
  };
  const onDrag = (event: PointerEvent): void => {
    if (dragged === null || !list.current) return;
    const to = [...list.current.children].findIndex((row) => event.clientY < row.getBoundingClientRect().bottom);
    const place = to < 0 ? items.length - 1 : to;
    if (place === dragged) return;
    move(dragged, place);
    setDragged(place);
  };
  return (
    <>
      <ul ref={list} className={styles['list']} aria-label={label}>
        {items.map((item, index) => (
          <li
            key={index}
            className={styles['item']}
            data-selected={index === selected ? '' : undefined}
            data-dragged={index === dragged ? '' : undefined}
          >
            <button
              type="button"
              className={styles['grip']}
              data-part="grip"
              aria-label={`Move ${item.name}, ${index + 1} of ${items.length}`}
              title="Drag, or press the arrow keys"
              onKeyDown={onKey(index, 'grip')}
              onPointerDown={(event) => {
                event.currentTarget.setPointerCapture(event.pointerId);
                setDragged(index);
              }}
              onPointerMove={onDrag}
              onPointerUp={() => setDragged(null)}
              onPointerCancel={() => setDragged(null)}
            >
              <GripVertical />
            </button>
            <button
              type="button"
              className={styles['pick']}
              data-part="pick"
              data-off={item.isOff ? '' : undefined}
              aria-current={index === selected ? 'true' : undefined}
              onClick={() => onSelect(index)}
              onKeyDown={onKey(index, 'pick')}
            >
              <span className={styles['name']}>
                {item.before}
                <span>{item.name || 'without a name'}</span>
                {item.after && <small>{item.after}</small>}
              </span>
              <span className={styles['made']}>{item.made || '–'}</span>
              {item.note && (
                <span className={styles['note']} data-tone={item.tone}>
                  {item.note}
                </span>
              )}
            </button>
            <Menu
              items={actions(index)}
              trigger={
                <IconButton label={`Actions for ${item.name}`}>
                  <EllipsisVertical />
                </IconButton>
              }
            />
          </li>
        ))}
      </ul>
      <span className="visually-hidden" role="status">
        {said}
      </span>
    </>
  );
}
