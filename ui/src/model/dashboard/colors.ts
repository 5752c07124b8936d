// SPDX-License-Identifier: Apache-2.0
// Colours of values and series: names of Grafana's palette, thresholds, continuous schemes.
import { asObject, num, numberOr, objects, text, type JsonObject } from './json';

export type Theme = 'dark' | 'light';

const bases: Record<string, [string, string]> = {
  red: ['#f26d78', '#d6303f'],
  orange: ['#f5a35c', '#d4700d'],
  yellow: ['#f2cf55', '#b58a00'],
  green: ['#5bc98c', '#1b8a51'],
  blue: ['#6f9dff', '#2f62e6'],
  purple: ['#b58bf5', '#7f46d1'],
};
const factors: Record<string, number> = { 'super-light': 0.55, light: 0.28, '': 0, 'semi-dark': -0.18, dark: -0.34 };
const others: Record<string, [string, string]> = {
  white: ['#f2f4f8', '#ffffff'],
  black: ['#000000', '#000000'],
  transparent: ['transparent', 'transparent'],
  text: ['#e7eaf1', '#161a23'],
  gray: ['#8b94a6', '#6b7484'],
  grey: ['#8b94a6', '#6b7484'],
};

/** Towards white above 0, towards black below; "#rrggbb". */
export function mix(hex: string, factor: number): string {
  const target = factor >= 0 ? 255 : 0;
  const part = (at: number): string => {
    const value = parseInt(hex.slice(at, at + 2), 16);
    return Math.round(value + (target - value) * Math.abs(factor))
      .toString(16)
      .padStart(2, '0');
  };
  return `#${part(1)}${part(3)}${part(5)}`;
}

/** "semi-dark-green", "#a0b0c0", "rgba(…)" as the theme shows it. */
export function namedColor(name: string, theme: Theme): string {
  const other = others[name];
  if (other) return other[theme === 'dark' ? 0 : 1];
  const match = /^(?:(super-light|light|semi-dark|dark)-)?(red|orange|yellow|green|blue|purple)$/.exec(name);
  if (!match) return name || '#888888';
  const base = bases[match[2] ?? 'blue']?.[theme === 'dark' ? 0 : 1] ?? '#888888';
  return mix(base, factors[match[1] ?? ''] ?? 0);
}

const schemes: Record<string, readonly string[]> = {
  GrYlRd: ['green', 'yellow', 'red'],
  RdYlGr: ['red', 'yellow', 'green'],
  BlYlRd: ['dark-blue', 'super-light-yellow', 'dark-red'],
  YlRd: ['super-light-yellow', 'dark-red'],
  BlPu: ['blue', 'purple'],
  YlBl: ['super-light-yellow', 'dark-blue'],
  blues: ['super-light-blue', 'dark-blue'],
  reds: ['super-light-red', 'dark-red'],
  greens: ['super-light-green', 'dark-green'],
  purples: ['super-light-purple', 'dark-purple'],
  oranges: ['super-light-orange', 'dark-orange'],
  viridis: ['#440154', '#3b528b', '#21918c', '#5ec962', '#fde725'],
  magma: ['#000004', '#51127c', '#b73779', '#fc8961', '#fcfdbf'],
  plasma: ['#0d0887', '#7e03a8', '#cc4778', '#f89540', '#f0f921'],
  inferno: ['#000004', '#57106e', '#bc3754', '#f98e09', '#fcffa4'],
  cividis: ['#00224e', '#575d6d', '#a59c74', '#fee838'],
  spectral: ['#9e0142', '#f46d43', '#fee08b', '#abdda4', '#3288bd'],
};

/** Of "#rrggbb". */
export function toRgb(color: string): [number, number, number] {
  return [1, 3, 5].map((at) => parseInt(color.slice(at, at + 2), 16) || 0) as [number, number, number];
}

/** `part` from 0 to 1 along a scheme, "#rrggbb". */
export function schemeColor(scheme: string, part: number, theme: Theme): string {
  const key = scheme.replace(/^continuous-/, '');
  const list = schemes[key] ?? schemes[key.toLowerCase()] ?? schemes['oranges'] ?? [];
  const colors = list.map((name) => namedColor(name, theme));
  const place = Math.min(Math.max(Number.isFinite(part) ? part : 0, 0), 1) * (colors.length - 1);
  const low = toRgb(colors[Math.floor(place)] ?? '#888888');
  const high = toRgb(colors[Math.ceil(place)] ?? '#888888');
  const rest = place - Math.floor(place);
  const out = low.map((value, i) => Math.round(value + ((high[i] ?? 0) - value) * rest));
  return `#${out.map((value) => value.toString(16).padStart(2, '0')).join('')}`;
}

export interface Step {
  /** Null for the base, which holds below all others. */
  value: number | null;
  color: string;
}

export interface Thresholds {
  isPercent: boolean;
  steps: Step[];
}

export function thresholdsOf(config: JsonObject): Thresholds {
  const given = asObject(config['thresholds']);
  const steps = objects(given['steps']).map((one) => ({
    value: numberOr(one['value'], null),
    color: text(one, 'color'),
  }));
  return {
    isPercent: text(given, 'mode') === 'percentage',
    steps: steps.length > 0 ? steps : [{ value: null, color: 'green' }],
  };
}

export function stepOfValue(thresholds: Thresholds, value: number, min: number, max: number): Step {
  const at = thresholds.isPercent ? ((value - min) / (max - min || 1)) * 100 : value;
  let found = thresholds.steps[0] ?? { value: null, color: 'green' };
  for (const step of thresholds.steps) if (step.value === null || at >= step.value) found = step;
  return found;
}

export function colorMode(config: JsonObject): string {
  return text(asObject(config['color']), 'mode');
}

/** The colour of one value; `seriesColor` is what the palette gives the series. */
export function valueColor(
  config: JsonObject,
  value: number | null,
  min: number,
  max: number,
  seriesColor: string,
  theme: Theme,
): string {
  const mode = colorMode(config);
  const color = asObject(config['color']);
  if (mode === 'fixed' || mode === 'shades') return namedColor(text(color, 'fixedColor', 'text'), theme);
  if (mode.startsWith('continuous-')) return schemeColor(mode, ((value ?? min) - min) / (max - min || 1), theme);
  if (mode.startsWith('palette-')) return seriesColor;
  if (value === null || Number.isNaN(value)) return namedColor('gray', theme);
  return namedColor(stepOfValue(thresholdsOf(config), value, min, max).color, theme);
}

export const opacityOf = (custom: JsonObject, fallback: number): number =>
  Math.min(Math.max(num(custom, 'fillOpacity', fallback), 0), 100) / 100;

/** "#rrggbb" with an opacity; other notations stay as they are. */
export function withAlpha(color: string, alpha: number): string {
  const parts = /^rgba?\(\s*([\d.]+)[\s,]+([\d.]+)[\s,]+([\d.]+)/i.exec(color);
  if (parts) return `rgba(${parts[1]}, ${parts[2]}, ${parts[3]}, ${alpha})`;
  if (!/^#[0-9a-f]{6}$/i.test(color)) return color;
  return (
    color +
    Math.round(alpha * 255)
      .toString(16)
      .padStart(2, '0')
  );
}
