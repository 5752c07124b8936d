// SPDX-License-Identifier: Apache-2.0
// Colours that are read: WCAG 2.2, 1.4.3 "Contrast (Minimum)" asks text for 4.5 to 1.
import { mix, toRgb, type Theme } from './colors';

const least = 4.5;
/** What values stand on: `--surface` of each theme. */
const surfaces: Record<Theme, string> = { dark: '#12151d', light: '#ffffff' };
const step = 0.06;

const isHex = (color: string): boolean => /^#[0-9a-f]{6}$/i.test(color);

/** WCAG's relative luminance. */
function luminance(color: string): number {
  const [r, g, b] = toRgb(color).map((part) => {
    const share = part / 255;
    return share <= 0.04045 ? share / 12.92 : ((share + 0.055) / 1.055) ** 2.4;
  }) as [number, number, number];
  return 0.2126 * r + 0.7152 * g + 0.0722 * b;
}

/** From 1 (the same) to 21 (black and white); both "#rrggbb". */
export function contrast(a: string, b: string): number {
  const [low, high] = [luminance(a), luminance(b)].sort((x, y) => x - y) as [number, number];
  return (high + 0.05) / (low + 0.05);
}

/** Black or white, whichever is read better on the colour; one of them always has enough contrast. */
export function readableOn(color: string): string {
  if (!isHex(color)) return 'inherit';
  return contrast(color, '#ffffff') >= contrast(color, '#000000') ? '#ffffff' : '#000000';
}

/** The colour as words and numbers have it: as little darker or lighter as being read needs. */
export function textColor(color: string, theme: Theme): string {
  if (!isHex(color)) return color;
  let shown = color;
  for (let change = step; change < 1 && contrast(shown, surfaces[theme]) < least; change += step)
    shown = mix(color, theme === 'light' ? -change : change);
  return shown;
}
