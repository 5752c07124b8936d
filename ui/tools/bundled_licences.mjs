// SPDX-License-Identifier: Apache-2.0
// Writes licences.txt into the build: the licence of every package of which something is in the
// bundle, as their licences ask for.
import { existsSync, readdirSync, readFileSync } from 'node:fs';
import { join } from 'node:path';

function packageFolder(id) {
  const match = /^(.*\/node_modules\/(?:@[^/]+\/)?[^/]+)\//.exec(id.replace(/^\0/, ''));
  return match?.[1] ?? null;
}

function licenceText(folder) {
  const name = readdirSync(folder).find((file) => /^(licen[cs]e|copying)(\.(md|txt))?$/i.test(file));
  return name ? readFileSync(join(folder, name), 'utf8').trim() : 'The package brings no licence text.';
}

/** Packages whose files are named by style sheets only, which the bundler does not list. */
const fonts = ['@fontsource-variable/inter', '@fontsource-variable/jetbrains-mono'];

export function bundledLicences(root) {
  return {
    name: 'bundled-licences',
    apply: 'build',
    generateBundle() {
      const folders = new Set(fonts.map((name) => join(root, 'node_modules', name)));
      for (const id of this.getModuleIds()) {
        const folder = packageFolder(id);
        if (folder && existsSync(join(folder, 'package.json'))) folders.add(folder);
      }
      const parts = [...folders].sort().map((folder) => {
        const { name, version, license } = JSON.parse(readFileSync(join(folder, 'package.json'), 'utf8'));
        return `${name} ${version} (${license})\n${'-'.repeat(72)}\n${licenceText(folder)}\n`;
      });
      this.emitFile({ type: 'asset', fileName: 'licences.txt', source: parts.join('\n\n') });
    },
  };
}
