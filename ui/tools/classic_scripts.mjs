// SPDX-License-Identifier: Apache-2.0
// Writes the application as classic scripts instead of modules. Chromium compiles modules anew on every
// visit, and of classic scripts it keeps the compiled code (seen with 156: "notStreamedReason: script has
// code-cache available" for the one, "streamed" for the other): a third of the time to the first panel.
// Each chunk becomes signalboxFile(NAME, NEEDS, MAKE) with Rollup's System format for MAKE, which
// script_loader.js connects; everything else of the build stays as it is.
import { readFileSync } from 'node:fs';
import { rollup } from 'rollup';
import { transformWithEsbuild } from 'vite';

/** Of names and code, so that a change of this file or of the loader changes the names of all files. */
const own = ['./classic_scripts.mjs', './script_loader.js'].map((name) =>
  readFileSync(new URL(name, import.meta.url), 'utf8'),
);

/** The code of one chunk, everything outside of it being left to the loader. */
export async function classicScript(name, code, isFirst) {
  const bundle = await rollup({
    input: name,
    treeshake: false,
    external: (id) => id !== name,
    plugins: [{ name: 'chunk', resolveId: (id) => (id === name ? id : null), load: () => code }],
    onwarn: () => undefined,
  });
  const { output } = await bundle.generate({
    format: 'system',
    compact: true,
    minifyInternalExports: false,
    generatedCode: 'es2015',
    systemNullSetters: true,
    entryFileNames: 'chunk.js',
    paths: (id) => id,
  });
  await bundle.close();
  const registration = /^\s*System\.register\(\[([^\]]*)\],/;
  const [{ code: text }] = output;
  if (!registration.test(text)) throw new Error(`${name}: Rollup wrote no System.register`);
  const made = text.replace(registration, (_, needs) => `signalboxFile(${JSON.stringify(name)},[${needs}],`);
  return isFirst ? made.replace(/\)\s*;?\s*$/, ',true);') : made;
}

export async function loaderScript() {
  return (await transformWithEsbuild(own[1], 'script_loader.js', { minify: true })).code.trim();
}

export function classicScripts() {
  return {
    name: 'classic-scripts',
    apply: 'build',
    enforce: 'post',
    augmentChunkHash: () => own.join('\n'),
    generateBundle: {
      order: 'post',
      async handler(_options, bundle) {
        const loader = await loaderScript();
        for (const chunk of Object.values(bundle)) {
          if (chunk.type !== 'chunk') continue;
          // Vite's helper asks for a page's files beforehand.
          const code = chunk.code.replace(/(["'`])modulepreload\1/g, '"preload"');
          const script = await classicScript(`/${chunk.fileName}`, code, chunk.isEntry);
          chunk.code = chunk.isEntry ? `${loader}\n${script}` : script;
        }
        const page = bundle['index.html'];
        page.source = String(page.source)
          .replace(/<script type="module"/g, '<script defer')
          .replace(/<link rel="modulepreload"/g, '<link rel="preload" as="script"');
      },
    },
  };
}
