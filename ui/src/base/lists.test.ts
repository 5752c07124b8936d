// SPDX-License-Identifier: Apache-2.0
import { describe, expect, it } from 'vitest';
import { commaList, inserted, replaced, without } from './lists';

describe('changes of lists', () => {
  it('give a new list, and the same items where the place is outside', () => {
    expect(replaced(['a', 'b'], 1, 'c')).toEqual(['a', 'c']);
    expect(without(['a', 'b'], 0)).toEqual(['b']);
    expect(inserted(['a', 'b'], 1, 'c')).toEqual(['a', 'c', 'b']);
    expect(replaced(['a'], 3, 'c')).toEqual(['a']);
    expect(without(['a'], -1)).toEqual(['a']);
  });

  it('are typed with commas', () => {
    expect(commaList(' a, b c,, d ,')).toEqual(['a', 'b c', 'd']);
    expect(commaList('')).toEqual([]);
  });
});
