// SPDX-License-Identifier: Apache-2.0
import { describe, expect, it } from 'vitest';
import { namedColor, type Theme } from './colors';
import { contrast, readableOn, textColor } from './contrast';

const hues = ['red', 'orange', 'yellow', 'green', 'blue', 'purple'];
const shades = ['super-light-', 'light-', '', 'semi-dark-', 'dark-'];
const names = [...hues.flatMap((hue) => shades.map((shade) => shade + hue)), 'white', 'black', 'gray', 'text'];

describe('contrast', () => {
  it('is that of WCAG', () => {
    expect(contrast('#ffffff', '#000000')).toBeCloseTo(21, 6);
    expect(contrast('#777777', '#ffffff')).toBeCloseTo(4.48, 2);
    expect(contrast('#123456', '#123456')).toBe(1);
  });

  it.each<Theme>(['dark', 'light'])('of every named colour as text is enough, %s', (theme) => {
    const surface = theme === 'dark' ? '#12151d' : '#ffffff';
    const faint = names.filter((name) => contrast(textColor(namedColor(name, theme), theme), surface) < 4.5);
    expect(faint).toEqual([]);
  });

  it('of what stands on a named colour is enough', () => {
    const faint = names.filter((name) => {
      const color = namedColor(name, 'light');
      return contrast(readableOn(color), color) < 4.5;
    });
    expect(faint).toEqual([]);
  });

  it('leaves alone what is read already, and what it does not know', () => {
    expect(textColor('#2f62e6', 'light')).toBe('#2f62e6');
    expect(textColor('rgba(1, 2, 3, 0.5)', 'light')).toBe('rgba(1, 2, 3, 0.5)');
    expect(readableOn('transparent')).toBe('inherit');
  });
});
