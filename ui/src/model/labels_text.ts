// SPDX-License-Identifier: Apache-2.0
// A free-text filter over label sets: words must all occur; name=value asks for one label.
import type { Labels } from '@/api/query_types';

export function matchesLabels(labels: Labels, filter: string, extra = ''): boolean {
  const words = filter.toLowerCase().split(/\s+/).filter(Boolean);
  if (words.length === 0) return true;
  const all = `${Object.entries(labels)
    .map(([name, value]) => `${name}=${value}`)
    .join(' ')} ${extra}`.toLowerCase();
  return words.every((word) => all.includes(word.replaceAll('"', '')));
}
