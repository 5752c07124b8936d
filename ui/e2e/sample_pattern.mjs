// SPDX-License-Identifier: Apache-2.0
// A text that a regular expression of a matcher accepts: the first alternative of each choice, one
// round of each repetition. Enough of RE2's syntax for the matchers of dashboards; null where the text
// found is not accepted after all.

const classes = { d: '1', w: 'x', s: ' ', D: 'x', W: '-', S: 'x', b: '', B: '' };

function readClass(pattern, at) {
  let end = at + 1;
  const isNegated = pattern[end] === '^';
  if (isNegated) end++;
  const first = end;
  while (end < pattern.length && (pattern[end] !== ']' || end === first)) end += pattern[end] === '\\' ? 2 : 1;
  const body = pattern.slice(first, end);
  const set = new RegExp(`[${isNegated ? '^' : ''}${body}]`);
  return { text: [...'1axA-_./ ='].find((c) => set.test(c)) ?? body[0], next: end + 1 };
}

function readAtom(pattern, at) {
  const c = pattern[at];
  if (c === '(') {
    const start = pattern.slice(at).match(/^\((?:\?(?:[:=]|P?<\w+>|[ims]+\)|[ims]*:))?/)[0];
    if (start.endsWith(')')) return { text: '', next: at + start.length };
    const inner = readChoice(pattern, at + start.length);
    return { text: inner.text, next: inner.next + 1 };
  }
  if (c === '[') return readClass(pattern, at);
  if (c === '\\') return { text: classes[pattern[at + 1]] ?? pattern[at + 1], next: at + 2 };
  if (c === '^' || c === '$') return { text: '', next: at + 1 };
  return { text: c === '.' ? 'x' : c, next: at + 1 };
}

function readSequence(pattern, at) {
  let text = '';
  let next = at;
  while (next < pattern.length && pattern[next] !== '|' && pattern[next] !== ')') {
    const atom = readAtom(pattern, next);
    const [repeat] = pattern.slice(atom.next).match(/^(?:[*+?]\??|\{\d+(?:,\d*)?\}\??)?/);
    const times = /^[*?]/.test(repeat) ? (pattern[next] === '.' ? 1 : 0) : Number(/\{(\d+)/.exec(repeat)?.[1] ?? 1);
    text += atom.text.repeat(times);
    next = atom.next + repeat.length;
  }
  return { text, next };
}

function readChoice(pattern, at) {
  const first = readSequence(pattern, at);
  let { next, text } = first;
  while (pattern[next] === '|') {
    const other = readSequence(pattern, next + 1);
    text ||= other.text;
    next = other.next;
  }
  return { text, next };
}

export function matches(pattern, text) {
  try {
    return new RegExp(`^(?:${pattern})$`, 's').test(text);
  } catch {
    return false;
  }
}

export function samplePattern(pattern) {
  const { text } = readChoice(pattern, 0);
  return matches(pattern, text) ? text : null;
}
