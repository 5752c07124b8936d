// SPDX-License-Identifier: Apache-2.0
// Colours as CSS writes them. What is none is null, "transparent" has no alpha.
import type { Rgba } from './drawing';

const names: Record<string, string> = {
  black: '#000000',
  white: '#ffffff',
  red: '#ff0000',
  green: '#008000',
  blue: '#0000ff',
  yellow: '#ffff00',
  orange: '#ffa500',
  purple: '#800080',
  gray: '#808080',
  grey: '#808080',
  silver: '#c0c0c0',
  brown: '#a52a2a',
  pink: '#ffc0cb',
  cyan: '#00ffff',
  magenta: '#ff00ff',
  navy: '#000080',
  teal: '#008080',
  maroon: '#800000',
  olive: '#808000',
  lime: '#00ff00',
};

function hexColor(digits: string): Rgba | null {
  const full = digits.length <= 4 ? [...digits].map((one) => one + one).join('') : digits;
  if (!/^([0-9a-f]{6}|[0-9a-f]{8})$/i.test(full)) return null;
  const part = (i: number): number => parseInt(full.slice(i, i + 2), 16) / 255;
  return { r: part(0), g: part(2), b: part(4), a: full.length === 8 ? part(6) : 1 };
}

const clamp = (value: number): number => Math.min(Math.max(value, 0), 1);

function share(written: string, whole: number): number {
  return clamp(written.endsWith('%') ? parseFloat(written) / 100 : parseFloat(written) / whole);
}

function hslColor(hue: number, saturation: number, light: number, a: number): Rgba {
  const at = (n: number): number => {
    const k = (n + (((hue % 360) + 360) % 360) / 30) % 12;
    return light - saturation * Math.min(light, 1 - light) * Math.max(-1, Math.min(k - 3, 9 - k, 1));
  };
  return { r: at(0), g: at(8), b: at(4), a };
}

export function cssColor(written: string): Rgba | null {
  const text = written.trim().toLowerCase();
  if (text === 'transparent' || text === 'none' || text === '') return text === '' ? null : { r: 0, g: 0, b: 0, a: 0 };
  if (text.startsWith('#')) return hexColor(text.slice(1));
  const call = /^(rgb|hsl)a?\(([^)]*)\)$/.exec(text);
  if (!call) return names[text] ? hexColor(names[text].slice(1)) : null;
  const parts = (call[2] ?? '').split(/[\s,/]+/).filter(Boolean);
  const [x = '', y = '', z = '', alpha = '1'] = parts;
  const a = share(alpha, 1);
  const color =
    call[1] === 'hsl'
      ? hslColor(parseFloat(x), share(y, 100), share(z, 100), a)
      : { r: share(x, 255), g: share(y, 255), b: share(z, 255), a };
  return Object.values(color).every(Number.isFinite) ? color : null;
}
