// SPDX-License-Identifier: Apache-2.0
// Text panels as a tree of harmless elements: markdown and HTML alike. Nothing of the text reaches the
// page as markup: unknown elements and attributes are dropped, scripts and styles with their content.

export interface TextNode {
  tag: string;
  /** href, src, colour and the like, already checked. */
  attributes: Record<string, string>;
  children: (TextNode | string)[];
}

const node = (tag: string, children: (TextNode | string)[], attributes: Record<string, string> = {}): TextNode => ({
  tag,
  attributes,
  children,
});

const safeUrl = (url: string): string | null =>
  /^(https?:|mailto:|\/(?!\/)|#|\?)/i.test(url.trim()) || /^[\w.-]+(\/|$)/.test(url.trim()) ? url.trim() : null;
const safeImage = (url: string): string | null =>
  /^data:image\/(png|jpeg|gif|svg\+xml|webp);/i.test(url) || /^\/(?!\/)/.test(url) ? url : null;

const inlinePattern =
  /(`+)([\s\S]+?)\1|!\[([^\]]*)\]\(([^)\s]+)[^)]*\)|\[([^\]]+)\]\(([^)\s]+)[^)]*\)|\*\*([\s\S]+?)\*\*|__([\s\S]+?)__|\*([^*\s][^*]*)\*|(https?:\/\/[^\s<>)]+)/g;

function inline(written: string): (TextNode | string)[] {
  const out: (TextNode | string)[] = [];
  let end = 0;
  for (const match of written.matchAll(inlinePattern)) {
    if (match.index > end) out.push(written.slice(end, match.index));
    end = match.index + match[0].length;
    const [, , code, alt, image, label, link, strong, strong2, em, bare] = match;
    if (code !== undefined) out.push(node('code', [code]));
    else if (image !== undefined) out.push(imageOf(image, alt ?? ''));
    else if (link !== undefined) out.push(linkOf(link, inline(label ?? '')));
    else if (strong ?? strong2) out.push(node('strong', inline(strong ?? strong2 ?? '')));
    else if (em !== undefined) out.push(node('em', inline(em)));
    else if (bare !== undefined) out.push(linkOf(bare, [bare]));
  }
  if (end < written.length) out.push(written.slice(end));
  return out;
}

function linkOf(url: string, children: (TextNode | string)[]): TextNode {
  const href = safeUrl(url);
  return href ? node('a', children, { href }) : node('span', children);
}

function imageOf(url: string, alt: string): TextNode {
  const src = safeImage(url);
  // Pictures from elsewhere are linked, not loaded: opening a dashboard must not tell other hosts.
  return src ? node('img', [], { src, alt }) : linkOf(url, [alt || url]);
}

function listOf(lines: readonly string[], tag: 'ul' | 'ol'): TextNode {
  return node(
    tag,
    lines.map((line) => node('li', inline(line.replace(/^\s*(?:[-*+]|\d+[.)])\s+/, '')))),
  );
}

function tableOf(lines: readonly string[]): TextNode {
  const cells = (line: string): string[] =>
    line
      .replace(/^\||\|$/g, '')
      .split('|')
      .map((cell) => cell.trim());
  const [head = '', , ...body] = lines;
  return node('table', [
    node('thead', [
      node(
        'tr',
        cells(head).map((cell) => node('th', inline(cell))),
      ),
    ]),
    node(
      'tbody',
      body.map((line) =>
        node(
          'tr',
          cells(line).map((cell) => node('td', inline(cell))),
        ),
      ),
    ),
  ]);
}

const kinds: readonly [RegExp, string][] = [
  [/^```/, 'fence'],
  [/^#{1,6}\s/, 'heading'],
  [/^\s*[-*+]\s+/, 'ul'],
  [/^\s*\d+[.)]\s+/, 'ol'],
  [/^\s*>/, 'quote'],
  [/^\s*\|.*\|\s*$/, 'table'],
  [/^\s*(?:-{3,}|\*{3,}|_{3,})\s*$/, 'rule'],
  [/^\s*$/, 'blank'],
];
const kindOf = (line: string): string => kinds.find(([pattern]) => pattern.test(line))?.[1] ?? 'text';

export function markdownTree(written: string): TextNode[] {
  const lines = written.replaceAll('\r\n', '\n').split('\n');
  const out: TextNode[] = [];
  for (let i = 0; i < lines.length;) {
    const kind = kindOf(lines[i] ?? '');
    let end = i + 1;
    if (kind === 'fence') {
      while (end < lines.length && !/^```/.test(lines[end] ?? '')) end++;
      out.push(node('pre', [node('code', [lines.slice(i + 1, end).join('\n')])]));
      i = end + 1;
      continue;
    }
    if (kind !== 'heading' && kind !== 'rule' && kind !== 'blank')
      while (end < lines.length && kindOf(lines[end] ?? '') === kind) end++;
    const block = lines.slice(i, end);
    i = end;
    if (kind === 'heading') {
      const level = /^#+/.exec(block[0] ?? '')?.[0].length ?? 1;
      out.push(node(`h${Math.min(level, 4)}`, inline((block[0] ?? '').replace(/^#+\s*/, '').replace(/\s*#+\s*$/, ''))));
    } else if (kind === 'ul' || kind === 'ol') out.push(listOf(block, kind));
    else if (kind === 'quote')
      out.push(node('blockquote', inline(block.map((line) => line.replace(/^\s*>\s?/, '')).join(' '))));
    else if (kind === 'table' && block.length > 1) out.push(tableOf(block));
    else if (kind === 'rule') out.push(node('hr', []));
    else if (kind !== 'blank') out.push(node('p', inline(block.join('\n'))));
  }
  return out;
}

const allowedTags = new Set(
  'a abbr b blockquote br caption center code dd details div dl dt em figcaption figure font h1 h2 h3 h4 h5 h6 hr i img kbd li main ol p pre s section small span strong sub summary sup table tbody td tfoot th thead tr u ul'.split(
    ' ',
  ),
);
const droppedTags = new Set([
  'script',
  'style',
  'iframe',
  'object',
  'embed',
  'template',
  'noscript',
  'svg',
  'math',
  'form',
]);
const allowedStyles = /^(color|background-color|text-align|font-size|font-weight|padding|margin|width|height)$/;

/** The part of the browser's DOM that is read here; a test can hand in its own. */
export interface MarkupNode {
  nodeType: number;
  nodeName: string;
  textContent: string | null;
  childNodes: Iterable<MarkupNode>;
  getAttribute?: (name: string) => string | null;
}

function stylesOf(written: string): string {
  return written
    .split(';')
    .filter(
      (rule) =>
        allowedStyles.test(rule.split(':')[0]?.trim().toLowerCase() ?? '') && !/url\(|expression|[<>]/i.test(rule),
    )
    .join(';');
}

export function htmlTree(root: MarkupNode, depth = 0): (TextNode | string)[] {
  if (depth > 60) return [];
  const out: (TextNode | string)[] = [];
  for (const child of root.childNodes) {
    if (child.nodeType === 3) {
      out.push(child.textContent ?? '');
      continue;
    }
    const tag = child.nodeName.toLowerCase();
    if (child.nodeType !== 1 || droppedTags.has(tag)) continue;
    const children = htmlTree(child, depth + 1);
    const get = (name: string): string => child.getAttribute?.(name) ?? '';
    if (!allowedTags.has(tag)) out.push(...children);
    else if (tag === 'a') out.push(linkOf(get('href'), children));
    else if (tag === 'img') out.push(imageOf(get('src'), get('alt')));
    else {
      const style = stylesOf(get('style'));
      const align = tag === 'center' ? 'text-align:center' : '';
      const all = [style, align].filter((one) => one !== '').join(';');
      out.push(
        node(tag === 'center' || tag === 'font' || tag === 'main' ? 'div' : tag, children, all ? { style: all } : {}),
      );
    }
  }
  return out;
}
