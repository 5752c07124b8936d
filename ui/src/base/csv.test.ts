// SPDX-License-Identifier: Apache-2.0
import { expect, it } from 'vitest';
import { toCsv } from './csv';

it('quotes separators, quotes and line breaks', () => {
  expect(toCsv([['a,b', 'say "x"', 'two\nlines']])).toBe('"a,b","say ""x""","two\nlines"\r\n');
});

it('disarms formulas from label values, but leaves numbers alone', () => {
  expect(toCsv([['=HYPERLINK("http://evil")', '@SUM(A1)', '-1.5', '+Inf', '-cmd']])).toBe(
    `"'=HYPERLINK(""http://evil"")",'@SUM(A1),-1.5,+Inf,'-cmd\r\n`,
  );
});
