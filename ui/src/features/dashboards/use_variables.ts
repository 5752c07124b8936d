// SPDX-License-Identifier: Apache-2.0
// The variables of a dashboard with their values: what the address says, and the options that the
// sources give. Each query is asked once, as soon as the variables that it uses have their values. Until
// all are there, the values of the last visit stand in for them, so that the panels do not wait.
import { useQuery, useQueryClient, type QueryClient } from '@tanstack/react-query';
import { useMemo, useRef } from 'react';
import { productTogether } from '@/api/http';
import { familyOf, sourceIn, type KnownSource } from '@/model/dashboard/datasource_ref';
import { interpolate, type Bound, type Scope } from '@/model/dashboard/interpolate';
import { pageScope, type TimeWindow } from '@/model/dashboard/macros';
import { isObject, type JsonObject } from '@/model/dashboard/json';
import type { Dashboard, Variable, VariableOption } from '@/model/dashboard/types';
import {
  applyRegex,
  chooseValue,
  datasourceOptions,
  fixedOptions,
  loadOrder,
  sortOptions,
  usesOf,
} from '@/model/dashboard/variable';
import { resultText, variableRequest, type VariableRequest } from '@/model/dashboard/variable_query';
import type { InstantSeries } from '@/api/query_types';
import { sourcePath } from './run_query';
import { recallVariables, rememberVariables } from './remembered_variables';

type Values = { data: string[] };

/** What a source answers to a variable's question. */
export async function askVariable(
  source: KnownSource,
  request: VariableRequest,
  window: TimeWindow,
  signal: AbortSignal,
): Promise<string[]> {
  const range = { start: Math.floor(window.fromMs / 1000), end: Math.ceil(window.toMs / 1000) };
  const isLoki = familyOf(source.type) === 'loki';
  const root = isLoki ? '/loki/api/v1' : '/api/v1';
  const get = <T>(path: string, params: Record<string, string | number | readonly string[] | undefined>): Promise<T> =>
    productTogether<T>(sourcePath(source, path), params, signal);
  const matching = (match: string) =>
    isLoki ? { query: match || undefined } : { 'match[]': match ? [match] : undefined };
  switch (request.kind) {
    case 'label_values':
      return (
        await get<Values>(`${root}/label/${encodeURIComponent(request.label)}/values`, {
          ...range,
          ...matching(request.match),
        })
      ).data;
    case 'label_names':
      return (await get<Values>(`${root}/labels`, { ...range, ...matching(request.match) })).data;
    case 'metrics': {
      const names = (await get<Values>(`${root}/label/__name__/values`, range)).data;
      const pattern = new RegExp(request.pattern || '.*');
      return names.filter((name) => pattern.test(name));
    }
    case 'query_result': {
      const answer = await get<{ data: { resultType: string; result: InstantSeries[] | [number, string] } }>(
        `${root}/query`,
        { query: request.query, time: range.end },
      );
      if (answer.data.resultType !== 'vector') return [String(answer.data.result[1])];
      return (answer.data.result as InstantSeries[]).map((one) =>
        resultText(one.metric, one.value?.[1] ?? '', (one.value?.[0] ?? 0) * 1000),
      );
    }
    case 'series': {
      const answer = await get<{ data: Record<string, string>[] }>(`${root}/series`, {
        ...range,
        'match[]': [request.match],
      });
      return answer.data.map((labels) =>
        resultText(labels, '', 0)
          .replace(/ {2}0$| 0$/, '')
          .trim(),
      );
    }
    case 'tag_names':
      return (await get<{ scopes: { tags: string[] }[] }>('/api/v2/search/tags', range)).scopes.flatMap(
        (scope) => scope.tags,
      );
    case 'tag_values':
      return (
        await get<{ tagValues: { value: string }[] }>(
          `/api/v2/search/tag/${encodeURIComponent(request.tag)}/values`,
          range,
        )
      ).tagValues.map((one) => one.value);
    case 'services':
      return (await get<Values>('/api/services', {})).data;
    case 'operations':
      return (await get<Values>(`/api/services/${encodeURIComponent(request.service)}/operations`, {})).data;
    default:
      return [];
  }
}

interface Loading {
  client: QueryClient;
  sources: readonly KnownSource[];
  window: TimeWindow;
  signal: AbortSignal;
}

function deepText(raw: JsonObject, scope: Scope): JsonObject {
  const change = (value: JsonObject[string]): JsonObject[string] =>
    typeof value === 'string'
      ? interpolate(value, scope, 'prometheus')
      : isObject(value)
        ? deepText(value, scope)
        : value;
  return Object.fromEntries(Object.entries(raw).map(([key, value]) => [key, change(value)]));
}

async function optionsOf(
  variable: Variable,
  bound: ReadonlyMap<string, Bound>,
  loading: Loading,
): Promise<VariableOption[]> {
  const { client, sources, window, signal } = loading;
  if (variable.type === 'datasource') return datasourceOptions(variable, sources);
  const fixed = fixedOptions(variable);
  if (fixed) return fixed;
  if (variable.type !== 'query') return [];
  const scope = pageScope(bound, window);
  const source = sourceIn(variable.datasource, scope, sources);
  if (!source) return variable.options;
  const family = familyOf(source.type);
  const written = interpolate(variable.query, scope, family === 'elasticsearch' ? 'lucene' : 'prometheus');
  const request = variableRequest(variable, written, deepText(variable.rawQuery, scope), family);
  if (request.kind === 'none') return variable.options;
  // A minute's difference in the range gives the same options.
  const rounded = {
    fromMs: Math.floor(window.fromMs / 60_000) * 60_000,
    toMs: Math.ceil(window.toMs / 60_000) * 60_000,
  };
  const values = await client.fetchQuery({
    queryKey: ['variable', source.uid, request, variable.refresh === 2 ? rounded : 'load'],
    queryFn: () => askVariable(source, request, rounded, signal),
    staleTime: variable.refresh === 2 ? 30_000 : 300_000,
    retry: false,
  });
  return sortOptions(applyRegex(values, interpolate(variable.regex, scope)), variable.sort);
}

export interface LoadedVariables {
  bound: Map<string, Bound>;
  problems: { name: string; message: string }[];
}

/** Asks for the options of all variables and chooses their values; `chosen` is the query of the address. */
export async function loadVariables(
  dashboard: Dashboard,
  chosen: URLSearchParams,
  loading: Loading,
): Promise<LoadedVariables> {
  const ready = new Map<string, Bound>();
  const problems: LoadedVariables['problems'] = [];
  const bind = async (variable: Variable): Promise<void> => {
    let options: VariableOption[] = variable.options;
    let hasFailed = false;
    try {
      options = await optionsOf(variable, ready, loading);
    } catch (error) {
      if (loading.signal.aborted) throw error;
      hasFailed = true;
      problems.push({ name: variable.name, message: error instanceof Error ? error.message : String(error) });
    }
    const inAddress = chosen.getAll(`var-${variable.name}`);
    const wanted =
      inAddress.length > 0 ? inAddress.map((value) => (value === 'All' ? '$__all' : value)) : variable.current;
    const value = hasFailed && wanted.length > 0 ? wanted : chooseValue(variable, wanted, options);
    ready.set(variable.name, { variable, value, options });
  };
  const uses = usesOf(dashboard.variables);
  const order = loadOrder(dashboard.variables);
  const begun = new Map<string, Promise<void>>();
  for (const variable of order) {
    const before = (uses.get(variable.name) ?? []).flatMap((name) => begun.get(name) ?? []);
    begun.set(
      variable.name,
      Promise.all(before).then(() => bind(variable)),
    );
  }
  await Promise.all(begun.values());
  const bound = new Map(order.flatMap(({ name }) => [...(ready.has(name) ? [[name, ready.get(name)] as const] : [])]));
  return { bound: bound as Map<string, Bound>, problems };
}

const looksOf = (loaded: LoadedVariables): string =>
  JSON.stringify([[...loaded.bound].map(([name, one]) => [name, one.value, one.options]), loaded.problems]);

/** The object of before while it says the same: panels need not look at it again. */
function useUnchanged(loaded: LoadedVariables | undefined, dashboard: Dashboard | null): LoadedVariables | undefined {
  const last = useRef<{ dashboard: Dashboard | null; loaded: LoadedVariables; looks: string } | null>(null);
  return useMemo(() => {
    if (!loaded) return undefined;
    const looks = looksOf(loaded);
    if (last.current?.dashboard === dashboard && last.current.looks === looks) return last.current.loaded;
    last.current = { dashboard, loaded, looks };
    return loaded;
  }, [loaded, dashboard]);
}

export function useVariables(
  dashboard: Dashboard | null,
  chosen: URLSearchParams,
  sources: readonly KnownSource[] | null,
  window: TimeWindow,
) {
  const client = useQueryClient();
  const picked = useMemo(
    () =>
      [...chosen]
        .filter(([name]) => name.startsWith('var-'))
        .map(([name, value]) => `${name}=${value}`)
        .join('&'),
    [chosen],
  );
  const followsTime = dashboard?.variables.some((one) => one.refresh === 2) ?? false;
  const minute = followsTime ? [Math.floor(window.fromMs / 60_000), Math.ceil(window.toMs / 60_000)] : [];
  const recalled = useMemo(() => (dashboard ? recallVariables(dashboard, picked) : undefined), [dashboard, picked]);
  const query = useQuery({
    queryKey: ['variables', dashboard?.uid ?? '', dashboard?.raw, picked, sources?.map((one) => one.uid), ...minute],
    queryFn: async ({ signal }) => {
      const loaded = await loadVariables(dashboard as Dashboard, chosen, {
        client,
        sources: sources ?? [],
        window,
        signal,
      });
      if (dashboard && loaded.problems.length === 0) rememberVariables(dashboard, picked, loaded.bound);
      return loaded;
    },
    enabled: dashboard !== null && sources !== null,
    placeholderData: (before) => before ?? recalled,
    staleTime: Infinity,
    gcTime: 10_000,
    retry: false,
  });
  return { data: useUnchanged(query.data, dashboard) };
}
