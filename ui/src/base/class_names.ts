// SPDX-License-Identifier: Apache-2.0

/** Joins what is truthy: classNames('a', wide && 'b'). */
export function classNames(...names: (string | false | null | undefined)[]): string {
  return names.filter(Boolean).join(' ');
}
