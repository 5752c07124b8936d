// SPDX-License-Identifier: Apache-2.0
import { ChevronDown, ChevronRight, CircleAlert, Unplug } from 'lucide-react';
import { memo, type CSSProperties } from 'react';
import { classNames } from '@/base/class_names';
import { humanDuration } from '@/base/duration';
import type { PathSegment } from '@/model/critical_path';
import type { Span } from '@/model/trace';
import type { ViewWindow } from './waterfall';
import styles from './waterfall.module.css';

interface RowProps {
  span: Span;
  top: number;
  view: ViewWindow;
  color: string;
  critical: readonly PathSegment[] | undefined;
  isSelected: boolean;
  isFolded: boolean;
  isDimmed: boolean;
  onSelect: (span: Span) => void;
  onToggle: (span: Span) => void;
}

const indent = 12;
const deepest = 24;

function place(fromUs: number, toUs: number, view: ViewWindow): CSSProperties | null {
  const length = view.toUs - view.fromUs || 1;
  const left = Math.max(0, (fromUs - view.fromUs) / length);
  const right = Math.min(1, (toUs - view.fromUs) / length);
  if (left > 1 || right < 0) return null;
  return { left: `${left * 100}%`, width: `max(2px, ${(right - left) * 100}%)` };
}

/** Where a bar's duration stands: after it, before it, or, if there is no room on either side, on it. */
function labelPlace(span: Span, view: ViewWindow): string | undefined {
  const length = view.toUs - view.fromUs || 1;
  if ((span.startUs - view.fromUs) / length > 0.6) return styles['before'];
  return (span.startUs + span.durationUs - view.fromUs) / length > 0.93 ? styles['upon'] : undefined;
}

export const WaterfallRow = memo(function WaterfallRow(props: RowProps) {
  const { span, view, color, isFolded } = props;
  const end = span.startUs + span.durationUs;
  const bar = place(span.startUs, end, view);
  return (
    <div
      role="treeitem"
      aria-level={span.depth + 1}
      aria-selected={props.isSelected}
      aria-expanded={span.children.length > 0 ? !isFolded : undefined}
      className={classNames(styles['row'], props.isSelected && styles['selected'], props.isDimmed && styles['dimmed'])}
      style={{ transform: `translateY(${props.top}px)` }}
      onClick={() => props.onSelect(span)}
    >
      <div className={styles['name']} style={{ paddingLeft: 8 + Math.min(span.depth, deepest) * indent }}>
        {span.children.length > 0 ? (
          <button
            type="button"
            tabIndex={-1}
            className={styles['fold']}
            aria-label={isFolded ? 'Unfold' : 'Fold'}
            onClick={(event) => {
              event.stopPropagation();
              props.onToggle(span);
            }}
          >
            {isFolded ? <ChevronRight /> : <ChevronDown />}
          </button>
        ) : (
          <span className={styles['leaf']} />
        )}
        <span className={styles['mark']} style={{ background: color }} />
        {span.hasError && <CircleAlert className={styles['error']} aria-label="Error" />}
        {span.isOrphan && <Unplug className={styles['orphan']} aria-label="Its parent span was not received" />}
        <span className={styles['text']} title={`${span.service}: ${span.name}`}>
          <b>{span.service}</b> {span.name}
        </span>
      </div>
      <div className={styles['lane']}>
        {bar && (
          <div className={styles['bar']} style={{ ...bar, background: color }}>
            <span className={classNames(styles['duration'], labelPlace(span, view))}>
              {humanDuration(span.durationUs / 1000)}
            </span>
          </div>
        )}
        {props.critical?.map((segment) => {
          const at = place(segment.fromUs, segment.toUs, view);
          return at && <div key={segment.fromUs} className={styles['critical']} style={at} />;
        })}
        {span.events.slice(0, 50).map((event, index) => {
          const at = place(event.atUs, event.atUs, view);
          return at && <div key={index} className={styles['event']} style={{ left: at.left }} title={event.name} />;
        })}
      </div>
    </div>
  );
});
