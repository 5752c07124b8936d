// SPDX-License-Identifier: Apache-2.0
import { X } from 'lucide-react';
import type { RefObject } from 'react';
import { timestampMs } from '@/base/brand';
import { valueNumber } from '@/base/number_format';
import { formatClock, formatDate, type Zone } from '@/base/time_format';
import { traceIdOf } from '@/model/exemplar_points';
import { IconButton } from '../button';
import { CopyButton } from '../copy_button';
import { LabelChips } from '../label_chips';
import type { PlacedExemplar } from './exemplar_layer';
import { placeBeside } from './place_beside';
import styles from './chart.module.css';

/** About the width of the value axis, left of the plotting area that the point is placed in. */
const axisRoom = 44;

interface ExemplarCardProps {
  placed: PlacedExemplar;
  /** Clicked: stays until closed, and its texts can be selected and copied. */
  isPinned: boolean;
  zone: Zone;
  container: RefObject<HTMLDivElement | null>;
  onClose: () => void;
}

export function ExemplarCard({ placed, isPinned, zone, container, onClose }: ExemplarCardProps) {
  const { point, left, top } = placed;
  const traceId = traceIdOf(point.labels);
  const time = timestampMs(point.time * 1000);
  return (
    <div
      className={styles['tooltip']}
      data-pinned={isPinned || undefined}
      style={placeBeside(left + axisRoom, top, container.current)}
      onClick={(event) => event.stopPropagation()}
    >
      <div className={styles['exemplarHead']}>
        <span className={styles['diamond']} /> Exemplar <strong className="num">{valueNumber(point.value)}</strong>
        {isPinned && (
          <IconButton label="Close" onClick={onClose} className={styles['exemplarClose']}>
            <X />
          </IconButton>
        )}
      </div>
      <div className={styles['tooltipTime']}>
        {formatDate(time, zone)} {formatClock(time, zone, true)}
      </div>
      {traceId && (
        <div className={styles['trace']}>
          <span>Trace</span> <code>{traceId}</code>
          {isPinned && <CopyButton text={() => traceId} label="Copy trace id" />}
        </div>
      )}
      <div className={styles['exemplarLabels']}>
        <LabelChips labels={point.labels} without={['trace_id', 'traceID', 'traceId', 'TraceID']} />
        <LabelChips labels={point.seriesLabels} />
      </div>
      {!isPinned && <div className={styles['tooltipMore']}>Click to keep this open</div>}
    </div>
  );
}
