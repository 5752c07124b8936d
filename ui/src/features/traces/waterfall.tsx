// SPDX-License-Identifier: Apache-2.0
// The spans of a trace as rows under a time axis. Only rows in view exist in the document, so that a
// trace of 100,000 spans scrolls like one of ten.
import { useEffect, useMemo, useRef, useState, type CSSProperties, type KeyboardEvent } from 'react';
import { criticalPath } from '@/model/critical_path';
import type { Span, Trace } from '@/model/trace';
import { TimeAxis } from './time_axis';
import type { ServiceColors } from './trace_colors';
import type { Fold } from './use_fold';
import { useRowsInView } from './use_rows_in_view';
import { WaterfallRow } from './waterfall_row';
import { NameWidthHandle } from './name_width_handle';
import styles from './waterfall.module.css';

export interface ViewWindow {
  fromUs: number;
  toUs: number;
}

interface WaterfallProps {
  trace: Trace;
  fold: Fold;
  view: ViewWindow;
  colors: ServiceColors;
  selected: Span | null;
  onSelect: (span: Span | null) => void;
  /** Null: nothing is searched for. */
  found: ReadonlySet<Span> | null;
  showsCriticalPath: boolean;
}

const rowHeight = 28;

export function Waterfall(props: WaterfallProps) {
  const { trace, fold, view, colors, selected, onSelect, found, showsCriticalPath } = props;
  const scroller = useRef<HTMLDivElement>(null);
  const [nameWidth, setNameWidth] = useState(340);
  const critical = useMemo(() => (showsCriticalPath ? criticalPath(trace) : null), [trace, showsCriticalPath]);
  const inView = useRowsInView(scroller, fold.rows.length, rowHeight);

  useEffect(() => {
    const at = selected ? fold.rows.indexOf(selected) : -1;
    if (at >= 0) inView.show(at);
    // Only a new choice scrolls; folding keeps the place.
    // eslint-disable-next-line react-hooks/exhaustive-deps
  }, [selected]);

  const onKey = (event: KeyboardEvent): void => {
    const at = selected ? fold.rows.indexOf(selected) : -1;
    const move = (next: Span | undefined): void => {
      if (next) onSelect(next);
      event.preventDefault();
    };
    if (event.key === 'ArrowDown' || event.key === 'j') move(fold.rows[at + 1]);
    else if (event.key === 'ArrowUp' || event.key === 'k') move(fold.rows[Math.max(0, at - 1)]);
    else if (event.key === 'Escape') onSelect(null);
    else if (selected && event.key === 'ArrowLeft' && !fold.folded.has(selected)) fold.toggle(selected);
    else if (selected && event.key === 'ArrowRight' && fold.folded.has(selected)) fold.toggle(selected);
  };

  return (
    <div className={styles['waterfall']} style={{ '--name-width': `${nameWidth}px` } as CSSProperties}>
      <div className={styles['head']}>
        <div className={styles['headName']}>
          Service and operation
          <NameWidthHandle width={nameWidth} onChange={setNameWidth} />
        </div>
        <TimeAxis view={view} />
      </div>
      <div
        ref={scroller}
        className={styles['scroller']}
        tabIndex={0}
        role="tree"
        aria-label="Spans"
        onKeyDown={onKey}
        style={{ height: `min(70vh, ${fold.rows.length * rowHeight + 2}px)` }}
      >
        <div className={styles['rows']} style={{ height: fold.rows.length * rowHeight }}>
          {fold.rows.slice(inView.from, inView.to).map((span, i) => (
            <WaterfallRow
              key={inView.from + i}
              span={span}
              top={(inView.from + i) * rowHeight}
              view={view}
              color={colors(span.service)}
              critical={critical?.get(span)}
              isSelected={span === selected}
              isFolded={fold.folded.has(span)}
              isDimmed={found !== null && !found.has(span)}
              onSelect={onSelect}
              onToggle={fold.toggle}
            />
          ))}
        </div>
      </div>
    </div>
  );
}
