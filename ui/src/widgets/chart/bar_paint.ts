// SPDX-License-Identifier: Apache-2.0
// Draws the bars of BarStrip.
import { shortNumber } from '@/base/number_format';
import type { ChartData } from '@/model/chart_data';

/** Room for the axis. */
export const left = 44;
const bottom = 4;

interface Bars {
  width: number;
  height: number;
  slot: number;
  top: number;
}

function measure(canvas: HTMLCanvasElement, data: ChartData): Bars {
  const totals = data.times.map((_, i) => data.series.reduce((sum, one) => sum + (one.values[i] ?? 0), 0));
  const width = canvas.clientWidth;
  return {
    width,
    height: canvas.clientHeight,
    slot: (width - left) / Math.max(1, data.times.length),
    top: Math.max(1, ...totals),
  };
}

export function paint(canvas: HTMLCanvasElement, data: ChartData, color: (id: string) => string): void {
  const ratio = window.devicePixelRatio || 1;
  const bars = measure(canvas, data);
  canvas.width = bars.width * ratio;
  canvas.height = bars.height * ratio;
  const context = canvas.getContext('2d');
  if (!context) return;
  context.scale(ratio, ratio);
  const style = getComputedStyle(canvas);
  context.fillStyle = style.getPropertyValue('--axis');
  context.font = `11px ${style.getPropertyValue('--font-ui')}`;
  context.textAlign = 'right';
  context.fillText(shortNumber(bars.top), left - 8, 12);
  context.fillText('0', left - 8, bars.height - bottom);
  context.fillStyle = style.getPropertyValue('--grid');
  context.fillRect(left, 6, bars.width - left, 1);
  context.fillRect(left, bars.height - bottom, bars.width - left, 1);
  const usable = bars.height - bottom - 6;
  const gap = bars.slot > 4 ? 1 : 0;
  const colors = data.series.map((one) => style.getPropertyValue(color(one.id)));
  data.times.forEach((_, i) => {
    let y = bars.height - bottom;
    data.series.forEach((one, index) => {
      const value = one.values[i] ?? 0;
      if (value <= 0) return;
      const tall = Math.max(1, (value / bars.top) * usable);
      y -= tall;
      context.fillStyle = colors[index] ?? '';
      context.fillRect(left + i * bars.slot, y, Math.max(1, bars.slot - gap), tall);
    });
  });
}
