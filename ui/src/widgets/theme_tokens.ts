// SPDX-License-Identifier: Apache-2.0
// The design tokens of a theme as values, for drawings that no style sheet reaches.
import sheet from './tokens.css?raw';
import type { Theme } from './preferences';

const known = new Map<Theme, ReadonlyMap<string, string>>();

export function themeTokens(theme: Theme): ReadonlyMap<string, string> {
  let tokens = known.get(theme);
  if (!tokens) {
    const block = new RegExp(`\\[data-theme='${theme}'\\]\\s*\\{([^}]*)\\}`).exec(sheet)?.[1] ?? '';
    tokens = new Map([...block.matchAll(/(--[\w-]+):\s*([^;]+);/g)].map(([, name = '', value = '']) => [name, value]));
    known.set(theme, tokens);
  }
  return tokens;
}
