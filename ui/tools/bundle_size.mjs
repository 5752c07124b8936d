// SPDX-License-Identifier: Apache-2.0
// Compressed sizes of dist/, and the budget of the first view: what index.html loads at once.
import { readdirSync, readFileSync } from 'node:fs';
import { gzipSync } from 'node:zlib';
import { fileURLToPath } from 'node:url';

const budget = 500 * 1024;
const dist = fileURLToPath(new URL('../dist/', import.meta.url));
const index = readFileSync(`${dist}index.html`, 'utf8');
const files = readdirSync(`${dist}assets`).map((name) => {
  const bytes = readFileSync(`${dist}assets/${name}`);
  // Fonts are compressed already.
  const size = name.endsWith('.woff2') ? bytes.length : gzipSync(bytes, { level: 9 }).length;
  return { name, size, isFirst: index.includes(name) || name.endsWith('.woff2') };
});
const kib = (bytes) => `${(bytes / 1024).toFixed(1).padStart(7)} KiB`;
for (const file of files.sort((a, b) => b.size - a.size))
  console.log(kib(file.size), file.isFirst ? 'first' : 'later', file.name);
const first = files.filter((file) => file.isFirst).reduce((sum, file) => sum + file.size, 0);
console.log(
  `first view ${kib(first).trim()} of ${kib(budget).trim()}; all ${kib(files.reduce((sum, file) => sum + file.size, 0)).trim()}`,
);
if (first > budget) process.exit(1);
