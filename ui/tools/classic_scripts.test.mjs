// SPDX-License-Identifier: Apache-2.0
import { afterEach, beforeEach, describe, expect, it, vi } from 'vitest';
import { classicScript, loaderScript } from './classic_scripts.mjs';

/** The files of a site; what the loader appends to the page is run, as a browser does. */
let site;
let asked;

const turn = () => new Promise((resolve) => setTimeout(resolve));
const run = (code) => new Function(code)();

async function build(sources, first) {
  for (const [name, code] of Object.entries(sources)) site[name] = await classicScript(name, code, name === first);
  run(await loaderScript());
  run(site[first]);
  for (let i = 0; i < 20; i++) await turn();
}

beforeEach(() => {
  site = {};
  asked = [];
  vi.stubGlobal('self', globalThis);
  vi.stubGlobal('location', { origin: 'http://here' });
  vi.stubGlobal('document', {
    createElement: () => ({}),
    head: {
      append(script) {
        asked.push(script.src);
        setTimeout(() => (site[script.src] === undefined ? script.onerror() : run(site[script.src])));
      },
    },
  });
  globalThis.seen = [];
});
afterEach(() => {
  vi.unstubAllGlobals();
  delete globalThis.seen;
});

describe('classic scripts', () => {
  it('run each file once, after what it needs', async () => {
    await build(
      {
        '/assets/a.js': `import{b}from"./b.js";import{c}from"./c.js";seen.push("a"+b+c);`,
        '/assets/b.js': `import{c}from"./c.js";seen.push("b");export const b=c+1;`,
        '/assets/c.js': `seen.push("c");export const c=1;`,
      },
      '/assets/a.js',
    );
    expect(globalThis.seen).toEqual(['c', 'b', 'a21']);
    expect(asked.sort()).toEqual(['/assets/b.js', '/assets/c.js']);
  });

  it('see what an export becomes later', async () => {
    await build(
      {
        '/assets/a.js': `import{n,more}from"./b.js";seen.push(n);more();seen.push(n);`,
        '/assets/b.js': `let n=1;function more(){n=2}export{n,more};`,
      },
      '/assets/a.js',
    );
    expect(globalThis.seen).toEqual([1, 2]);
  });

  it('bring a file when it is asked for, its failures too, and try again what did not come', async () => {
    await build(
      {
        '/assets/a.js': `const get=()=>import("./b.js").then(m=>seen.push(m.b),e=>seen.push(e.message));
          get().then(get).then(()=>import("./bad.js")).catch(e=>seen.push(e.message));`,
        '/assets/bad.js': `throw new Error("bad");`,
      },
      '/assets/a.js',
    );
    const missing = 'Failed to fetch dynamically imported module: /assets/b.js';
    expect(globalThis.seen).toEqual([missing, missing, 'bad']);
    expect(asked).toEqual(['/assets/b.js', '/assets/b.js', '/assets/bad.js']);
  });
});
