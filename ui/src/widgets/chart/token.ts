// SPDX-License-Identifier: Apache-2.0
// The value of a design token, such as --grid. Asking the browser makes it compute all styles anew,
// which for a page of new graphs is a third of the work; tokens change with the theme only.

const known = new Map<string, string>();
let knownTheme: string | undefined;

let fixed: ((name: string) => string) | null = null;

/** While `draw` runs, tokens are those of another theme than the page's, or of no page at all. */
export function withTokens(tokens: (name: string) => string, draw: () => void): void {
  fixed = tokens;
  try {
    draw();
  } finally {
    fixed = null;
  }
}

export function token(name: string): string {
  if (fixed) return fixed(name);
  const root = document.documentElement;
  if (root.dataset['theme'] !== knownTheme) {
    known.clear();
    knownTheme = root.dataset['theme'];
  }
  let value = known.get(name);
  if (value === undefined) {
    value = getComputedStyle(root).getPropertyValue(name).trim();
    known.set(name, value);
  }
  return value;
}
