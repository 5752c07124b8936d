// SPDX-License-Identifier: Apache-2.0
// Looking into JSON that people wrote: every accessor gives a default for what is missing or of
// another type, so that no dashboard can make the importer throw.

export type Json = null | boolean | number | string | Json[] | JsonObject;
export interface JsonObject {
  [key: string]: Json | undefined;
}

export function isObject(value: unknown): value is JsonObject {
  return typeof value === 'object' && value !== null && !Array.isArray(value);
}

export const asObject = (value: Json | undefined): JsonObject => (isObject(value) ? value : {});
export const asList = (value: Json | undefined): Json[] => (Array.isArray(value) ? value : []);

export function objects(value: Json | undefined): JsonObject[] {
  return asList(value).filter(isObject);
}

export function text(object: JsonObject, key: string, fallback = ''): string {
  const value = object[key];
  if (typeof value === 'string') return value;
  return typeof value === 'number' ? String(value) : fallback;
}

export function flag(object: JsonObject, key: string, fallback = false): boolean {
  const value = object[key];
  return typeof value === 'boolean' ? value : fallback;
}

/** Numbers, and numbers written as text. */
export function numberOr<T>(value: Json | undefined, fallback: T): number | T {
  if (typeof value === 'number' && Number.isFinite(value)) return value;
  if (typeof value === 'string' && value.trim() !== '' && Number.isFinite(Number(value))) return Number(value);
  return fallback;
}

export const num = (object: JsonObject, key: string, fallback = 0): number => numberOr(object[key], fallback);
export const optionalNum = (object: JsonObject, key: string): number | null => numberOr(object[key], null);

export function texts(value: Json | undefined): string[] {
  return asList(value).filter((item): item is string => typeof item === 'string');
}

/** `a.b.c` of an object, undefined where the path ends early. */
export function at(object: JsonObject, path: string): Json | undefined {
  let here: Json | undefined = object;
  for (const key of path.split('.')) here = asObject(here)[key];
  return here;
}

/** One member set, or taken out where the value is undefined; the same object where nothing changes. */
export function withMember(given: JsonObject, key: string, value: Json | undefined): JsonObject {
  if (given[key] === value) return given;
  if (value !== undefined) return { ...given, [key]: value };
  const { [key]: _, ...others } = given;
  return others;
}

/** The same for a path: "fieldConfig.defaults.unit". */
export function withValue(raw: JsonObject, path: string, value: Json | undefined): JsonObject {
  const [key = '', ...rest] = path.split('.');
  if (rest.length === 0) return withMember(raw, key, value);
  return { ...raw, [key]: withValue(asObject(raw[key]), rest.join('.'), value) };
}

/** The same JSON with each of its texts changed. */
export function mapTexts(value: Json, change: (text: string) => string): Json {
  if (typeof value === 'string') return change(value);
  if (Array.isArray(value)) return value.map((one) => mapTexts(one, change));
  if (!isObject(value)) return value;
  return Object.fromEntries(
    Object.entries(value).map(([key, one]) => [key, one === undefined ? one : mapTexts(one, change)]),
  );
}

export function clone<T extends Json>(value: T): T {
  return JSON.parse(JSON.stringify(value)) as T;
}
