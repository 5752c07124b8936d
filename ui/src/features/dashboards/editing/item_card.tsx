// SPDX-License-Identifier: Apache-2.0
// One of a list of settings: folded to a line, moved by the grip, by buttons or with Alt and the arrows.
import { ArrowDown, ArrowUp, ChevronRight, Copy, GripVertical, Trash2 } from 'lucide-react';
import { useEffect, useId, useRef, useState, type DragEvent, type KeyboardEvent, type ReactNode } from 'react';
import { IconButton } from '@/widgets/button';
import styles from './editing.module.css';

interface ItemCardProps {
  /** "override", "transformation": for the names of the buttons. */
  what: string;
  index: number;
  count: number;
  title: ReactNode;
  summary?: ReactNode;
  isOpenAtFirst?: boolean;
  isNew?: boolean;
  isOff?: boolean;
  actions?: ReactNode;
  /** Below, whether the card is folded or not. */
  after?: ReactNode;
  onMove: (from: number, to: number) => void;
  onDuplicate?: () => void;
  onRemove: () => void;
  children: ReactNode;
}

const dragType = (what: string): string => `application/x-signalbox-${what}`;

export function ItemCard(props: ItemCardProps) {
  const { what, index, count, title, summary, isNew = false, isOff = false } = props;
  const [isOpen, setOpen] = useState(isNew || (props.isOpenAtFirst ?? false));
  const [isOver, setOver] = useState(false);
  const head = useRef<HTMLButtonElement>(null);
  const bodyId = useId();
  const name = `${what} ${index + 1}`;
  useEffect(() => {
    if (!isNew) return;
    head.current?.focus();
    head.current?.scrollIntoView({ block: 'nearest' });
  }, [isNew]);
  const byKey = (event: KeyboardEvent): void => {
    if (!event.altKey || (event.key !== 'ArrowUp' && event.key !== 'ArrowDown')) return;
    event.preventDefault();
    props.onMove(index, index + (event.key === 'ArrowUp' ? -1 : 1));
  };
  const accepts = (event: DragEvent): boolean => event.dataTransfer.types.includes(dragType(what));
  return (
    <div
      className={styles['item']}
      data-over={isOver || undefined}
      data-off={isOff || undefined}
      data-item={index}
      role="group"
      aria-label={name}
      onDragOver={(event) => {
        if (!accepts(event)) return;
        event.preventDefault();
        setOver(true);
      }}
      onDragLeave={() => setOver(false)}
      onDrop={(event) => {
        setOver(false);
        if (accepts(event)) props.onMove(Number(event.dataTransfer.getData(dragType(what))), index);
      }}
    >
      <div className={styles['itemHead']}>
        <span
          className={styles['grip']}
          draggable
          aria-hidden
          title="Drag to move"
          onDragStart={(event) => {
            event.dataTransfer.setData(dragType(what), String(index));
            event.dataTransfer.effectAllowed = 'move';
          }}
        >
          <GripVertical />
        </span>
        <button
          ref={head}
          type="button"
          data-item-head
          className={styles['itemTitle']}
          aria-expanded={isOpen}
          aria-controls={bodyId}
          aria-keyshortcuts="Alt+ArrowUp Alt+ArrowDown"
          onClick={() => setOpen(!isOpen)}
          onKeyDown={byKey}
        >
          <ChevronRight aria-hidden />
          <strong>{title}</strong>
          {summary && <small>{summary}</small>}
        </button>
        <span className={styles['itemActions']}>
          {props.actions}
          <IconButton label={`Move ${name} up`} disabled={index === 0} onClick={() => props.onMove(index, index - 1)}>
            <ArrowUp />
          </IconButton>
          <IconButton
            label={`Move ${name} down`}
            disabled={index === count - 1}
            onClick={() => props.onMove(index, index + 1)}
          >
            <ArrowDown />
          </IconButton>
          {props.onDuplicate && (
            <IconButton label={`Duplicate ${name}`} onClick={props.onDuplicate}>
              <Copy />
            </IconButton>
          )}
          <IconButton label={`Remove ${name}`} onClick={props.onRemove}>
            <Trash2 />
          </IconButton>
        </span>
      </div>
      <div id={bodyId} hidden={!isOpen}>
        {isOpen && <div className={styles['itemBody']}>{props.children}</div>}
      </div>
      {props.after}
    </div>
  );
}
