// SPDX-License-Identifier: Apache-2.0
// A native histogram as rows of a table: its buckets in interval notation with their share.
import type { WireBucket, WireHistogram } from '@/api/query_types';

export interface BucketRow {
  interval: string;
  count: number;
  /** Relative to the fullest bucket, for bars. */
  share: number;
}

const brackets: Record<number, [string, string]> = { 0: ['(', ']'], 1: ['[', ')'], 2: ['(', ')'], 3: ['[', ']'] };

function interval([rule, from, to]: WireBucket): string {
  const [left, right] = brackets[rule] ?? ['(', ']'];
  return `${left}${shorten(from)}, ${shorten(to)}${right}`;
}

function shorten(text: string): string {
  const value = Number(text);
  return Number.isFinite(value) ? String(Number(value.toPrecision(4))) : text;
}

export function bucketRows(histogram: WireHistogram): BucketRow[] {
  const buckets = histogram.buckets ?? [];
  const fullest = Math.max(...buckets.map((bucket) => Number(bucket[3])), 0);
  return buckets.map((bucket) => {
    const count = Number(bucket[3]);
    return { interval: interval(bucket), count, share: fullest > 0 ? count / fullest : 0 };
  });
}

export function histogramMean(histogram: WireHistogram): number {
  return Number(histogram.sum) / Number(histogram.count);
}
