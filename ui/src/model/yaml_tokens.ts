// SPDX-License-Identifier: Apache-2.0
// A line-by-line colouring of YAML as servers print their configuration. It knows keys, strings,
// numbers, comments and block texts; it does not check anything.

export type YamlKind = 'key' | 'string' | 'number' | 'keyword' | 'comment' | 'mark' | 'plain';

export interface YamlToken {
  kind: YamlKind;
  text: string;
}

function valueKind(text: string): YamlKind {
  const value = text.trim();
  if (/^(true|false|null|~|yes|no)$/.test(value)) return 'keyword';
  if (/^[+-]?(\d[\d_]*\.?\d*([eE][+-]?\d+)?|\.\d+)(ms|[smhdwy]|[KMGT]?i?B)?$/.test(value)) return 'number';
  return value.startsWith('<') && value.endsWith('>') ? 'comment' : 'string';
}

function valueTokens(text: string): YamlToken[] {
  if (text === '') return [];
  const comment = /^(|.*?\s)(#.*)$/.exec(text);
  const quoted = /^\s*["']/.test(text);
  if (!comment || quoted) return [{ kind: valueKind(text), text }];
  const [, value = '', rest = ''] = comment;
  return [...(value === '' ? [] : [{ kind: valueKind(value), text: value }]), { kind: 'comment', text: rest }];
}

export function yamlLine(line: string): YamlToken[] {
  const match = /^(\s*)((?:- )*)(?:("[^"]*"|'[^']*'|[^\s#"'[{][^#]*?)(:)(?=\s|$))?(.*)$/.exec(line);
  if (!match) return [{ kind: 'plain', text: line }];
  const [, indent = '', dashes = '', key, colon, rest = ''] = match;
  const tokens: YamlToken[] = [];
  if (indent) tokens.push({ kind: 'plain', text: indent });
  if (dashes) tokens.push({ kind: 'mark', text: dashes });
  if (key !== undefined) tokens.push({ kind: 'key', text: key }, { kind: 'mark', text: colon ?? ':' });
  return [...tokens, ...valueTokens(rest)];
}
