// SPDX-License-Identifier: Apache-2.0
import { familyOf, grafanaUid, readRef, resolveSource } from '@/model/dashboard/datasource_ref';
import { listOf } from '@/model/dashboard/edit_list';
import { text, type Json, type JsonObject } from '@/model/dashboard/json';
import { useDashboard } from '../dashboard_context';
import { Choose } from './field';

interface SourceChoiceProps {
  raw: JsonObject;
  value: Json | undefined;
  /** Those that speak one of these languages only; without it all. */
  families?: readonly string[];
  /** Offers what Signalbox itself keeps: notes. */
  own?: string;
  onChange: (ref: Json) => void;
}

/** The data source of a variable or an annotation query: one of those there are, one that a variable chooses, the
 *  default. One that does not exist stays and is called so. */
export function SourceChoice({ raw, value, families, own, onChange }: SourceChoiceProps) {
  const { sources } = useDashboard();
  const fits = (type: string): boolean => !families || families.includes(familyOf(type));
  const ref = readRef(value);
  const variables = listOf(raw, 'templating').filter(
    (one) => text(one, 'type') === 'datasource' && fits(text(one, 'query')),
  );
  const known = sources.filter((one) => fits(one.type));
  const fallback = sources.find((one) => one.isDefault);
  const found = ref && (sources.find((one) => one.uid === ref.uid) ?? sources.find((one) => one.name === ref.uid));
  const isByVariable = ref !== null && ref.uid.startsWith('$');
  const bare = (uid: string): string => uid.replaceAll(/[${}]/g, '');
  const variable = isByVariable ? variables.find((one) => text(one, 'name') === bare(ref.uid)) : undefined;
  const isOwn = own !== undefined && (ref?.uid === grafanaUid || ref?.uid === 'grafana' || ref?.type === 'grafana');
  const current = isOwn
    ? grafanaUid
    : !ref
      ? ''
      : variable
        ? `\${${bare(ref.uid)}}`
        : (found?.uid ?? (ref.uid || ref.type));
  const standIn = ref && !isOwn && !found && !isByVariable ? resolveSource(ref, sources) : null;
  return (
    <Choose
      label="Data source"
      value={current}
      choices={[
        ...(fallback && fits(fallback.type) ? [{ value: '', label: `Default (${fallback.name})` }] : []),
        ...(own === undefined ? [] : [{ value: grafanaUid, label: own }]),
        ...variables.map((one) => ({ value: `\${${text(one, 'name')}}`, label: `$${text(one, 'name')}` })),
        ...known.map((one) => ({ value: one.uid, label: one.name })),
      ]}
      onChange={(next) => {
        const source = sources.find((one) => one.uid === next);
        const chosen = variables.find((one) => `\${${text(one, 'name')}}` === next);
        if (next === grafanaUid) onChange({ type: 'grafana', uid: grafanaUid });
        else if (source) onChange({ type: source.type, uid: source.uid });
        else onChange(chosen ? { type: text(chosen, 'query'), uid: next } : null);
      }}
      help={standIn ? `${current} does not exist here; ${standIn.name} answers in its place.` : undefined}
    />
  );
}
