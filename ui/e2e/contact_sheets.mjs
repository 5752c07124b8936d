// SPDX-License-Identifier: Apache-2.0
// Puts pictures beside each other, so that many are looked at in one go.
import { readFileSync, writeFileSync } from 'node:fs';
import { join } from 'node:path';

const shapes = {
  desk: { columns: 3, rows: 3, width: 640 },
  phone: { columns: 7, rows: 2, width: 274 },
};

const partsOf = (name) => /-(full|empty|loading|failing|away)-(desk|phone)-(dark|light)$/.exec(name) ?? [];

async function sheet(browser, folder, file, names, { columns, width }) {
  const cells = names.map((name) => {
    const data = readFileSync(join(folder, `${name}.png`)).toString('base64');
    return `<figure><img src="data:image/png;base64,${data}" width="${width - 8}"><figcaption>${name}</figcaption></figure>`;
  });
  const page = await browser.newPage({ viewport: { width: columns * width, height: 800 } });
  await page.setContent(
    `<style>body{margin:0;background:#777;display:grid;grid-template-columns:repeat(${columns},1fr);font:12px sans-serif}
     figure{margin:4px}</style>${cells.join('')}`,
  );
  await page.screenshot({ path: join(folder, file), fullPage: true });
  await page.close();
}

export async function contactSheets(browser, folder, names) {
  const groups = new Map();
  for (const name of names) {
    const key = partsOf(name).slice(1).join('-');
    groups.set(key, [...(groups.get(key) ?? []), name]);
  }
  const made = [];
  for (const [group, members] of groups) {
    const shape = shapes[group.includes('phone') ? 'phone' : 'desk'];
    const perSheet = shape.columns * shape.rows;
    for (let i = 0; i * perSheet < members.length; i++) {
      const file = `sheet-${group}-${i + 1}.png`;
      await sheet(browser, folder, file, members.slice(i * perSheet, (i + 1) * perSheet), shape);
      made.push(file);
    }
  }
  writeFileSync(join(folder, 'sheets.txt'), made.join('\n') + '\n');
}
