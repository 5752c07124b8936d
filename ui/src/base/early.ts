// SPDX-License-Identifier: Apache-2.0
// What is begun before the application was loaded: requests, which whoever asks first for one takes, and
// the page's code, which the first drawing waits for if it is nearly there.

const begun = new Map<string, Promise<Response>>();

export function beginEarly(path: string): void {
  const answer = fetch(path);
  // Whoever takes it sees the failure.
  answer.catch(() => undefined);
  begun.set(path, answer);
}

export function takeEarly(path: string): Promise<Response> | undefined {
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
