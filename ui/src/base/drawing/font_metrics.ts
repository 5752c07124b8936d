// SPDX-License-Identifier: Apache-2.0
// How wide text is in Helvetica (and Arial, Liberation Sans, which have its widths) and Courier, the fonts
// that every PDF reader brings: drawings without a browser measure with these.
// Source: the "Core 14" font metrics that Adobe publishes; thousandths of the size.
import type { FontName } from './drawing';

const plain =
  '278 278 355 556 556 889 667 191 333 333 389 584 278 333 278 278 556 556 556 556 556 556 556 556 556 556 278 278 584 584 584 556 ' +
  '1015 667 667 722 722 667 611 778 722 278 500 667 556 833 722 778 667 778 722 667 611 722 667 944 667 667 611 278 278 278 469 556 ' +
  '333 556 556 500 556 556 278 556 556 222 222 500 222 833 556 556 556 556 333 500 278 556 500 722 500 500 500 334 260 334 584';
const bold =
  '278 333 474 556 556 889 722 238 333 333 389 584 278 333 278 278 556 556 556 556 556 556 556 556 556 556 333 333 584 584 584 611 ' +
  '975 722 722 722 722 667 611 778 722 278 556 722 611 833 722 778 667 778 722 667 611 722 667 944 667 667 611 333 278 333 584 556 ' +
  '333 556 611 556 611 556 333 611 611 278 278 556 278 889 611 611 611 611 389 556 333 611 556 778 556 556 500 389 280 389 584';

const tables = { sans: plain.split(' ').map(Number), 'sans-bold': bold.split(' ').map(Number) };

/** What is neither ASCII nor an ASCII letter with an accent. */
const others: Record<string, number> = {
  '\u00a0': 278,
  '°': 400,
  '±': 584,
  '²': 333,
  '³': 333,
  '¹': 333,
  '×': 584,
  '÷': 584,
  '·': 278,
  ß: 611,
  Æ: 1000,
  æ: 889,
  Ø: 778,
  ø: 611,
  '©': 737,
  '®': 737,
  '™': 1000,
  '…': 1000,
  '–': 556,
  '—': 1000,
  '•': 350,
  '‘': 222,
  '’': 222,
  '“': 333,
  '”': 333,
  '←': 987,
  '→': 987,
  '↑': 603,
  '↓': 603,
  '↔': 1042,
  '∞': 713,
  '≤': 549,
  '≥': 549,
  '≠': 549,
  '≈': 549,
  '−': 549,
};

const known = new Map<string, number>();

function widthOf(letter: string, font: 'sans' | 'sans-bold'): number {
  const code = letter.codePointAt(0) ?? 32;
  if (code < 127) return code < 32 ? 0 : (tables[font][code - 32] ?? 556);
  const key = font + letter;
  let width = known.get(key);
  if (width === undefined) {
    const base = letter.normalize('NFD').codePointAt(0) ?? code;
    // Ideographs, kana and full width forms are as wide as they are high.
    const isWide =
      code >= 0x1100 && /[\u1100-\u115f\u2e80-\ua4cf\uac00-\ud7a3\uf900-\ufaff\ufe30-\ufe6f\uff00-\uff60]/.test(letter);
    width = others[letter] ?? (base < 127 ? widthOf(String.fromCodePoint(base), font) : isWide ? 1000 : 578);
    known.set(key, width);
  }
  return width;
}

/** In the unit of `size`. */
export function textWidth(text: string, font: FontName, size: number): number {
  if (font === 'mono' || font === 'mono-bold') return [...text].length * 0.6 * size;
  let sum = 0;
  for (const letter of text) sum += widthOf(letter, font);
  return (sum * size) / 1000;
}

/** The text, or as much of its start as fits with an ellipsis. */
export function fitted(text: string, font: FontName, size: number, width: number): string {
  if (textWidth(text, font, size) <= width) return text;
  const room = width - textWidth('…', font, size);
  const letters = [...text];
  let sum = 0;
  let count = 0;
  for (const letter of letters) {
    sum += textWidth(letter, font, size);
    if (sum > room) break;
    count++;
  }
  return count === 0 ? '' : `${letters.slice(0, count).join('').trimEnd()}…`;
}

/** Lines of at most that width, broken at spaces, a long word anywhere. */
export function wrapped(text: string, font: FontName, size: number, width: number): string[] {
  const lines: string[] = [];
  for (const paragraph of text.split('\n')) {
    let line = '';
    for (const word of paragraph.split(/(?<=[\s,;/&?=])/)) {
      if (textWidth(line + word.trimEnd(), font, size) <= width) {
        line += word;
        continue;
      }
      if (line !== '') lines.push(line.trimEnd());
      line = word;
      while (line.length > 1 && textWidth(line.trimEnd(), font, size) > width) {
        const letters = [...line];
        let count = 1;
        while (count < letters.length && textWidth(letters.slice(0, count + 1).join(''), font, size) <= width) count++;
        lines.push(letters.slice(0, count).join(''));
        line = letters.slice(count).join('');
      }
    }
    lines.push(line.trimEnd());
  }
  return lines;
}
