// SPDX-License-Identifier: Apache-2.0
// Which data source a dashboard means: an object, a name, a variable, null for the default, or a
// placeholder of an exported file (`${DS_PROMETHEUS}`), which is resolved by its type.
import { interpolate, type Scope } from './interpolate';
import { asObject, isObject, objects, text, type Json, type JsonObject } from './json';
import type { DatasourceRef } from './types';

export interface KnownSource {
  uid: string;
  name: string;
  type: string;
  isDefault: boolean;
  /** The path of Signalbox's own API, "" for an external server. */
  mount: string;
}

export const mixedUid = '-- Mixed --';
export const grafanaUid = '-- Grafana --';
export const dashboardUid = '-- Dashboard --';

export function readRef(value: Json | undefined): DatasourceRef | null {
  if (typeof value === 'string') return value === '' || value === 'default' ? null : { uid: value, type: '' };
  if (!isObject(value)) return null;
  const uid = text(value, 'uid') || text(value, 'name');
  const type = text(value, 'type');
  return uid === '' && type === '' ? null : { uid, type };
}

/** `${DS_X}` -> type, from the __inputs of an exported dashboard. */
export function inputTypes(dashboard: JsonObject): Map<string, string> {
  const types = new Map<string, string>();
  for (const input of objects(dashboard['__inputs'])) {
    if (text(input, 'type') === 'datasource') types.set(text(input, 'name'), text(input, 'pluginId'));
  }
  return types;
}

/** Constants among the inputs have a value of their own. */
export function inputConstants(dashboard: JsonObject): Map<string, string> {
  const values = new Map<string, string>();
  for (const input of objects(dashboard['__inputs'])) {
    if (text(input, 'type') === 'constant') values.set(text(input, 'name'), text(input, 'value'));
  }
  return values;
}

const placeholder = /^\$\{?(DS_[A-Za-z0-9_]+)\}?$|^\$\{(VAR_[A-Za-z0-9_]+)\}$/;

/** The type that a placeholder of an exported file stands for; null if `uid` is no placeholder. */
export function placeholderType(uid: string, inputs: ReadonlyMap<string, string>): string | null {
  const match = placeholder.exec(uid);
  if (!match) return null;
  const name = match[1] ?? match[2] ?? '';
  return inputs.get(name) ?? (/loki/i.test(name) ? 'loki' : /tempo/i.test(name) ? 'tempo' : 'prometheus');
}

/** Sources that speak the same language can stand in for each other. */
const families: Record<string, string> = {
  'victoriametrics-metrics-datasource': 'prometheus',
  'grafana-amazonprometheus-datasource': 'prometheus',
  'grafana-opensearch-datasource': 'elasticsearch',
  'victoriametrics-logs-datasource': 'loki',
};
export const familyOf = (type: string): string => families[type] ?? type;

const special = (uid: string): KnownSource | null =>
  uid === mixedUid || uid === grafanaUid || uid === dashboardUid || uid === 'grafana'
    ? {
        uid,
        name: uid,
        type: uid === mixedUid ? 'mixed' : uid === dashboardUid ? 'dashboard' : 'grafana',
        isDefault: false,
        mount: '',
      }
    : null;

/** `ref.uid` is already interpolated. A source that is gone is replaced by one of its type. */
export function resolveSource(ref: DatasourceRef | null, sources: readonly KnownSource[]): KnownSource | null {
  const fallback = sources.find((one) => one.isDefault) ?? null;
  if (!ref || (ref.uid === '' && ref.type === '')) return fallback;
  const known =
    special(ref.uid) ?? sources.find((one) => one.uid === ref.uid) ?? sources.find((one) => one.name === ref.uid);
  if (known) return known;
  const family = familyOf(ref.type) || typeInName(ref.uid);
  const sameType = sources.filter((one) => familyOf(one.type) === family);
  if (sameType.length > 0) return sameType.find((one) => one.isDefault) ?? sameType[0] ?? null;
  return ref.type === '' && ref.uid.startsWith('$') ? fallback : null;
}

/** The same for a reference as it is written. */
export const sourceIn = (
  ref: DatasourceRef | null,
  scope: Scope,
  sources: readonly KnownSource[],
): KnownSource | null =>
  resolveSource(ref && { uid: interpolate(ref.uid, scope), type: interpolate(ref.type, scope) }, sources);

/** "My Prometheus" was a source of that type where the dashboard comes from. */
function typeInName(name: string): string {
  const lower = name.toLowerCase();
  return (
    ['prometheus', 'loki', 'tempo', 'jaeger', 'elasticsearch', 'alertmanager'].find((type) => lower.includes(type)) ??
    ''
  );
}

export function readSources(list: readonly JsonObject[]): KnownSource[] {
  const mounts: Record<string, string> = {
    prometheus: '/prometheus',
    loki: '/loki',
    tempo: '/tempo',
    jaeger: '/jaeger',
    zipkin: '/zipkin',
    elasticsearch: '/elasticsearch',
    alertmanager: '/alertmanager',
  };
  return list.map((one) => ({
    uid: text(one, 'uid'),
    name: text(one, 'name'),
    type: text(one, 'type'),
    isDefault: one['isDefault'] === true,
    mount: asObject(one['jsonData'])['signalboxExternal'] === true ? '' : (mounts[familyOf(text(one, 'type'))] ?? ''),
  }));
}
