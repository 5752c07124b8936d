// SPDX-License-Identifier: Apache-2.0
// Numbers as text: short for axes and legends, exact where somebody copies them.

const si = ['', 'k', 'M', 'G', 'T', 'P', 'E'];
const iec = ['B', 'KiB', 'MiB', 'GiB', 'TiB', 'PiB', 'EiB'];

function special(value: number): string | null {
  if (Number.isNaN(value)) return 'NaN';
  if (value === Infinity) return '+Inf';
  return value === -Infinity ? '-Inf' : null;
}

function scaled(value: number, base: number, units: readonly string[], space: string): string {
  let exponent = 0;
  let rest = Math.abs(value);
  while (rest >= base && exponent < units.length - 1) {
    rest /= base;
    exponent++;
  }
  const rounded = (x: number): number => Number(x.toPrecision(x >= 1000 ? 4 : 3));
  if (exponent < units.length - 1 && rounded(rest) >= base) {
    rest /= base;
    exponent++;
  }
  const text = String(rounded(rest));
  return `${value < 0 ? '-' : ''}${text}${units[exponent] ? space + units[exponent] : ''}`;
}

/** Three significant digits with an SI suffix: 1234567 → "1.23M", 0.00012 → "0.00012". */
export function shortNumber(value: number): string {
  const named = special(value);
  if (named !== null) return named;
  if (value === 0) return '0';
  const abs = Math.abs(value);
  if (abs < 1e-4 || abs >= 1e21) return value.toExponential(2).replace(/\.?0+e/, 'e');
  return abs < 1 ? String(Number(value.toPrecision(3))) : scaled(value, 1000, si, '');
}

/** Six significant digits, for legends and tooltips where small differences matter. */
export function valueNumber(value: number): string {
  const named = special(value);
  if (named !== null) return named;
  const abs = Math.abs(value);
  if (abs !== 0 && (abs < 1e-6 || abs >= 1e15)) return value.toExponential(5).replace(/\.?0+e/, 'e');
  if (Number.isInteger(value)) return groupDigits(String(value));
  return groupDigits(String(Number(value.toPrecision(abs >= 1e6 ? 9 : abs < 0.01 ? 4 : 6))));
}

/** "1234567.5" → "1 234 567.5" with narrow no-break spaces. */
export function groupDigits(text: string): string {
  const [whole = '', fraction] = text.split('.');
  const grouped = whole.replace(/\B(?=(\d{3})+(?!\d))/g, '\u202f');
  return fraction === undefined ? grouped : `${grouped}.${fraction}`;
}

export function bytes(value: number): string {
  return special(value) ?? scaled(value, 1024, iec, ' ').replace(/^0$/, '0 B');
}

export function percent(ratio: number): string {
  return special(ratio) ?? `${Number((ratio * 100).toFixed(Math.abs(ratio) < 0.1 ? 2 : 1))} %`;
}

export function plural(count: number, one: string, many = `${one}s`): string {
  return `${groupDigits(String(count))} ${count === 1 ? one : many}`;
}
