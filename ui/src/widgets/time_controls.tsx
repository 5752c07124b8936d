// SPDX-License-Identifier: Apache-2.0
// The time range of a page: shift, pick, zoom out, refresh.
import { ChevronLeft, ChevronRight, RefreshCw, ZoomOut } from 'lucide-react';
import { durationMs, nowMs } from '@/base/brand';
import { formatDuration } from '@/base/duration';
import { shiftRange, zoomOut } from '@/model/time_range';
import { Button, IconButton } from './button';
import { useClock, useRefreshTicker } from './clock';
import { Menu } from './menu';
import { TimeRangePicker } from './time_range_picker';
import styles from './time_controls.module.css';
import type { PageTime } from './url_state';
import { ViewsMenu } from './query/views_menu';
import { WaysMenu } from './ways';

const refreshChoices = [0, 5000, 10_000, 30_000, 60_000, 300_000, 900_000];

const refreshLabel = (ms: number): string => (ms > 0 ? formatDuration(durationMs(ms)) : 'Off');

export function TimeControls({ time }: { time: PageTime }) {
  useRefreshTicker(time.refreshMs);
  const tick = useClock((clock) => clock.tick);
  return (
    <div className={styles['controls']} role="group" aria-label="Time range">
      <IconButton label="Earlier" look="plain" onClick={() => time.setRange(shiftRange(time.resolved, -1, nowMs()))}>
        <ChevronLeft />
      </IconButton>
      <TimeRangePicker range={time.range} resolved={time.resolved} onChange={time.setRange} />
      <IconButton label="Later" look="plain" onClick={() => time.setRange(shiftRange(time.resolved, 1, nowMs()))}>
        <ChevronRight />
      </IconButton>
      <IconButton label="Zoom out" look="plain" onClick={() => time.setRange(zoomOut(time.resolved, nowMs()))}>
        <ZoomOut />
      </IconButton>
      <WaysMenu time={time} />
      <ViewsMenu />
      <div className={styles['pair']}>
        <IconButton label="Refresh now" look="plain" onClick={tick}>
          <RefreshCw />
        </IconButton>
        <Menu
          trigger={
            <Button className={styles['interval']} aria-label={`Refresh interval: ${refreshLabel(time.refreshMs)}`}>
              {refreshLabel(time.refreshMs)}
            </Button>
          }
          items={refreshChoices.map((ms) => ({
            label: ms > 0 ? `Every ${refreshLabel(ms)}` : 'Off',
            isChecked: ms === time.refreshMs,
            onSelect: () => time.setRefresh(ms),
          }))}
        />
      </div>
    </div>
  );
}
