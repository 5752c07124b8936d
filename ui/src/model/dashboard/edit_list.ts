// SPDX-License-Identifier: Apache-2.0
// The lists in a dashboard's JSON that its settings change: variables, annotation queries, links. Every
// function gives new JSON and leaves what it is not about as it was, so that saving loses nothing.
import { asObject, objects, type JsonObject } from './json';

export type SettingsList = 'templating' | 'annotations' | 'links';

export function listOf(raw: JsonObject, name: SettingsList): JsonObject[] {
  return objects(name === 'links' ? raw['links'] : asObject(raw[name])['list']);
}

export function withList(raw: JsonObject, name: SettingsList, list: readonly JsonObject[]): JsonObject {
  return name === 'links'
    ? { ...raw, links: [...list] }
    : { ...raw, [name]: { ...asObject(raw[name]), list: [...list] } };
}

/** `base`, or with the first number that makes it new. */
export function freeName(base: string, taken: readonly string[]): string {
  for (let n = 2, name = base; ; name = `${base}${n++}`) if (!taken.includes(name)) return name;
}
