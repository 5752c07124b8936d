// SPDX-License-Identifier: Apache-2.0
// Reads markup (the SVG that components draw, the HTML of text panels) where there is no browser to do it.
// Forgiving like a browser: what does not fit is text, what is not closed ends with its parent.

export interface MarkupElement {
  tag: string;
  attributes: Record<string, string>;
  children: (MarkupElement | string)[];
}

const voids = new Set(['br', 'hr', 'img', 'input', 'meta', 'link', 'wbr', 'col', 'area', 'base', 'source']);
const rawTexts = new Set(['script', 'style']);
const entities: Record<string, string> = {
  amp: '&', lt: '<', gt: '>', quot: '"', apos: "'", nbsp: '\u00a0', hellip: '…', ndash: '–', mdash: '—',
  copy: '©', reg: '®', deg: '°', middot: '·', bull: '•', rarr: '→', larr: '←', times: '×', euro: '€',
  laquo: '«', raquo: '»',
}; // prettier-ignore

function plain(text: string): string {
  return text.replaceAll(/&(#x?[0-9a-f]+|\w+);/gi, (all, name: string) => {
    if (!name.startsWith('#')) return entities[name.toLowerCase()] ?? all;
    const code = /^#x/i.test(name) ? parseInt(name.slice(2), 16) : parseInt(name.slice(1), 10);
    return code > 0 && code <= 0x10ffff ? String.fromCodePoint(code) : all;
  });
}

const tagPattern = /<!--[\s\S]*?(?:-->|$)|<[!?][^>]*>|<(\/?)([a-zA-Z][\w:-]*)((?:[^<>"']|"[^"]*"|'[^']*')*)>/g;
const attributePattern = /([^\s=/"']+)(?:\s*=\s*(?:"([^"]*)"|'([^']*)'|([^\s"']+)))?/g;
const depthMax = 200;

export function readMarkup(text: string): MarkupElement {
  const root: MarkupElement = { tag: '', attributes: {}, children: [] };
  const open: MarkupElement[] = [root];
  let at = 0;
  const put = (child: MarkupElement | string): void => void open.at(-1)?.children.push(child);
  for (const match of text.matchAll(tagPattern)) {
    if (match.index < at) continue;
    if (match.index > at) put(plain(text.slice(at, match.index)));
    at = match.index + match[0].length;
    const [, slash, name = '', rest = ''] = match;
    if (name === '') continue;
    const tag = name.toLowerCase();
    if (slash) {
      const place = open.findLastIndex((one) => one.tag === tag);
      if (place > 0) open.length = place;
      continue;
    }
    const attributes: Record<string, string> = {};
    for (const [, key = '', a, b, c] of rest.matchAll(attributePattern)) attributes[key] = plain(a ?? b ?? c ?? '');
    const element: MarkupElement = { tag, attributes, children: [] };
    put(element);
    if (rawTexts.has(tag)) {
      const end = text.toLowerCase().indexOf(`</${tag}`, at);
      element.children.push(text.slice(at, end < 0 ? text.length : end));
      at = end < 0 ? text.length : text.indexOf('>', end) + 1 || text.length;
    } else if (!voids.has(tag) && !rest.endsWith('/') && open.length < depthMax) open.push(element);
  }
  if (at < text.length) put(plain(text.slice(at)));
  return root;
}

/** All elements of that tag, outermost ones only, in their order. */
export function elementsOf(root: MarkupElement, tag: string): MarkupElement[] {
  return root.children.flatMap((one) =>
    typeof one === 'string' ? [] : one.tag === tag ? [one] : elementsOf(one, tag),
  );
}
