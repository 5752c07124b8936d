// SPDX-License-Identifier: Apache-2.0
import { expect, it } from 'vitest';
import { fuzzySearch } from './fuzzy';

const names = [
  'node_memory_MemFree_bytes',
  'go_memstats_alloc_bytes',
  'node_cpu_seconds_total',
  'process_cpu_seconds_total',
  'up',
];
const search = (needle: string): string[] => fuzzySearch(names, needle, (name) => name);

it('puts exact and prefix matches before the others', () => {
  expect(search('up')[0]).toBe('up');
  expect(search('process')[0]).toBe('process_cpu_seconds_total');
});

it('asks for all words in any order', () => {
  expect(search('total cpu node')).toEqual(['node_cpu_seconds_total']);
  expect(search('cpu memory')).toEqual([]);
});

it('accepts letters in order when they stand close', () => {
  expect(search('ndcpu')).toEqual(['node_cpu_seconds_total']);
  expect(search('zzz')).toEqual([]);
});

it('returns everything for an empty needle', () => {
  expect(search('  ')).toEqual(names);
});
