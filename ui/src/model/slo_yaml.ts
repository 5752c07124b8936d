// SPDX-License-Identifier: Apache-2.0
// An objective as the YAML that the server takes, and the server's complaints back at the fields.
import type { SloSpec } from '@/api/slo_queries';

type Value = string | number | boolean | readonly Value[] | { readonly [key: string]: Value | undefined } | undefined;

/** Numbers, durations and words need no quotes; everything else is a JSON string, which YAML reads. */
function scalar(value: string | number | boolean): string {
  if (typeof value !== 'string') return String(value);
  return /^[A-Za-z][\w-]*$/.test(value) && !/^(true|false|yes|no|on|off|y|n|null)$/i.test(value)
    ? value
    : /^\d+(\.\d+)?(ms|[smhdwy])?$/.test(value)
      ? value
      : JSON.stringify(value);
}

export interface SloYaml {
  text: string;
  /** What stands in each line, such as "sli.ratio.errors"; the first line is that of `slos:`. */
  paths: string[];
}

const isNothing = (value: Value): boolean =>
  value === undefined ||
  (typeof value === 'object' &&
    (Array.isArray(value) ? value.length === 0 : Object.values(value).every((one) => isNothing(one))));

export function sloYaml(spec: SloSpec): SloYaml {
  const lines = ['slos:'];
  const paths = [''];
  const write = (key: string, value: Value, indent: string, path: string): void => {
    if (isNothing(value)) return;
    const own = path === '' ? key : `${path}.${key}`;
    const name = scalar(key);
    if (typeof value !== 'object') {
      lines.push(`${indent}${name}: ${scalar(value ?? '')}`);
      paths.push(own);
    } else if (Array.isArray(value)) {
      lines.push(`${indent}${name}: [${value.map((one) => scalar(one as string)).join(', ')}]`);
      paths.push(own);
    } else {
      lines.push(`${indent}${name}:`);
      paths.push(own);
      for (const [inner, one] of Object.entries(value)) write(inner, one, `${indent}  `, own);
    }
  };
  for (const [key, value] of Object.entries(spec)) write(key, value as Value, '  ', '');
  if (lines[1] !== undefined) lines[1] = `- ${lines[1].slice(2)}`;
  return { text: `${lines.join('\n')}\n`, paths };
}

/** By path; under "" what belongs to no line. */
export type Mistakes = ReadonlyMap<string, string>;

export const noMistakes: Mistakes = new Map();

/** "slo:4:14: objective must be …", one a line, as the server tells them. */
export function mistakesOf(message: string, paths: readonly string[]): Mistakes {
  const found = new Map<string, string>();
  let path = '';
  for (const line of message.split('\n').filter((one) => one.trim() !== '')) {
    const place = /^slo:(\d+):\d+: (.*)$/.exec(line);
    if (place) path = paths[Number(place[1]) - 1] ?? '';
    const text = place?.[2] ?? line;
    const before = found.get(path);
    found.set(path, before === undefined ? text : `${before}\n${text}`);
  }
  return found;
}

/** What is wrong at one of these places or below them; null if nothing. */
export function mistakeAt(mistakes: Mistakes, ...places: readonly string[]): string | null {
  const texts = [...mistakes].filter(([path]) =>
    places.some((place) => path === place || (place !== '' && path.startsWith(`${place}.`))),
  );
  return texts.length === 0 ? null : texts.map(([, text]) => text).join('\n');
}
