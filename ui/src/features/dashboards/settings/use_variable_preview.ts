// SPDX-License-Identifier: Apache-2.0
// The values that a variable would have with what is written now. Asked a moment after the last key; its
// source keeps answers, so that only a changed question is asked.
import { keepPreviousData, useQuery, useQueryClient } from '@tanstack/react-query';
import { useEffect, useState } from 'react';
import { importDashboard } from '@/model/dashboard/import_dashboard';
import { settleAuto } from '@/model/dashboard/macros';
import type { JsonObject } from '@/model/dashboard/json';
import type { Dashboard, Variable, VariableOption } from '@/model/dashboard/types';
import { autoInterval, usesOf } from '@/model/dashboard/variable';
import { useDashboard } from '../dashboard_context';
import { loadVariables } from '../use_variables';

export function useSettled<T>(value: T, ms: number): T {
  const [settled, setSettled] = useState(value);
  useEffect(() => {
    const timer = setTimeout(() => setSettled(value), ms);
    return () => clearTimeout(timer);
  }, [value, ms]);
  return settled;
}

export interface Preview {
  options: readonly VariableOption[];
  /** Before the pattern. */
  askedCount: number;
  problems: readonly { name: string; message: string }[];
  /** What auto is now. */
  auto: string | null;
}

/** The variable with those that its query uses, and those that these use. */
function withNeeded(variables: readonly Variable[], variable: Variable): Variable[] {
  const uses = usesOf(variables);
  const wanted = new Set([variable.name]);
  for (const name of wanted) for (const used of uses.get(name) ?? []) wanted.add(used);
  return variables.filter((one) => wanted.has(one.name));
}

export function useVariablePreview(raw: JsonObject, index: number) {
  const { sources, window } = useDashboard();
  const client = useQueryClient();
  const written = JSON.stringify(raw['templating'] ?? null);
  const templating = useSettled(written, 300);
  const minute = 60_000;
  const search = globalThis.location.search;
  const query = useQuery({
    queryKey: ['variable preview', index, templating, search, Math.floor(window.toMs / minute)],
    queryFn: async ({ signal }): Promise<Preview> => {
      const read = importDashboard({ ...raw, panels: [], rows: [], templating: JSON.parse(templating) as JsonObject });
      const variable = read.variables[index];
      if (!variable) return { options: [], askedCount: 0, problems: [], auto: null };
      const needed = withNeeded(read.variables, variable);
      const load = (variables: Variable[]) => {
        const dashboard: Dashboard = { ...read, variables };
        return loadVariables(dashboard, new URLSearchParams(search), { client, sources, window, signal });
      };
      const loaded = await load(needed);
      const options = loaded.bound.get(variable.name)?.options ?? [];
      const bare = needed.map((one) => (one === variable ? { ...one, regex: '' } : one));
      const asked = variable.regex === '' ? options : ((await load(bare)).bound.get(variable.name)?.options ?? []);
      const isAuto = variable.type === 'interval' && variable.isAuto;
      const auto = settleAuto({ variable, value: [autoInterval + variable.name], options }, window).value[0];
      return { options, askedCount: asked.length, problems: loaded.problems, auto: isAuto ? (auto ?? null) : null };
    },
    placeholderData: keepPreviousData,
    staleTime: 30_000,
    gcTime: 30_000,
    retry: false,
  });
  return { ...query, isBehind: written !== templating || query.isFetching };
}
