// SPDX-License-Identifier: Apache-2.0
// Which metrics anything asks for: dashboards, rules and objectives are searched for their names.

const word = /[A-Za-z_:][\w:]*/g;

/** Every word of texts in which queries stand; a metric whose name is none of them is not asked for. */
export function wordsOf(texts: Iterable<string>): Set<string> {
  const words = new Set<string>();
  for (const text of texts) for (const match of text.matchAll(word)) words.add(match[0]);
  return words;
}

/** Regular expressions on __name__ ask for metrics without spelling them. */
export function namePatterns(texts: Iterable<string>): RegExp[] {
  const patterns: RegExp[] = [];
  for (const text of texts) {
    for (const match of text.matchAll(/__name__\s*=~\s*\\?"((?:[^"\\]|\\[^"])*)\\?"/g)) {
      try {
        patterns.push(new RegExp(`^(?:${(match[1] ?? '').replaceAll('\\\\', '\\')})$`));
      } catch {
        // Not an expression the browser reads: it cannot tell what the pattern asks for.
      }
    }
  }
  return patterns;
}

/** All strings inside a JSON value. */
export function textsIn(value: unknown, out: string[] = []): string[] {
  if (typeof value === 'string') out.push(value);
  else if (Array.isArray(value)) value.forEach((one) => textsIn(one, out));
  else if (value !== null && typeof value === 'object') Object.values(value).forEach((one) => textsIn(one, out));
  return out;
}

export interface MetricUsage {
  name: string;
  series: number;
  isUsed: boolean;
}

export function metricUsage(
  counts: readonly { name: string; value: number }[],
  words: ReadonlySet<string>,
  patterns: readonly RegExp[],
): MetricUsage[] {
  return counts
    .map(({ name, value }) => ({
      name,
      series: value,
      isUsed: words.has(name) || patterns.some((pattern) => pattern.test(name)),
    }))
    .sort((a, b) => b.series - a.series);
}

/** What goes into a scrape job to drop these metrics from now on. */
export function dropRule(names: readonly string[]): string {
  return [
    'metric_relabel_configs:',
    '  - source_labels: [__name__]',
    `    regex: ${names.join('|')}`,
    '    action: drop',
    '',
  ].join('\n');
}
