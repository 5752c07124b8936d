// SPDX-License-Identifier: Apache-2.0
// Requests that were begun before the application was loaded; whoever asks first for one takes it.

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
