// SPDX-License-Identifier: Apache-2.0
// The renderer without its C++ program, for development: the built script in a bare context of node.
//   npm run build:print && node tools/print.mjs http://127.0.0.1:3000 UID 'from=now-1h&theme=dark' out.pdf
// An output that ends with .svg draws the panel of panelId=… in the query.
import { readFileSync, writeFileSync } from 'node:fs';
import { createContext, runInContext } from 'node:vm';
import { deflateSync } from 'node:zlib';
import { fileURLToPath } from 'node:url';

const [base, uid, query, out] = process.argv.slice(2);
const script = fileURLToPath(new URL('../dist-print/print.js', import.meta.url));
const context = createContext({});
let running = 0;
context.signalboxHost = {
  monotonicMs: () => performance.now(),
  log: (text) => console.error(text),
  deflate: (bytes) => {
    const packed = deflateSync(bytes);
    return packed.buffer.slice(packed.byteOffset, packed.byteOffset + packed.length);
  },
  request: (id, method, path, contentType, body) => {
    running++;
    const headers = contentType ? { 'Content-Type': contentType } : {};
    fetch(base + path, { method, headers, body: method === 'GET' ? undefined : body })
      .then(async (answer) => context.signalboxCallbacks.answered(id, answer.status, await answer.text()))
      .catch((error) => context.signalboxCallbacks.answered(id, 0, String(error)))
      .finally(() => running--);
  },
};
runInContext(readFileSync(script, 'utf8'), context, { filename: 'print.js' });
const job = { format: out.endsWith('.svg') ? 'svg' : 'pdf', uid, query, nowMs: Date.now() };
const timer = setInterval(() => context.signalboxCallbacks.tick(), 5);
const answer = await context.signalboxPrint(JSON.stringify(job));
clearInterval(timer);
if (answer.status !== 200) {
  console.error(`${answer.status}: ${answer.message}`);
  process.exit(1);
}
writeFileSync(out, answer.document);
