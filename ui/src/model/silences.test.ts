// SPDX-License-Identifier: Apache-2.0
import { describe, expect, it } from 'vitest';
import { matchersFor, matcherText, parseMatchers, silenceProblem } from './silences';

describe('matchers', () => {
  it('are read as they are written', () => {
    const text = 'alertname="Disk \\"full\\"", host=~"db.*", env!="dev", zone!~"a|b"';
    const matchers = parseMatchers(text);
    expect(matchers?.map(matcherText).join(', ')).toBe(text);
  });

  it('may stand in braces, without quotes, with a comma at the end', () => {
    expect(parseMatchers('{a=b, c=~d.*,}')).toEqual([
      { name: 'a', value: 'b', isRegex: false, isEqual: true },
      { name: 'c', value: 'd.*', isRegex: true, isEqual: true },
    ]);
    expect(parseMatchers('a b')).toBeNull();
    expect(parseMatchers('')).toBeNull();
  });

  it('come from the labels of an alert', () => {
    expect(matchersFor({ alertname: 'X', job: 'a"b' })).toBe('alertname="X", job="a\\"b"');
  });
});

describe('silenceProblem', () => {
  it('refuses what would hit everything, and asks who and why', () => {
    expect(silenceProblem('a=~".*"', 'x', 'me')).toContain('every alert');
    expect(silenceProblem('a!="b"', 'x', 'me')).toContain('every alert');
    expect(silenceProblem('a="b"', '', 'me')).toContain('why');
    expect(silenceProblem('a="b"', 'x', '')).toContain('Who');
    expect(silenceProblem('a="b"', 'x', 'me')).toBeNull();
  });
});
