// SPDX-License-Identifier: Apache-2.0
// Text in the fonts that every PDF reader brings: Windows' Latin letters in Helvetica and Courier, Greek
// letters, arrows and comparisons in Symbol. Letters that none of them has lose their accent, others become
// "?"; how many of them there were is counted, so that the page can say so.
import type { FontName } from './drawing';
import { textWidth } from './font_metrics';

/** Bytes 0x80 to 0x9f of WinAnsiEncoding; the rest is Latin-1. */
const windows = '€\u0081‚ƒ„…†‡ˆ‰Š‹Œ\u008dŽ\u008f\u0090‘’“”•–—˜™š›œ\u009džŸ';
/** In the order of Symbol's own encoding: its code, then the letter. */
const symbol: Record<string, number> = {
  Α: 0x41, Β: 0x42, Χ: 0x43, Δ: 0x44, '∆': 0x44, Ε: 0x45, Φ: 0x46, Γ: 0x47, Η: 0x48, Ι: 0x49, Κ: 0x4b, Λ: 0x4c, Μ: 0x4d,
  Ν: 0x4e, Ο: 0x4f, Π: 0x50, Θ: 0x51, Ρ: 0x52, Σ: 0x53, Τ: 0x54, Υ: 0x55, Ω: 0x57, Ξ: 0x58, Ψ: 0x59, Ζ: 0x5a,
  α: 0x61, β: 0x62, χ: 0x63, δ: 0x64, ε: 0x65, φ: 0x66, γ: 0x67, η: 0x68, ι: 0x69, κ: 0x6b, λ: 0x6c, μ: 0x6d,
  ν: 0x6e, ο: 0x6f, π: 0x70, θ: 0x71, ρ: 0x72, σ: 0x73, τ: 0x74, υ: 0x75, ω: 0x77, ξ: 0x78, ψ: 0x79, ζ: 0x7a,
  '≤': 0xa3, '∞': 0xa5, '↔': 0xab, '←': 0xac, '↑': 0xad, '→': 0xae, '↓': 0xaf, '≥': 0xb3, '∝': 0xb5, '∂': 0xb6,
  '≠': 0xb9, '≡': 0xba, '≈': 0xbb, '⇒': 0xde, '∑': 0xe5, '√': 0xd6, '∈': 0xce, '∀': 0x22, '∃': 0x24, '−': 0x2d,
}; // prettier-ignore
/** What reads the same in letters that are there. */
const alike: Record<string, string> = {
  '✓': 'v', '✔': 'v', '✗': 'x', '✘': 'x', '■': '•', '●': '•', '▪': '•', '▲': '^', '▼': 'v', '▶': '>', '◀': '<', '‐': '-',
  '‑': '-', '―': '—', '\u2009': ' ', '\u202f': ' ', '\u2003': ' ', '\u200b': '', '\ufeff': '', '′': "'", '″': '"', ı: 'i', ł: 'l',
  Ł: 'L', đ: 'd', Đ: 'D', '⚠': '!', '\ufe0f': '',
}; // prettier-ignore

export interface TextRun {
  isSymbol: boolean;
  /** Codes of the font's encoding. */
  codes: number[];
  text: string;
}

function latinCode(letter: string): number | null {
  const code = letter.codePointAt(0) ?? 0;
  if ((code >= 0x20 && code < 0x7f) || (code >= 0xa0 && code <= 0xff)) return code;
  const place = windows.indexOf(letter);
  return place >= 0 && !(code >= 0x80 && code <= 0x9f) ? 0x80 + place : null;
}

/** The text in runs of one font each; `missing` counts the letters that became "?". */
export function encodeText(text: string): { runs: TextRun[]; missing: number } {
  const runs: TextRun[] = [];
  let missing = 0;
  const put = (isSymbol: boolean, code: number, letter: string): void => {
    const last = runs.at(-1);
    if (last?.isSymbol === isSymbol) {
      last.codes.push(code);
      last.text += letter;
    } else runs.push({ isSymbol, codes: [code], text: letter });
  };
  const putLetter = (letter: string): boolean => {
    const latin = latinCode(letter);
    if (latin !== null) put(false, latin, letter);
    else if (symbol[letter] !== undefined) put(true, symbol[letter], letter);
    else return false;
    return true;
  };
  for (const letter of text.normalize('NFC')) {
    if (putLetter(letter)) continue;
    const other = alike[letter];
    if (other !== undefined) [...other].forEach(putLetter);
    else if (/[\u0000-\u001f\u007f]/.test(letter)) put(false, 0x20, ' ');
    else if (!/\p{M}/u.test(letter)) {
      const bare = [...letter.normalize('NFKD')].filter((one) => !/\p{M}/u.test(one));
      if (bare.length > 0 && bare[0] !== letter && bare.every((one) => latinCode(one) !== null))
        bare.forEach(putLetter);
      else {
        missing++;
        put(false, 0x3f, '?');
      }
    }
  }
  return { runs, missing };
}

export const runWidth = (run: TextRun, font: FontName, size: number): number =>
  textWidth(run.text, run.isSymbol ? 'sans' : font, size);
