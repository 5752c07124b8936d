// SPDX-License-Identifier: Apache-2.0
// Where in the query an error is, taken from the position that the server puts into its message.

export interface QueryError {
  /** The message without the wrapping that repeats what the page shows anyway. */
  message: string;
  /** Offset in the query text, or null when the message names no position. */
  offset: number | null;
  /** "1:25", as the server wrote it. */
  position: string | null;
}

export function locateError(message: string, query: string): QueryError {
  const plain = message.replace(/^invalid parameter "query": /, '');
  const match = /^(\d+):(\d+): (.*)$/s.exec(plain);
  if (!match) return { message: plain, offset: null, position: null };
  const line = Number(match[1]);
  const column = Number(match[2]);
  return {
    message: (match[3] ?? '').replace(/^parse error: /, ''),
    offset: offsetOf(query, line, column),
    position: `${line}:${column}`,
  };
}

/** Line and column count from 1; columns are bytes of UTF-8, as the server counts them. */
export function offsetOf(query: string, line: number, column: number): number {
  const lines = query.split('\n');
  const before = lines.slice(0, line - 1).reduce((sum, text) => sum + text.length + 1, 0);
  const text = lines[line - 1] ?? '';
  let bytes = 1;
  let at = 0;
  for (const character of text) {
    if (bytes >= column) break;
    bytes += new TextEncoder().encode(character).length;
    at += character.length;
  }
  return Math.min(before + at, query.length);
}

/** What to underline: the word at the offset, or one character; at the end of the text the last one. */
export function errorSpan(text: string, offset: number): { from: number; to: number } {
  const from = Math.max(0, Math.min(offset, text.length - 1));
  const word = /^[\w:.]+/.exec(text.slice(from))?.[0].length ?? 1;
  return { from, to: Math.min(from + word, text.length) };
}

/** A sentence that says what to do about an error that many people meet. */
export function errorHint(message: string): string | null {
  if (/expected type range vector .* got instant vector/.test(message)) {
    return 'Give the selector a range, for example [5m].';
  }
  if (/exceeded maximum resolution/.test(message)) return 'Choose a larger step or a shorter time range.';
  if (/too many samples/.test(message)) return 'Shorten the range, select fewer series, or aggregate with sum by (…).';
  if (/many-to-many|found duplicate series/.test(message)) {
    return 'Both sides match several series. Aggregate one side, or name the labels with on (…) and group_left.';
  }
  if (/timed out|context deadline/.test(message)) return 'Shorten the range or select fewer series.';
  if (
    /must be "Scalar" or "instant Vector"|is "range vector", must be/.test(message) ||
    /invalid expression type "range vector"/.test(message)
  ) {
    return 'A graph needs one value per step: wrap the range in rate(…) or another function over time.';
  }
  return null;
}
