// SPDX-License-Identifier: Apache-2.0
// Lets index.html name the application's own files beside the boot module, so that the browser fetches
// all of them at once; the font too, because a first layout without it asks the system for another.

export function preloadedMain() {
  return {
    name: 'preloaded-main',
    apply: 'build',
    transformIndexHtml: {
      order: 'post',
      handler(html, { bundle }) {
        const main = Object.values(bundle ?? {}).find(
          (one) => one.type === 'chunk' && one.moduleIds.some((id) => id.endsWith('/src/app/main.tsx')),
        );
        if (!main) throw new Error('the chunk of src/app/main.tsx is not there');
        const scripts = [main.fileName, ...main.imports].filter((name) => !html.includes(name));
        const styles = [
          ...new Set(
            [main.fileName, ...main.imports].flatMap((name) => [...(bundle[name]?.viteMetadata?.importedCss ?? [])]),
          ),
        ];
        const font = Object.keys(bundle).find((name) => /inter-latin-wght-normal-[^/]*\.woff2$/.test(name));
        if (!font) throw new Error('the font of the interface is not there');
        return [
          {
            tag: 'link',
            attrs: { rel: 'preload', as: 'font', type: 'font/woff2', crossorigin: true, href: `/${font}` },
            injectTo: 'head',
          },
          ...scripts.map((name) => ({
            tag: 'link',
            attrs: { rel: 'modulepreload', crossorigin: true, href: `/${name}` },
            injectTo: 'head',
          })),
          ...styles
            .filter((name) => !html.includes(name))
            .map((name) => ({
              tag: 'link',
              attrs: { rel: 'stylesheet', crossorigin: true, href: `/${name}` },
              injectTo: 'head',
            })),
        ];
      },
    },
  };
}
