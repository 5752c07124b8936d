// The module "k6/html": a small document tree and the selectors that test scripts use
// (tag, #id, .class, [attr], [attr=value], descendants, and lists with commas).
const VOID = new Set('area base br col embed hr img input link meta source track wbr'.split(' '));
const RAW = new Set(['script', 'style', 'textarea', 'title']);
const ENTITIES = { amp: '&', lt: '<', gt: '>', quot: '"', apos: "'", nbsp: '\u00a0' };
const decode = (s) => s.replace(/&(#x?[0-9a-f]+|\w+);/gi, (all, name) => {
  if (name[0] !== '#') return ENTITIES[name] ?? all;
  return String.fromCodePoint(name[1] === 'x' || name[1] === 'X' ? parseInt(name.slice(2), 16) : +name.slice(1));
});

function parse(source) {
  const root = { tag: '#root', attrs: {}, children: [], parent: null };
  let open = root;
  const tags = /<!--[\s\S]*?-->|<!(?:[^>]*)>|<\/([a-zA-Z][\w:-]*)\s*>|<([a-zA-Z][\w:-]*)((?:\s+[^\s=>/]+(?:\s*=\s*(?:"[^"]*"|'[^']*'|[^\s>]+))?)*)\s*(\/?)>/g;
  const text = (s) => { if (s) open.children.push({ text: decode(s), parent: open }); };
  let at = 0;
  for (let m = tags.exec(source); m !== null; m = tags.exec(source)) {
    text(source.slice(at, m.index));
    at = tags.lastIndex;
    if (m[1]) {
      const name = m[1].toLowerCase();
      for (let node = open; node !== root; node = node.parent) {
        if (node.tag === name) { open = node.parent; break; }
      }
    } else if (m[2]) {
      const node = { tag: m[2].toLowerCase(), attrs: {}, children: [], parent: open };
      for (const a of m[3].matchAll(/([^\s=>/]+)(?:\s*=\s*(?:"([^"]*)"|'([^']*)'|([^\s>]+)))?/g)) {
        node.attrs[a[1].toLowerCase()] = decode(a[2] ?? a[3] ?? a[4] ?? '');
      }
      open.children.push(node);
      if (VOID.has(node.tag) || m[4]) continue;
      open = node;
      if (RAW.has(node.tag)) {
        const end = source.toLowerCase().indexOf(`</${node.tag}`, at);
        const stop = end < 0 ? source.length : end;
        text(source.slice(at, stop));
        at = tags.lastIndex = stop;
      }
    }
  }
  text(source.slice(at));
  return root;
}

function compile(selector) {
  return selector.split(',').map((part) => part.trim().replace(/\s*>\s*/g, ' > ').split(/\s+/).map((word) => {
    if (word === '>') return '>';
    const tests = [];
    for (const m of word.matchAll(/([#.]?)([\w-]+|\*)|\[([\w-]+)(?:([*^$]?)=["']?([^\]"']*)["']?)?\]/g)) {
      if (m[3]) {
        tests.push((n) => {
          const v = n.attrs[m[3]];
          if (v === undefined || m[5] === undefined) return v !== undefined;
          return m[4] === '*' ? v.includes(m[5]) : m[4] === '^' ? v.startsWith(m[5]) : m[4] === '$' ? v.endsWith(m[5]) : v === m[5];
        });
      } else if (m[1] === '#') tests.push((n) => n.attrs.id === m[2]);
      else if (m[1] === '.') tests.push((n) => (n.attrs.class || '').split(/\s+/).includes(m[2]));
      else tests.push((n) => m[2] === '*' || n.tag === m[2].toLowerCase());
    }
    return (n) => n.tag !== undefined && n.tag !== '#root' && tests.every((t) => t(n));
  }));
}
function matches(node, chain, i = chain.length - 1) {
  if (!chain[i](node)) return false;
  if (i === 0) return true;
  if (chain[i - 1] === '>') return node.parent !== null && matches(node.parent, chain, i - 2);
  for (let up = node.parent; up; up = up.parent) if (matches(up, chain, i - 1)) return true;
  return false;
}
function* walk(node) { for (const c of node.children || []) { yield c; yield* walk(c); } }
const textOf = (n) => (n.text !== undefined ? n.text : n.children.map(textOf).join(''));
const htmlOf = (n) => (n.text !== undefined ? n.text : `<${n.tag}${Object.entries(n.attrs).map(([k, v]) => ` ${k}="${v}"`).join('')}>${n.children.map(htmlOf).join('')}${VOID.has(n.tag) ? '' : `</${n.tag}>`}`);

export class Selection {
  constructor(nodes) { this.nodes = nodes; this.length = nodes.length; }
  find(selector) {
    const chains = compile(selector);
    const found = new Set();
    for (const n of this.nodes) for (const c of walk(n)) if (c.tag && chains.some((ch) => matches(c, ch))) found.add(c);
    return new Selection([...found]);
  }
  filter(selector) { const chains = compile(selector); return new Selection(this.nodes.filter((n) => chains.some((c) => matches(n, c)))); }
  is(selector) { return this.filter(selector).length > 0; }
  attr(name, fallback) { return this.nodes[0]?.attrs?.[name] ?? fallback; }
  text() { return this.nodes.map(textOf).join(''); }
  html() { return this.nodes[0]?.children?.map(htmlOf).join(''); }
  val() { return this.nodes[0]?.tag === 'textarea' ? textOf(this.nodes[0]) : this.attr('value'); }
  size() { return this.length; }
  eq(i) { return new Selection(this.nodes.slice(i, i === -1 ? undefined : i + 1)); }
  get(i) { return this.nodes[i]; }
  first() { return this.eq(0); }
  last() { return this.eq(-1); }
  children(selector) { const all = new Selection(this.nodes.flatMap((n) => n.children.filter((c) => c.tag))); return selector ? all.filter(selector) : all; }
  parent() { return new Selection([...new Set(this.nodes.map((n) => n.parent).filter(Boolean))]); }
  each(fn) { this.nodes.forEach((n, i) => fn(i, new Selection([n]))); return this; }
  map(fn) { return this.nodes.map((n, i) => fn(i, new Selection([n]))); }
  toArray() { return this.nodes.map((n) => new Selection([n])); }
}
export function parseHTML(source) { return new Selection([parse(String(source))]); }
export default { parseHTML, Selection };
