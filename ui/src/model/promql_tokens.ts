// SPDX-License-Identifier: Apache-2.0
// A colouring of PromQL for places that only show a query. The editor has the real grammar.

export type PromqlKind =
  'keyword' | 'function' | 'metric' | 'label' | 'string' | 'number' | 'comment' | 'operator' | 'plain';

export interface PromqlToken {
  kind: PromqlKind;
  text: string;
}

const keywords = new Set([
  'and',
  'or',
  'unless',
  'by',
  'without',
  'on',
  'ignoring',
  'group_left',
  'group_right',
  'offset',
  'bool',
  'atan2',
  'sum',
  'avg',
  'min',
  'max',
  'count',
  'group',
  'stddev',
  'stdvar',
  'topk',
  'bottomk',
  'quantile',
  'count_values',
  'limitk',
  'limit_ratio',
  'anchored',
  'smoothed',
  'fill',
  'fill_left',
  'fill_right',
]);
const listBefore = new Set(['by', 'without', 'on', 'ignoring', 'group_left', 'group_right']);

const pattern =
  /(#[^\n]*)|("(?:[^"\\]|\\.)*"|'(?:[^'\\]|\\.)*'|`[^`]*`)|(\d[\d.]*(?:[eE][+-]?\d+|(?:ms|[smhdwy])(?:\d+(?:ms|[smhdwy]))*)?)(?![\w:])|([a-zA-Z_:][\w:.]*)|([-+*/%^=!~<>@]+)|([\s\S])/g;

export function promqlTokens(query: string): PromqlToken[] {
  const tokens: PromqlToken[] = [];
  let braces = 0;
  let isList = false;
  let lastWord = '';
  for (const match of query.matchAll(pattern)) {
    const [text, comment, string, number, word, operator] = match;
    if (comment !== undefined) tokens.push({ kind: 'comment', text });
    else if (string !== undefined) tokens.push({ kind: 'string', text });
    else if (number !== undefined) tokens.push({ kind: 'number', text });
    else if (operator !== undefined) tokens.push({ kind: 'operator', text });
    else if (word !== undefined) {
      const rest = query.slice(match.index + text.length);
      tokens.push({ kind: wordKind(word, braces > 0 || isList, rest), text });
      lastWord = word.toLowerCase();
    } else {
      if (text === '{') braces++;
      if (text === '}') braces = Math.max(braces - 1, 0);
      if (text === '(') isList = listBefore.has(lastWord);
      if (text === ')') isList = false;
      if (text.trim() !== '') lastWord = '';
      tokens.push({ kind: 'plain', text });
    }
  }
  return tokens;
}

function wordKind(word: string, isLabel: boolean, rest: string): PromqlKind {
  if (isLabel) return 'label';
  if (keywords.has(word.toLowerCase())) return 'keyword';
  return /^\s*\(/.test(rest) ? 'function' : 'metric';
}
