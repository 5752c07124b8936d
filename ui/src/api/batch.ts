// SPDX-License-Identifier: Apache-2.0
// GETs that are asked at the same time travel as one request, and each answer comes as soon as the server
// has it: thirty panels cost the browser what one does. A GET that is alone goes by itself; so do all of
// them to a server without batches. Aborting the last one that is still wanted aborts the request.
import { replyOf, type Reply } from '@/base/early';

const path = '/api/signalbox/v1/batch';
/** The server takes no more. */
const targetsMax = 256;

interface Waiting {
  target: string;
  alone: () => Promise<Reply>;
  signal: AbortSignal | undefined;
  resolve: (reply: Reply) => void;
  reject: (error: unknown) => void;
}

let waiting: Waiting[] = [];
let hasBatches = true;

const aborted = (): DOMException => new DOMException('The request was aborted.', 'AbortError');

/** Asks for `target` together with whatever else is asked before the caller's task ends. */
export function inBatch(target: string, alone: () => Promise<Reply>, signal: AbortSignal | undefined): Promise<Reply> {
  if (!hasBatches) return alone();
  return new Promise((resolve, reject) => {
    if (waiting.length === 0) queueMicrotask(send);
    waiting.push({ target, alone, signal, resolve, reject });
  });
}

function send(): void {
  const all = waiting.filter((one) => !one.signal?.aborted);
  waiting.filter((one) => one.signal?.aborted).forEach((one) => one.reject(aborted()));
  waiting = [];
  for (let at = 0; at < all.length; at += targetsMax) {
    const part = all.slice(at, at + targetsMax);
    if (part.length === 1) sendAlone(part);
    else void sendBatch(part);
  }
}

function sendAlone(all: readonly Waiting[]): void {
  for (const one of all) one.alone().then(one.resolve, one.reject);
}

async function sendBatch(all: readonly Waiting[]): Promise<void> {
  const open = new Set(all);
  const controller = new AbortController();
  for (const one of all) {
    one.signal?.addEventListener('abort', () => {
      if (!open.delete(one)) return;
      one.reject(aborted());
      if (open.size === 0) controller.abort();
    });
  }
  try {
    const body = all.map((one) => one.target).join('\n');
    const response = await fetch(path, { method: 'POST', body, signal: controller.signal });
    if (response.status === 404 || response.status === 405) {
      hasBatches = false;
      return sendAlone([...open]);
    }
    if (!response.ok || !response.body) throw new Error(`HTTP ${response.status}`);
    await readFrames(response.body, (index, reply) => {
      const one = all[index];
      if (one && open.delete(one)) one.resolve(reply);
    });
    if (open.size > 0) throw new Error('the answer was cut');
  } catch (error) {
    for (const one of open) one.reject(error);
  }
}

/** "INDEX STATUS BYTES CONTENT-TYPE\n" and the body, one after the other. */
async function readFrames(
  stream: ReadableStream<Uint8Array>,
  onFrame: (index: number, reply: Reply) => void,
): Promise<void> {
  const reader = stream.getReader();
  const decoder = new TextDecoder();
  let bytes: Uint8Array = new Uint8Array(0);
  for (;;) {
    const { done, value } = await reader.read();
    if (done) return;
    bytes = bytes.length === 0 ? value : joined(bytes, value);
    for (;;) {
      const end = bytes.indexOf(10);
      if (end < 0) break;
      const [index = NaN, status = 500, length = 0] = decoder.decode(bytes.subarray(0, end)).split(' ').map(Number);
      const next = end + 1 + length;
      if (bytes.length < next) break;
      const text = decoder.decode(bytes.subarray(end + 1, next));
      bytes = bytes.subarray(next);
      onFrame(index, replyOf(text, status));
    }
  }
}

function joined(a: Uint8Array, b: Uint8Array): Uint8Array {
  const both = new Uint8Array(a.length + b.length);
  both.set(a);
  both.set(b, a.length);
  return both;
}
