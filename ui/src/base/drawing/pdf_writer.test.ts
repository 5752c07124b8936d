// SPDX-License-Identifier: Apache-2.0
import { describe, expect, test } from 'vitest';
import type { Mark } from './drawing';
import { encodeText } from './pdf_text';
import { PdfWriter } from './pdf_writer';
import { RecordingContext } from './recording_context';

const latin = (bytes: Uint8Array): string => Buffer.from(bytes).toString('latin1');

function written(draw: (ctx: RecordingContext) => void): string {
  const ctx = new RecordingContext();
  draw(ctx);
  const pdf = new PdfWriter({ title: 'A (test) ✓', created: new Date(0) });
  pdf.addPage({ width: 100, height: 50, marks: ctx.finish() as Mark[] }, { width: 200, height: 100 });
  return latin(pdf.finish());
}

describe('a PDF', () => {
  test('has a table that names the place of every object', () => {
    const text = written((ctx) => ctx.fillText('hello', 10, 10));
    const start = Number(/startxref\n(\d+)/.exec(text)?.[1]);
    expect(text.slice(start, start + 4)).toBe('xref');
    const offsets = [...text.slice(start).matchAll(/^(\d{10}) 00000 n /gm)].map((match) => Number(match[1]));
    expect(offsets.length).toBeGreaterThan(8);
    offsets.forEach((offset, i) => expect(text.slice(offset, offset + 12)).toMatch(new RegExp(`^${i + 1} 0 obj`)));
  });
  test('says the lengths of its streams', () => {
    const text = written((ctx) => ctx.fillRect(1, 2, 3, 4));
    for (const match of text.matchAll(/\/Length (\d+) >>\nstream\n/g)) {
      const begin = match.index + match[0].length;
      expect(text.slice(begin + Number(match[1]), begin + Number(match[1]) + 10)).toBe('\nendstream');
    }
  });
  test('turns the page, so that y counts from the top', () => {
    const text = written((ctx) => {
      ctx.fillStyle = '#ff0000';
      ctx.fillRect(1, 2, 3, 4);
    });
    expect(text).toContain('2 0 0 -2 0 100 cm');
    expect(text).toContain('1 0 0 rg\n1 2 m\n4 2 l\n4 6 l\n1 6 l\nh\nf\n');
  });
  test('masks a gradient whose alpha changes, and paints an even one as it is', () => {
    const fill = (end: string) =>
      written((ctx) => {
        const gradient = ctx.createLinearGradient(0, 0, 0, 50);
        gradient.addColorStop(0, 'rgb(255 0 0 / 50%)');
        gradient.addColorStop(1, end);
        ctx.fillStyle = gradient;
        ctx.fillRect(0, 0, 100, 50);
      });
    expect(fill('rgb(255 0 0 / 0%)')).toContain('/SMask');
    expect(fill('rgb(0 0 255 / 50%)')).not.toContain('/SMask');
  });
  test('balances what it saves, whatever was clipped', () => {
    const text = written((ctx) => {
      ctx.beginPath();
      ctx.clip();
      ctx.rect(0, 0, 5, 5);
      ctx.save();
      ctx.clip();
      ctx.fillRect(0, 0, 1, 1);
    });
    expect(text.match(/^q$/gm)?.length).toBe(text.match(/^Q$/gm)?.length);
  });
  test('keeps texts inside of their strings', () => {
    const text = written((ctx) => ctx.fillText(') Tj ET (x) >> endobj \\', 0, 10));
    expect(text).not.toContain(') Tj ET (x)');
    expect(text).toContain('/Title <FEFF');
  });
  test('never writes numbers that a reader does not know', () => {
    const text = written((ctx) => {
      ctx.scale(1e12, 1e12);
      ctx.fillRect(0, 0, 1e9, 1e-9);
      ctx.lineWidth = 1e-9;
      ctx.setLineDash([0, 0]);
      ctx.strokeRect(0, 0, 1, 1);
    });
    expect(text).not.toMatch(/NaN|Infinity|\de[+-]?\d/);
  });
});

describe('letters', () => {
  test('are of Latin, else of Symbol, else without their accent', () => {
    const { runs, missing } = encodeText('a€ ≥ Δt ž ě');
    expect(runs.map((run) => run.isSymbol)).toEqual([false, true, false, true, false]);
    expect(runs[0]?.codes).toEqual([0x61, 0x80, 0x20]);
    expect(runs.at(-1)?.text).toBe('t ž e');
    expect(missing).toBe(0);
  });
  test('that no font has are counted', () => {
    expect(encodeText('Привет 日本').missing).toBe(8);
    expect(encodeText('\u0000a\ud800')).toMatchObject({ missing: 1 });
  });
});
