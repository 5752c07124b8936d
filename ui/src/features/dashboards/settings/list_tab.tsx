// SPDX-License-Identifier: Apache-2.0
// One of the lists of the settings: its items on one side, the form of the chosen one on the other; on a
// phone one after the other. What is removed can be put back.
import { ArrowDown, ArrowLeft, ArrowUp, Copy, Trash2 } from 'lucide-react';
import { useEffect, useRef, useState, type ReactNode } from 'react';
import { inserted, moved, placeAfterMove, without } from '@/base/lists';
import type { JsonObject } from '@/model/dashboard/json';
import { Button } from '@/widgets/button';
import type { MenuItem } from '@/widgets/menu';
import { Empty } from '@/widgets/states';
import { OrderedList, type ListedItem } from './ordered_list';
import { RemovedNotice, type Gone } from './removed_notice';
import styles from './settings.module.css';

interface ListTabProps {
  /** "variables" */
  what: string;
  list: readonly JsonObject[];
  items: readonly ListedItem[];
  selected: number | null;
  onSelect: (index: number | null) => void;
  onList: (list: JsonObject[]) => void;
  duplicate: (item: JsonObject) => JsonObject;
  /** What the removal of an item leaves behind. */
  afterRemoval?: (index: number) => string;
  isRemovable?: (item: JsonObject) => boolean;
  moreActions?: (index: number) => MenuItem[];
  add: ReactNode;
  /** What else is to be said about the list; `gone` is the name of what was just removed. */
  notices?: (gone: string | null) => ReactNode;
  empty: ReactNode;
  form: ReactNode;
}

/** On a desk the first item is open from the beginning; on a phone the list comes first. */
export const firstSelected = (count: number): number | null =>
  count > 0 && window.matchMedia('(min-width: 801px)').matches ? 0 : null;

export function ListTab(props: ListTabProps) {
  const { what, list, items, selected, onSelect, onList, duplicate, isRemovable, add, notices, empty, form } = props;
  const [gone, setGone] = useState<Gone | null>(null);
  const formBox = useRef<HTMLDivElement>(null);
  const count = useRef(list.length);
  useEffect(() => {
    // What was just added is named first.
    const first = list.length > count.current ? formBox.current?.querySelector('input') : null;
    first?.focus();
    first?.select();
    count.current = list.length;
  }, [list.length]);
  const isOpen = selected !== null && selected < list.length;
  useEffect(() => {
    if (selected !== null && selected >= list.length) onSelect(list.length > 0 ? list.length - 1 : null);
  }, [selected, list.length, onSelect]);
  const move = (from: number, to: number): void => {
    onList(moved(list, from, to));
    if (selected !== null) onSelect(placeAfterMove(selected, from, to));
  };
  const remove = (index: number): void => {
    const item = list[index];
    if (!item) return;
    setGone({ item, index, name: items[index]?.name ?? '', text: props.afterRemoval?.(index) ?? '' });
    onList(without(list, index));
    if (selected !== null && selected >= index) onSelect(list.length === 1 ? null : Math.max(selected - 1, 0));
  };
  const actions = (index: number) => {
    const item = list[index];
    return [
      { label: 'Move up', icon: <ArrowUp />, isDisabled: index === 0, onSelect: () => move(index, index - 1) },
      {
        label: 'Move down',
        icon: <ArrowDown />,
        isDisabled: index === list.length - 1,
        onSelect: () => move(index, index + 1),
      },
      {
        label: 'Duplicate',
        icon: <Copy />,
        onSelect: () => {
          if (!item) return;
          onList(inserted(list, index + 1, duplicate(item)));
          onSelect(index + 1);
        },
      },
      ...(props.moreActions?.(index) ?? []),
      ...(item && (isRemovable?.(item) ?? true)
        ? [{ label: 'Delete', icon: <Trash2 />, onSelect: () => remove(index) }]
        : []),
    ];
  };
  return (
    <div
      className={styles['split']}
      data-open={isOpen ? '' : undefined}
      data-empty={list.length === 0 ? '' : undefined}
    >
      <div className={styles['side']}>
        <div className={styles['sideHead']}>
          {add}
          {gone && (
            <RemovedNotice
              gone={gone}
              onBack={() => {
                onList(inserted(list, gone.index, gone.item));
                onSelect(gone.index);
                setGone(null);
              }}
            />
          )}
          {notices?.(gone?.name ?? null)}
        </div>
        {list.length === 0 && !gone && empty}
        <OrderedList
          label={what}
          items={items}
          selected={selected}
          onSelect={onSelect}
          onMove={move}
          actions={actions}
        />
      </div>
      <div className={styles['form']} key={selected} ref={formBox}>
        {isOpen ? (
          <>
            <div className={styles['back']}>
              <Button icon={<ArrowLeft />} onClick={() => onSelect(null)}>
                All {what}
              </Button>
            </div>
            {form}
          </>
        ) : (
          list.length > 0 && <Empty title={`Choose one of the ${what}`} />
        )}
      </div>
    </div>
  );
}
