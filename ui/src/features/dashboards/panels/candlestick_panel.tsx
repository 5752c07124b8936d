// SPDX-License-Identifier: Apache-2.0
// Prices of a time as candles: the body from open to close, the wick from low to high, volumes below.
import { useMemo } from 'react';
import { shortNumber } from '@/base/number_format';
import { text } from '@/model/dashboard/json';
import { candlesOf } from '@/model/dashboard/view_graph';
import { Axes, frameOf, margin } from './svg_axes';
import type { PanelProps } from './panel_props';

/** What volumes take of the height. */
const volumeShare = 0.22;

export function CandlestickPanel({ panel, frames, width, height }: PanelProps) {
  const candles = useMemo(() => candlesOf(frames).slice(-600), [frames]);
  const most = candles.reduce((max, one) => Math.max(max, one.volume), 0);
  const hasVolume = most > 0 && text(panel.options, 'mode', 'candles+volume').includes('volume');
  const priceHeight = hasVolume ? height * (1 - volumeShare) : height;
  const frame = frameOf(
    candles.map((one) => one.timeMs),
    candles.flatMap((one) => [one.low, one.high]),
    { width, height: priceHeight },
    true,
  );
  const slot = (width - margin.left - margin.right) / Math.max(candles.length, 1);
  const thick = Math.max(slot * 0.6, 1);
  const floor = height - margin.bottom;
  return (
    <svg width={width} height={height} role="img" aria-label={`${panel.title}: ${candles.length} candles`}>
      <Axes frame={frame} height={height} isTime />
      {candles.map((one) => {
        const color = one.close >= one.open ? 'var(--good)' : 'var(--bad)';
        const x = frame.x(one.timeMs);
        const top = frame.y(Math.max(one.open, one.close));
        const volume = hasVolume ? (one.volume / most) * (height * volumeShare - 12) : 0;
        return (
          <g key={one.timeMs} fill={color}>
            <title>
              {`open ${shortNumber(one.open)}, high ${shortNumber(one.high)}, low ${shortNumber(one.low)}, close ${shortNumber(one.close)}`}
            </title>
            <line x1={x} x2={x} y1={frame.y(one.high)} y2={frame.y(one.low)} stroke={color} />
            <rect
              x={x - thick / 2}
              y={top}
              width={thick}
              height={Math.max(frame.y(Math.min(one.open, one.close)) - top, 1)}
            />
            {volume > 0 && (
              <rect x={x - thick / 2} y={floor - volume} width={thick} height={volume} fillOpacity={0.4} />
            )}
          </g>
        );
      })}
    </svg>
  );
}
