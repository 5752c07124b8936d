// SPDX-License-Identifier: Apache-2.0
// Colours of series, chosen apart from each other and legible on the surface of each theme. Red,
// amber and green of the states are not the first ones, so that a line does not look like an alarm.
import type { Theme } from '../preferences';

const palettes: Record<Theme, readonly string[]> = {
  dark: [
    '#6f9dff',
    '#f0a35e',
    '#3ec9b0',
    '#c58bff',
    '#f2d35c',
    '#ff7fa6',
    '#4fc3f7',
    '#9ad65c',
    '#ff8a73',
    '#8f9bff',
    '#d6a98a',
    '#7fb8a4',
  ],
  light: [
    '#2f62e6',
    '#c95d0a',
    '#08857a',
    '#8a3fd1',
    '#a07800',
    '#cc2f6b',
    '#0b7fb8',
    '#4c8a12',
    '#c9402b',
    '#5560d6',
    '#8d5f3c',
    '#3f7563',
  ],
};

export function seriesColor(index: number, theme: Theme): string {
  const palette = palettes[theme];
  return palette[index % palette.length] ?? '#888888';
}
