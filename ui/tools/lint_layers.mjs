// SPDX-License-Identifier: Apache-2.0
// Keeps the shape of src/: imports go downwards only, features do not know each other, nobody but
// the chart talks to uPlot, components stay readable. Prints every offence as file:line and exits 1.
import { readdirSync, readFileSync } from 'node:fs';
import { dirname, join, relative, resolve } from 'node:path';
import { fileURLToPath } from 'node:url';

const root = process.argv[2] ? resolve(process.argv[2]) : fileURLToPath(new URL('../src', import.meta.url));

/** A layer may import itself and what stands before it. */
const layers = ['base', 'api', 'model', 'widgets', 'features', 'app'];

/** Packages by the layer or folder that may use them; types alone are free. */
const packages = {
  base: [],
  api: ['@tanstack/react-query'],
  model: [],
  widgets: ['react', 'react-dom', 'radix-ui', 'lucide-react', 'wouter', 'zustand', '@tanstack/react-virtual'],
  'widgets/chart': ['uplot'],
  'widgets/query': ['@tanstack/react-query'],
  'widgets/editor': ['@codemirror/*', '@lezer/*', '@prometheus-io/*'],
  features: ['react', 'lucide-react', 'wouter', 'zustand', '@tanstack/react-query', '@tanstack/react-virtual'],
  'features/dashboards': ['react-dom'],
  app: ['react', 'react-dom', 'lucide-react', 'wouter', '@tanstack/react-query', 'cmdk'],
};

const maxComponentLines = 150;
const offences = [];

function filesBelow(folder) {
  return readdirSync(folder, { withFileTypes: true }).flatMap((entry) => {
    const path = join(folder, entry.name);
    return entry.isDirectory() ? filesBelow(path) : [path];
  });
}

const placeOf = (path) => relative(root, path).split('/');

function packageName(specifier) {
  const parts = specifier.split('/');
  return specifier.startsWith('@') ? parts.slice(0, 2).join('/') : parts[0];
}

function isAllowedPackage(place, name) {
  const allowed = [...(packages[place[0]] ?? []), ...(packages[`${place[0]}/${place[1]}`] ?? [])];
  return allowed.some(
    (pattern) => pattern === name || (pattern.endsWith('/*') && name.startsWith(pattern.slice(0, -1))),
  );
}

function checkImport(file, line, specifier, isTypeOnly) {
  const place = placeOf(file);
  const say = (text) => offences.push(`${relative(process.cwd(), file)}:${line}: ${text}`);
  if (!specifier.startsWith('.') && !specifier.startsWith('@/')) {
    const isTest = file.endsWith('.test.ts') && specifier === 'vitest';
    const name = packageName(specifier);
    if (!isTest && !isTypeOnly && !isAllowedPackage(place, name))
      say(`${place[0]} must not import the package ${name}`);
    return;
  }
  const target = placeOf(
    specifier.startsWith('@/') ? join(root, specifier.slice(2)) : resolve(dirname(file), specifier),
  );
  const from = layers.indexOf(place[0]);
  const to = layers.indexOf(target[0]);
  if (to < 0) say(`${specifier} is in no layer`);
  else if (to > from) say(`${place[0]} must not import from ${target[0]}: ${specifier}`);
  else if (place[0] === 'features' && target[0] === 'features' && place[1] !== target[1]) {
    say(`the feature ${place[1]} must not import the feature ${target[1]}`);
  }
}

const importPattern =
  /(?:^|\n)\s*(?:import|export)\s+(type\s)?(?:[\w*{}\s,$]+?\sfrom\s+)?['"]([^'"]+)['"]|import\(\s*['"]([^'"]+)['"]\s*\)/g;

for (const file of filesBelow(root)) {
  if (!/\.(ts|tsx|css)$/.test(file)) continue;
  const text = readFileSync(file, 'utf8');
  const name = relative(process.cwd(), file);
  if (/\.tsx?$/.test(file) && !text.startsWith('// SPDX-License-Identifier: Apache-2.0\n')) {
    offences.push(`${name}:1: the licence line is missing`);
  }
  if (file.endsWith('.css')) continue;
  const lines = text.split('\n').length - 1;
  if (file.endsWith('.tsx') && lines > maxComponentLines) {
    offences.push(`${name}:${lines}: ${lines} lines, a component file has at most ${maxComponentLines}`);
  }
  for (const match of text.matchAll(importPattern)) {
    const line = text.slice(0, match.index + 1).split('\n').length;
    checkImport(file, line, match[2] ?? match[3], match[1] !== undefined);
  }
  const code = text.replace(/\/\/.*$/gm, '');
  if (/:\s*any\b|<any>|as any\b|@ts-ignore|eslint-disable|dangerouslySetInnerHTML/.test(code)) {
    offences.push(`${name}: any, @ts-ignore and dangerouslySetInnerHTML are not used here`);
  }
}

if (offences.length > 0) {
  console.error(offences.join('\n'));
  console.error(`${offences.length} offence(s)`);
  process.exit(1);
}
console.log('layers: ok');
