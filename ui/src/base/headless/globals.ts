// SPDX-License-Identifier: Apache-2.0
// The globals of the web that our code uses and a bare JavaScript engine does not have: timers, requests,
// query parameters. Import it before everything else.
import type { Host } from './host';

const host = (globalThis as { signalboxHost?: Host }).signalboxHost;
const globals = globalThis as unknown as Record<string, unknown>;

/** Query parameters by the rules of the URL standard. */
class Params {
  private list: [string, string][] = [];

  constructor(from?: unknown) {
    if (typeof from === 'string') this.read(from.replace(/^\?/, ''));
    else if (from && typeof (from as Iterable<unknown>)[Symbol.iterator] === 'function') {
      for (const [name, value] of from as Iterable<[string, string]>) this.append(name, value);
    } else if (from) for (const [name, value] of Object.entries(from)) this.append(name, String(value));
  }
  private read(text: string): void {
    const plain = (part: string): string => {
      const spaced = part.replaceAll('+', ' ');
      try {
        return decodeURIComponent(spaced);
      } catch {
        return spaced.replaceAll(/(%[0-9a-f]{2})+/gi, (run) => {
          try {
            return decodeURIComponent(run);
          } catch {
            return '\ufffd';
          }
        });
      }
    };
    for (const pair of text.split('&')) {
      if (pair === '') continue;
      const [name = '', value = ''] = pair.split(/=(.*)/s);
      this.append(plain(name), plain(value));
    }
  }
  get size(): number {
    return this.list.length;
  }
  append(name: string, value: string): void {
    this.list.push([String(name), String(value)]);
  }
  get(name: string): string | null {
    return this.list.find(([one]) => one === name)?.[1] ?? null;
  }
  getAll(name: string): string[] {
    return this.list.flatMap(([one, value]) => (one === name ? [value] : []));
  }
  has(name: string): boolean {
    return this.get(name) !== null;
  }
  set(name: string, value: string): void {
    const first = this.list.findIndex(([one]) => one === name);
    if (first < 0) return this.append(name, value);
    this.list[first] = [name, value];
    this.list = this.list.filter(([one], i) => one !== name || i <= first);
  }
  delete(name: string): void {
    this.list = this.list.filter(([one]) => one !== name);
  }
  forEach(call: (value: string, name: string) => void): void {
    this.list.forEach(([name, value]) => call(value, name));
  }
  entries(): IterableIterator<[string, string]> {
    return [...this.list][Symbol.iterator]();
  }
  [Symbol.iterator](): IterableIterator<[string, string]> {
    return this.entries();
  }
  toString(): string {
    const written = (text: string): string =>
      encodeURIComponent(
        text.replaceAll(/[\ud800-\udbff](?![\udc00-\udfff])|(?<![\ud800-\udbff])[\udc00-\udfff]/g, '\ufffd'),
      )
        .replaceAll('%20', '+')
        .replaceAll(/[!'()~]/g, (one) => `%${one.charCodeAt(0).toString(16).toUpperCase()}`);
    return this.list.map(([name, value]) => `${written(name)}=${written(value)}`).join('&');
  }
}

class Timers {
  private next = 1;
  private readonly waiting = new Map<number, { at: number; call: () => void; every: number | null }>();
  constructor(private readonly now: () => number) {}

  add = (call: (...args: unknown[]) => void, ms = 0, ...args: unknown[]): number => this.put(call, ms, args, null);
  addEvery = (call: (...args: unknown[]) => void, ms = 0, ...args: unknown[]): number => this.put(call, ms, args, ms);
  remove = (id: number): void => void this.waiting.delete(id);

  private put(call: (...args: unknown[]) => void, ms: number, args: unknown[], every: number | null): number {
    const id = this.next++;
    this.waiting.set(id, { at: this.now() + Math.max(Number(ms) || 0, 0), call: () => call(...args), every });
    return id;
  }

  tick = (): number => {
    const now = this.now();
    const due = [...this.waiting].filter(([, one]) => one.at <= now).sort(([, a], [, b]) => a.at - b.at);
    for (const [id, one] of due) {
      if (!this.waiting.has(id)) continue;
      if (one.every === null) this.waiting.delete(id);
      else one.at = now + Math.max(one.every, 1);
      one.call();
    }
    const first = Math.min(...[...this.waiting.values()].map((one) => one.at));
    return Number.isFinite(first) ? Math.max(first - this.now(), 0) : -1;
  };
}

class Answer {
  constructor(
    readonly status: number,
    private readonly body: string,
  ) {}
  get ok(): boolean {
    return this.status >= 200 && this.status < 300;
  }
  text = (): Promise<string> => Promise.resolve(this.body);
  json = (): Promise<unknown> => Promise.resolve(JSON.parse(this.body));
}

class Signal {
  aborted = false;
  reason: unknown = undefined;
  addEventListener(): void {}
  removeEventListener(): void {}
  throwIfAborted(): void {}
}

class Controller {
  readonly signal = new Signal();
  abort(reason?: unknown): void {
    Object.assign(this.signal, { aborted: true, reason });
  }
}

class NamedError extends Error {
  constructor(message: string, name = 'Error') {
    super(message);
    this.name = name;
  }
}

class Encoder {
  encode(text: string): Uint8Array {
    const plain = unescape(encodeURIComponent(text));
    return Uint8Array.from(plain, (one) => one.charCodeAt(0));
  }
}

/** React's server code makes one of each when it is loaded; nothing of ours sends on it. */
class Channel {
  readonly port1 = {};
  readonly port2 = { postMessage: () => undefined };
}

if (host) {
  const timers = new Timers(host.monotonicMs);
  const pending = new Map<number, { resolve: (answer: Answer) => void; reject: (error: Error) => void }>();
  let next = 1;
  const fetch = (path: string, init: { method?: string; body?: unknown; headers?: Record<string, string> } = {}) =>
    new Promise<Answer>((resolve, reject) => {
      // Six at once are enough here: there is no page whose scripts wait for requests.
      if (path === '/api/signalbox/v1/batch') return resolve(new Answer(404, ''));
      const id = next++;
      pending.set(id, { resolve, reject });
      const isForm = init.body instanceof Params;
      const type = init.headers?.['Content-Type'] ?? (isForm ? 'application/x-www-form-urlencoded' : '');
      host.request(id, init.method ?? 'GET', String(path), type, init.body === undefined ? '' : String(init.body));
    });
  globalThis.signalboxCallbacks = {
    tick: timers.tick,
    answered: (id, status, text) => {
      const one = pending.get(id);
      pending.delete(id);
      if (status > 0) one?.resolve(new Answer(status, text));
      else one?.reject(new TypeError(text));
    },
  };
  const say = (...words: unknown[]): void => host.log(words.map(String).join(' '));
  Object.assign(globals, {
    console: { log: say, info: say, warn: say, error: say, debug: say },
    setTimeout: timers.add,
    setInterval: timers.addEvery,
    clearTimeout: timers.remove,
    clearInterval: timers.remove,
    queueMicrotask: (call: () => void) => void Promise.resolve().then(call),
    performance: { now: host.monotonicMs },
    URLSearchParams: Params,
    AbortController: Controller,
    AbortSignal: Signal,
    DOMException: NamedError,
    TextEncoder: Encoder,
    MessageChannel: Channel,
    fetch,
  });
}
