// SPDX-License-Identifier: Apache-2.0
// The variables of the dashboards that this browser showed last, kept in its storage. They stand in for
// the answers while the sources are asked again: mostly these say the same.
import { readStored, writeStored } from '@/base/storage';
import type { Bound } from '@/model/dashboard/interpolate';
import type { Dashboard, VariableOption, VariableValue } from '@/model/dashboard/types';
import type { LoadedVariables } from './use_variables';

const key = 'variables';
const dashboardsMax = 12;
/** More than that is not worth the time it takes to read. */
const optionsMax = 500;

interface Kept {
  uid: string;
  /** What the address chose. */
  picked: string;
  variables: { name: string; query: string; value: VariableValue; options: readonly VariableOption[] }[];
}

const isKept = (value: unknown): value is Kept[] =>
  Array.isArray(value) &&
  value.every((one: Partial<Kept> | null) => typeof one?.uid === 'string' && Array.isArray(one.variables));

export function rememberVariables(dashboard: Dashboard, picked: string, bound: ReadonlyMap<string, Bound>): void {
  const variables = [...bound].map(([name, { variable, value, options }]) => ({
    name,
    query: variable.query,
    value,
    options,
  }));
  const others = (readStored(key, isKept) ?? []).filter((one) => one.uid !== dashboard.uid);
  const count = variables.reduce((sum, one) => sum + one.options.length, 0);
  const isWorthIt = dashboard.uid !== '' && variables.length > 0 && count <= optionsMax;
  const mine: Kept[] = isWorthIt ? [{ uid: dashboard.uid, picked, variables }] : [];
  writeStored(key, [...mine, ...others].slice(0, dashboardsMax));
}

/** Undefined unless every variable was the same, with the same choice in the address. */
export function recallVariables(dashboard: Dashboard, picked: string): LoadedVariables | undefined {
  const kept = readStored(key, isKept)?.find((one) => one.uid === dashboard.uid && one.picked === picked);
  if (!kept || kept.variables.length !== dashboard.variables.length) return undefined;
  const bound = new Map<string, Bound>();
  for (const { name, query, value, options } of kept.variables) {
    const variable = dashboard.variables.find((one) => one.name === name);
    if (!variable || variable.query !== query) return undefined;
    bound.set(name, { variable, value, options });
  }
  return { bound, problems: [] };
}
