// SPDX-License-Identifier: Apache-2.0
// The lists in a dashboard's JSON that its settings change: variables, annotation queries, links. Every
// function gives new JSON and leaves what it is not about as it was, so that saving loses nothing.
import { asObject, objects, type Json, type JsonObject } from './json';

export { inserted, moved, replaced, without as removed } from './editing/lists';

export type SettingsList = 'templating' | 'annotations' | 'links';

export function listOf(raw: JsonObject, name: SettingsList): JsonObject[] {
  return objects(name === 'links' ? raw['links'] : asObject(raw[name])['list']);
}

export function withList(raw: JsonObject, name: SettingsList, list: readonly JsonObject[]): JsonObject {
  return name === 'links'
    ? { ...raw, links: [...list] }
    : { ...raw, [name]: { ...asObject(raw[name]), list: [...list] } };
}

/** One member set, or taken out where the value is undefined; the same object where nothing changes. */
export function withMember(given: JsonObject, key: string, value: Json | undefined): JsonObject {
  if (given[key] === value) return given;
  if (value !== undefined) return { ...given, [key]: value };
  const { [key]: _, ...others } = given;
  return others;
}

/** Where an item is after `moved(list, from, to)`. */
export function placeAfterMove(index: number, from: number, to: number): number {
  if (index === from) return to;
  if (from < index && to >= index) return index - 1;
  return from > index && to <= index ? index + 1 : index;
}

/** `base`, or with the first number that makes it new. */
export function freeName(base: string, taken: readonly string[]): string {
  for (let n = 2, name = base; ; name = `${base}${n++}`) if (!taken.includes(name)) return name;
}
