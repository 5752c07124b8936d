// SPDX-License-Identifier: Apache-2.0
// As much of a document as our code and uPlot touch, where there is no browser: elements without looks that
// may be sized and listened to, and a parser for markup. Import it before anything that draws.
import { readMarkup, type MarkupElement } from '../drawing/markup';
import { RecordingPath } from '../drawing/recording_path';

const nothing = (): void => undefined;

class PlainElement {
  readonly style: Record<string, string> = {};
  readonly dataset: Record<string, string> = {};
  readonly classList = { add: nothing, remove: nothing, contains: () => false };
  readonly childNodes: unknown[] = [];
  textContent = '';
  width = 0;
  height = 0;
  addEventListener = nothing;
  removeEventListener = nothing;
  appendChild = nothing;
  insertBefore = nothing;
  remove = nothing;
  setAttribute = nothing;
  getBoundingClientRect = () => ({ left: 0, top: 0, right: 0, bottom: 0, width: 0, height: 0 });
}

class PlainCanvas extends PlainElement {
  getContext(): unknown {
    return null;
  }
}

/** The nodes of what was read, as text panels look at them. */
function nodeOf(of: MarkupElement | string): unknown {
  if (typeof of === 'string') return { nodeType: 3, nodeName: '#text', textContent: of, childNodes: [] };
  const children: unknown[] = of.children.map(nodeOf);
  const getAttribute = (name: string): string | null => of.attributes[name] ?? null;
  return { nodeType: 1, nodeName: of.tag.toUpperCase(), textContent: null, childNodes: children, getAttribute };
}

class MarkupParser {
  parseFromString(text: string): { body: unknown } {
    return { body: nodeOf(readMarkup(text)) };
  }
}

const media = { matches: false, addEventListener: nothing, removeEventListener: nothing };
const globals = globalThis as unknown as Record<string, unknown>;

if (typeof document === 'undefined') {
  Object.assign(globals, {
    window: globalThis,
    document: {
      documentElement: new PlainElement(),
      body: new PlainElement(),
      createElement: (tag: string) => (tag === 'canvas' ? new PlainCanvas() : new PlainElement()),
      addEventListener: nothing,
      removeEventListener: nothing,
    },
    HTMLElement: PlainElement,
    HTMLCanvasElement: PlainCanvas,
    DOMParser: MarkupParser,
    CustomEvent: PlainElement,
    Path2D: RecordingPath,
    devicePixelRatio: 1,
    matchMedia: () => media,
    getComputedStyle: () => ({ getPropertyValue: () => '' }),
    addEventListener: nothing,
    removeEventListener: nothing,
    dispatchEvent: nothing,
  });
  globals['navigator'] ??= { userAgent: 'headless' };
  globals['location'] ??= { href: 'http://localhost/', pathname: '/', search: '', origin: 'http://localhost' };
}
