// SPDX-License-Identifier: Apache-2.0
import { describe, expect, test } from 'vitest';
import { cssColor } from './css_color';
import { fitted, textWidth, wrapped } from './font_metrics';
import { elementsOf, readMarkup } from './markup';
import { RecordingContext } from './recording_context';
import { RecordingPath } from './recording_path';
import { pathText, writeSvg } from './svg_writer';
import { readPath } from './svg_path';
import { drawSvg } from './svg_reader';

const recorded = (draw: (ctx: RecordingContext) => void) => {
  const ctx = new RecordingContext();
  draw(ctx);
  return ctx.finish();
};

describe('colours', () => {
  test('are read in every form that CSS has', () => {
    expect(cssColor('#f00')).toEqual({ r: 1, g: 0, b: 0, a: 1 });
    expect(cssColor('#00ff0080')?.a).toBeCloseTo(0.5, 1);
    expect(cssColor('rgb(160 175 205 / 9%)')?.a).toBeCloseTo(0.09);
    expect(cssColor('rgba(0, 0, 255, 0.5)')).toEqual({ r: 0, g: 0, b: 1, a: 0.5 });
    const hsl = cssColor('hsl(120, 100%, 50%)');
    expect(hsl?.g).toBeCloseTo(1);
    expect(hsl?.r).toBeCloseTo(0);
    expect(cssColor('transparent')?.a).toBe(0);
  });
  test('that are none are null', () => {
    for (const text of ['', 'url(#x)', '#12345', 'rgb(a b c)', 'var(--x)']) expect(cssColor(text)).toBeNull();
  });
});

describe('text', () => {
  test('is as wide as in Helvetica', () => {
    expect(textWidth('Hello', 'sans', 1000)).toBe(722 + 556 + 222 + 222 + 556);
    expect(textWidth('é', 'sans', 1000)).toBe(textWidth('e', 'sans', 1000));
    expect(textWidth('日', 'sans', 1000)).toBe(1000);
    expect(textWidth('abc', 'mono', 10)).toBe(18);
  });
  test('that does not fit ends with an ellipsis, and fits then', () => {
    const short = fitted('a rather long name of a series', 'sans', 11, 60);
    expect(short.endsWith('…')).toBe(true);
    expect(textWidth(short, 'sans', 11)).toBeLessThanOrEqual(60);
    expect(fitted('ok', 'sans', 11, 60)).toBe('ok');
  });
  test('is broken at spaces, and inside of a word that is too long', () => {
    const lines = wrapped('one two three aVeryLongWordWithoutSpaces', 'sans', 10, 50);
    expect(lines.join('').replaceAll(' ', '')).toBe('onetwothreeaVeryLongWordWithoutSpaces');
    for (const line of lines) expect(textWidth(line, 'sans', 10)).toBeLessThanOrEqual(50);
  });
});

describe('the recording context', () => {
  test('carries out transformations', () => {
    const [mark] = recorded((ctx) => {
      ctx.translate(10, 20);
      ctx.scale(2, 2);
      ctx.fillStyle = '#ff0000';
      ctx.fillRect(1, 1, 3, 4);
    });
    expect(mark?.kind === 'fill' && pathText(mark.path)).toBe('M12 22L18 22L18 30L12 30Z');
  });
  test('ends clips where their state ends, and what is left open at the end', () => {
    const kinds = recorded((ctx) => {
      ctx.save();
      const path = new RecordingPath();
      path.rect(0, 0, 1, 1);
      ctx.clip(path);
      ctx.clip(path);
      ctx.restore();
      ctx.clip(path);
    }).map((mark) => mark.kind);
    expect(kinds).toEqual(['clip', 'clip', 'unclip', 'unclip', 'clip', 'unclip']);
  });
  test('keeps the colour when it is told one that is none, as a canvas does', () => {
    const [mark] = recorded((ctx) => {
      ctx.fillStyle = '#00ff00';
      ctx.fillStyle = 'no colour';
      ctx.fillRect(0, 0, 1, 1);
    });
    expect(mark?.kind === 'fill' && mark.paint).toEqual({ r: 0, g: 1, b: 0, a: 1 });
  });
  test('records nothing that cannot be seen or is not finite', () => {
    const marks = recorded((ctx) => {
      ctx.globalAlpha = 0;
      ctx.fillRect(0, 0, 1, 1);
      ctx.globalAlpha = 1;
      ctx.fillText('x', NaN, 0);
      ctx.beginPath();
      ctx.moveTo(NaN, 0);
      ctx.lineTo(Infinity, 3);
      ctx.stroke();
    });
    expect(marks).toEqual([]);
  });
  test('drops what comes after its end', () => {
    const ctx = new RecordingContext();
    ctx.finish();
    ctx.fillRect(0, 0, 1, 1);
    expect(ctx.marks).toEqual([]);
  });
  test('places text by its alignment', () => {
    const [mark] = recorded((ctx) => {
      ctx.font = '600 10px Inter';
      ctx.textAlign = 'right';
      ctx.fillText('ab', 100, 50);
    });
    expect(mark?.kind === 'text' && [mark.font, mark.matrix[4]]).toEqual(['sans-bold', 100 - 11.67]);
  });
});

describe('paths', () => {
  test('of SVG are read: relative, repeated, arcs', () => {
    expect(pathText(readPath('m1 1 2 0v3h-2z').segments)).toBe('M1 1L3 1L3 4L1 4Z');
    expect(pathText(readPath('M0 0.5.5 1').segments)).toBe('M0 0.5L0.5 1');
    const half = readPath('M -1 0 A 1 1 0 0 1 1 0').segments;
    expect(half).toHaveLength(3);
    const [, middle, end] = half;
    expect(middle?.kind === 'curve' && middle.y).toBeCloseTo(-1);
    expect(end?.kind === 'curve' && end.x).toBeCloseTo(1);
  });
  test('have the corners that arcTo rounds', () => {
    const path = new RecordingPath();
    path.roundRect(0, 0, 10, 10, 2);
    const xs = path.segments.flatMap((one) => (one.kind === 'close' ? [] : [one.x]));
    expect(Math.min(...xs)).toBeCloseTo(0);
    expect(Math.max(...xs)).toBeCloseTo(10);
    expect(path.segments.filter((one) => one.kind === 'curve')).toHaveLength(4);
  });
});

describe('SVG', () => {
  const text =
    '<div><svg viewBox="0 0 10 10" width="20" height="20"><g transform="translate(1 2)" fill="var(--good)"><title>x &amp; y</title><rect width="3" height="4"/><text class="axis" x="5">a &lt; b</text></g></svg></div>';
  const look = { token: () => '#00ff00', classes: { axis: { 'font-size': '11px', 'text-anchor': 'middle' } } };

  test('of components is drawn, titles are not', () => {
    const [svg] = elementsOf(readMarkup(text), 'svg');
    const marks = recorded((ctx) => svg && drawSvg(ctx, svg, { x: 100, y: 0, width: 20, height: 20 }, look));
    expect(marks.map((mark) => mark.kind)).toEqual(['clip', 'fill', 'text', 'unclip']);
    expect(marks[1]?.kind === 'fill' && pathText(marks[1].path)).toBe('M102 4L108 4L108 12L102 12Z');
    expect(marks[2]?.kind === 'text' && marks[2].text).toBe('a < b');
  });
  test('that is written is well formed, whatever the texts hold', () => {
    const marks = recorded((ctx) => {
      ctx.fillText('</text><script>alert("1")</script>\u0000\ud800&', 0, 10);
      const gradient = ctx.createLinearGradient(0, 0, 0, 10);
      gradient.addColorStop(0, 'rgb(1 2 3 / 50%)');
      gradient.addColorStop(1, 'rgb(1 2 3 / 0%)');
      ctx.fillStyle = gradient;
      ctx.fillRect(0, 0, 10, 10);
    });
    const svg = writeSvg({ width: 10, height: 10, marks }, 'a "title" <b>');
    expect(svg).not.toMatch(/<script/);
    expect(svg).not.toMatch(/[\u0000\ud800]/);
    expect(svg).toContain('<linearGradient');
    expect(elementsOf(readMarkup(svg), 'svg')).toHaveLength(1);
  });
});

describe('markup', () => {
  test('that is broken is read as a browser would, without end', () => {
    const root = readMarkup('<b>one<i>two</b>three<script>if (a < b) "</b>"</script><br>four &copy; &#x41; &nope;');
    expect(JSON.stringify(root)).toContain('if (a < b)');
    expect(root.children.at(-1)).toBe('four © A &nope;');
    expect(readMarkup('<a '.repeat(1000)).children.length).toBeGreaterThan(0);
    expect(readMarkup('<div>'.repeat(5000)).children).toHaveLength(1);
  });
});
