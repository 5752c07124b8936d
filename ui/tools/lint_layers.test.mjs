// SPDX-License-Identifier: Apache-2.0
import { spawnSync } from 'node:child_process';
import { mkdirSync, mkdtempSync, rmSync, writeFileSync } from 'node:fs';
import { tmpdir } from 'node:os';
import { dirname, join } from 'node:path';
import { fileURLToPath } from 'node:url';
import { afterEach, beforeEach, describe, expect, it } from 'vitest';

const script = fileURLToPath(new URL('./lint_layers.mjs', import.meta.url));
const licence = '// SPDX-License-Identifier: Apache-2.0\n';
let root;

beforeEach(() => (root = mkdtempSync(join(tmpdir(), 'layers-'))));
afterEach(() => rmSync(root, { recursive: true }));

function lint(files) {
  for (const [name, text] of Object.entries(files)) {
    mkdirSync(dirname(join(root, name)), { recursive: true });
    writeFileSync(join(root, name), licence + text);
  }
  const { status, stderr } = spawnSync(process.execPath, [script, root], { encoding: 'utf8' });
  return { status, stderr };
}

describe('the layer lint', () => {
  it('accepts imports downwards', () => {
    expect(lint({ 'widgets/a.ts': "import { b } from '@/model/b';\n", 'model/b.ts': '' }).status).toBe(0);
  });
  it.each([
    ['upwards', { 'base/a.ts': "import { b } from '@/api/b';\n" }, /base must not import from api/],
    ['upwards by a relative path', { 'model/a.ts': "import '../widgets/b';\n" }, /model must not import from widgets/],
    ['upwards on demand', { 'api/a.ts': "const b = import('@/app/b');\n" }, /api must not import from app/],
    [
      'between features',
      { 'features/x/a.ts': "import { b } from '../y/b';\n" },
      /feature x must not import the feature y/,
    ],
    ['uPlot outside the chart', { 'widgets/a.ts': "import uPlot from 'uplot';\n" }, /package uplot/],
    ['React in the model', { 'model/a.ts': "import { useState } from 'react';\n" }, /package react/],
  ])('refuses imports %s', (_name, files, message) => {
    const { status, stderr } = lint(files);
    expect(status).toBe(1);
    expect(stderr).toMatch(message);
  });
  it('refuses components that are too long, and raw HTML', () => {
    expect(lint({ 'app/a.tsx': '\n'.repeat(151) }).stderr).toMatch(/at most 150/);
    expect(lint({ 'app/a.tsx': '<p dangerouslySetInnerHTML={x} />' }).stderr).toMatch(/not used here/);
  });
});
