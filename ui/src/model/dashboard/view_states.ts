// SPDX-License-Identifier: Apache-2.0
// Frames as states over time (state timeline, status history) and as a heat map.
import type { Zone } from '@/base/time_format';
import { schemeColor } from './colors';
import { showValue, shownText } from './display';
import { rangeOf, unitOf } from './field_config';
import { displayName, timeField, type Field, type Frame, type Value } from './frame';
import { asObject, flag, num, text, type JsonObject } from './json';
import { bucketSize } from './transform_group';
import { formatText } from './units';
import type { Coloring } from './view_series';

export interface StateSpan {
  fromMs: number;
  toMs: number;
  text: string;
  color: string;
}
export interface StateRow {
  name: string;
  spans: StateSpan[];
}

export interface StatesInput {
  frames: readonly Frame[];
  coloring: Coloring;
  zone: Zone;
  toMs: number;
  /** Neighbours of the same value become one span. */
  isMerging: boolean;
}

function stepOf(times: readonly Value[]): number {
  const steps = times.slice(1).map((time, i) => Number(time) - Number(times[i]));
  return steps.length === 0 ? 60_000 : Math.min(...steps);
}

export function stateRows(input: StatesInput): StateRow[] {
  const rows: StateRow[] = [];
  const seen = new Map<string, number>();
  for (const of of input.frames) {
    const times = timeField(of)?.values;
    if (!times) continue;
    const step = stepOf(times);
    for (const one of of.fields) {
      if (one.type === 'time' || one.type === 'other') continue;
      const range = rangeOf(one);
      const spans: StateSpan[] = [];
      one.values.forEach((value, i) => {
        if (value === null) return;
        const key = String(value);
        if (!seen.has(key)) seen.set(key, seen.size);
        const isPlain = one.config['color'] === undefined && one.config['thresholds'] === undefined;
        const look = {
          theme: input.coloring.theme,
          zone: input.zone,
          seriesColor: input.coloring.palette(seen.get(key) ?? 0),
        };
        const shown = showValue(
          isPlain ? { ...one, config: { ...one.config, color: { mode: 'palette-classic' } } } : one,
          value,
          look,
          range,
        );
        const fromMs = Number(times[i]);
        const last = spans.at(-1);
        const label = shownText(shown);
        if (input.isMerging && last && last.toMs >= fromMs && last.text === label && last.color === shown.color)
          last.toMs = fromMs + step;
        else
          spans.push({
            fromMs,
            toMs: Math.min(fromMs + step, Math.max(input.toMs, fromMs + 1)),
            text: label,
            color: shown.color,
          });
      });
      rows.push({ name: displayName(one, of, input.frames), spans });
    }
  }
  return rows;
}

export interface HeatmapView {
  timesMs: number[];
  stepMs: number;
  rows: { label: string; values: (number | null)[] }[];
  max: number;
  colorOf: (value: number) => string;
  format: (value: number) => string;
}

function rowsOfBuckets(of: Frame, unit: string): HeatmapView['rows'] {
  return of.fields
    .filter((one) => one.type === 'number')
    .map((one) => {
      const name = one.labels['le'] ?? one.displayName ?? one.name;
      const bound = Number(name);
      const label =
        name === '+Inf' ? '+Inf' : Number.isFinite(bound) && name.trim() !== '' ? formatText(bound, unit) : name;
      return { label, values: one.values.map((value) => (typeof value === 'number' ? value : null)) };
    });
}

/** Values of series counted into buckets of the value axis. */
function calculated(frames: readonly Frame[], unit: string): { times: number[]; rows: HeatmapView['rows'] } {
  const columns = frames.flatMap((of) => of.fields.filter((one) => one.type === 'number').map((one) => ({ one, of })));
  const numbers = columns
    .flatMap(({ one }) => one.values)
    .filter((v): v is number => typeof v === 'number' && Number.isFinite(v));
  if (numbers.length === 0) return { times: [], rows: [] };
  const times = [...new Set(columns.flatMap(({ of }) => timeField(of)?.values ?? []))]
    .map(Number)
    .sort((a, b) => a - b);
  const min = Math.min(...numbers);
  const size = bucketSize(min, Math.max(...numbers), 20);
  const start = Math.floor(min / size) * size;
  const count = Math.min(Math.floor((Math.max(...numbers) - start) / size) + 1, 100);
  const rows = Array.from({ length: count }, (_, i) => ({
    label: formatText(start + i * size, unit),
    values: new Array<number | null>(times.length).fill(0),
  }));
  const place = new Map(times.map((time, i) => [time, i]));
  for (const { one, of } of columns) {
    one.values.forEach((value, i) => {
      const column = place.get(Number(timeField(of)?.values[i]));
      if (typeof value !== 'number' || column === undefined) return;
      const row = rows[Math.min(Math.floor((value - start) / size), count - 1)];
      if (row) row.values[column] = (row.values[column] ?? 0) + 1;
    });
  }
  return { times, rows };
}

export function heatmapOf(frames: readonly Frame[], options: JsonObject, coloring: Coloring): HeatmapView {
  const first = frames[0];
  const yAxis = asObject(options['yAxis']);
  const value: Field | undefined = first?.fields.find((one) => one.type === 'number');
  const unit = text(yAxis, 'unit') || (value ? unitOf(value) : '');
  const isBuckets = !flag(options, 'calculate');
  const made =
    isBuckets && first
      ? {
          times: (timeField(first)?.values ?? []).map(Number),
          rows:
            first.meta.kind === 'heatmap' || first.fields.length > 2
              ? rowsOfBuckets(first, unit)
              : frames.flatMap((of) => rowsOfBuckets(of, unit)),
        }
      : calculated(frames, unit);
  const max = Math.max(0, ...made.rows.flatMap((row) => row.values).map((v) => v ?? 0));
  const color = asObject(options['color']);
  const exponent = num(color, 'exponent', 0.5);
  const scheme = text(color, 'scheme', 'Oranges');
  const rows = flag(yAxis, 'reverse') ? [...made.rows].reverse() : made.rows;
  const cell = asObject(options['cellValues']);
  return {
    timesMs: made.times,
    stepMs: stepOf(made.times),
    rows,
    max,
    colorOf: (v) => schemeColor(scheme, 0.12 + 0.88 * (max === 0 ? 0 : (v / max) ** exponent), coloring.theme),
    format: (v) => formatText(v, text(cell, 'unit') || 'short'),
  };
}

/** Evenly spaced times for a simple axis, first and last included. */
export function timeTicks(fromMs: number, toMs: number, count: number): number[] {
  const parts = Math.max(count, 2) - 1;
  return Array.from({ length: parts + 1 }, (_, i) => fromMs + ((toMs - fromMs) * i) / parts);
}
