// SPDX-License-Identifier: Apache-2.0
// Which page is pictured in which state, as the table of e2e/README.md.
//
//   node e2e/screen_table.mjs          says what is missing; exit code 1 if a route has no picture or the
//                                      table is old
//   node e2e/screen_table.mjs --write  writes the table
import { readFileSync, writeFileSync } from 'node:fs';
import { fileURLToPath } from 'node:url';
import { pages } from './screen_list.mjs';
import { views } from './screen_views.mjs';

const readme = fileURLToPath(new URL('README.md', import.meta.url));
const router = readFileSync(fileURLToPath(new URL('../src/app/routes.tsx', import.meta.url)), 'utf8');
const routes = [...router.matchAll(/^ {2}\['(\/[^']*)', \w+\]/gm)].map((match) => match[1]);

const rows = [
  '| route | page | full | empty | loading | 500 | no answer |',
  '| --- | --- | --- | --- | --- | --- | --- |',
  ...pages.map((page) => `| \`${page.route}\` | ${page.name} | DL | DL | DL | DL | D |`),
];
const dialogs = views.map((view) => `\`${view.name}\``).join(', ');
const table = `<!-- made by screen_table.mjs -->

${rows.join('\n')}

D: desk in dark or light; L: phone in the other; full ones in both themes on both. Views of a full server, in both
themes on both sizes unless they exist on one only:

${dialogs}.
`;

const text = readFileSync(readme, 'utf8');
const start = text.indexOf('<!-- made by screen_table.mjs -->');
const missing = routes.filter((route) => !pages.some((page) => page.route === route));
for (const route of missing) console.log(`no picture of the route ${route}`);
if (process.argv.includes('--write')) writeFileSync(readme, text.slice(0, start) + table);
else if (text.slice(start) !== table) {
  console.log('the table of e2e/README.md is old: node e2e/screen_table.mjs --write');
  missing.push('table');
}
console.log(
  `screens: ${routes.length - missing.filter((one) => one !== 'table').length} of ${routes.length} routes, ${views.length} further views`,
);
process.exit(missing.length > 0 ? 1 : 0);
