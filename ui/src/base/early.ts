// SPDX-License-Identifier: Apache-2.0
// What is begun before the application was loaded: requests, which whoever asks first for one takes, and
// the page's code, which the first drawing waits for if it is nearly there. The server puts the answers
// that it knows a page will ask for into the page itself.

/** What is used of a Response. */
export interface Reply {
  readonly ok: boolean;
  readonly status: number;
  text(): Promise<string>;
  arrayBuffer(): Promise<ArrayBuffer>;
}

/** A reply whose text is already here. */
export function replyOf(text: string, status: number): Reply {
  return {
    ok: status >= 200 && status < 300,
    status,
    text: () => Promise.resolve(text),
    arrayBuffer: () => new Response(text).arrayBuffer(),
  };
}

const begun = new Map<string, Promise<Reply>>();

/** Where a trace is asked for, and as what: half the size of JSON, and read without taking it apart. */
export const tracePath = (id: string): string => `/tempo/api/traces/${encodeURIComponent(id)}`;
export const asProtobuf = { Accept: 'application/protobuf' };

/** An answer that came with the page. */
function brought(path: string): Reply | undefined {
  const scripts = document.querySelectorAll<HTMLScriptElement>('script[data-answer]');
  const script = [...scripts].find((one) => one.dataset['answer'] === path);
  if (!script) return undefined;
  const text = script.text;
  script.remove();
  return replyOf(text, 200);
}

export function beginEarly(path: string, headers: Record<string, string> = {}): void {
  const there = brought(path);
  const answer = there ? Promise.resolve(there) : fetch(path, { headers });
  // Whoever takes it sees the failure.
  answer.catch(() => undefined);
  begun.set(path, answer);
}

export function takeEarly(path: string): Promise<Reply> | undefined {
  const answer = begun.get(path);
  begun.delete(path);
  return answer;
}

/**
 * The browser brings the storage of a site when it is first touched, and whoever touches it waits: better
 * now, while the scripts are still being compiled, than when the application reads its preferences.
 */
export function touchStorage(): void {
  try {
    void localStorage.length;
  } catch {
    // Forbidden: then there is nothing to wait for.
  }
}
