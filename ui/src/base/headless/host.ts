// SPDX-License-Identifier: Apache-2.0
// What the program around the engine gives to our code (render/ in the repository, tools/print.mjs for
// development), and what it calls.

export interface Host {
  /** Begins a request to the server; its end is told to `answered`. */
  request: (id: number, method: string, path: string, contentType: string, body: string) => void;
  deflate: (bytes: Uint8Array) => ArrayBuffer;
  /** Milliseconds that only grow. */
  monotonicMs: () => number;
  log: (text: string) => void;
}

export interface Callbacks {
  /** Status 0: there was no answer, and the text says why. */
  answered: (id: number, status: number, text: string) => void;
  /** Runs the timers that are due; milliseconds to the next one, -1 without any. */
  tick: () => number;
}

declare global {
  var signalboxHost: Host;
  var signalboxCallbacks: Callbacks;
}
