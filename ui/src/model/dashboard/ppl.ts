// SPDX-License-Identifier: Apache-2.0
// The part of OpenSearch's PPL that dashboards of log documents use:
//   search source=INDEX | where FIELD="VALUE" and FIELD != "VALUE" | fields FIELD, FIELD | head N | sort …
// as a Lucene query and the columns wanted. Names of OpenTelemetry documents in OpenSearch become ours:
// resource.service.name is service.name, severity.text is severity_text, body is message.

export interface PplQuery {
  lucene: string;
  /** Empty: all columns. `source` is the key of the document. */
  fields: { name: string; source: string }[];
  limit: number | null;
  /** The command that is not understood. */
  problem: string | null;
}

const known: Record<string, string> = { body: 'message', 'instrumentationScope.name': 'scope_name' };
const bare = (name: string): string => name.replaceAll('`', '').trim();
const attribute = (name: string): string => bare(name).replace(/^(?:resource\.(?:attributes\.)?|attributes\.)/, '');
const sourceOf = (name: string): string => known[bare(name)] ?? attribute(name).replaceAll(/[.-]/g, '_');

function condition(text: string): string | null {
  const parts = /^\s*\(?\s*([\w.@`-]+)\s*(!=|<>|=|like)\s*(?:"([^"]*)"|'([^']*)'|([\w.-]+))\s*\)?\s*$/i.exec(text);
  if (!parts) return null;
  const value = (parts[3] ?? parts[4] ?? parts[5] ?? '').replaceAll('%', '*');
  const name = known[bare(parts[1] ?? '')] ?? attribute(parts[1] ?? '');
  const isPattern = parts[2]?.toLowerCase() === 'like';
  const term = `${name}:${isPattern ? value.replaceAll(/\s/g, '?') : `"${value.replaceAll('"', '\\"')}"`}`;
  return parts[2] === '!=' || parts[2] === '<>' ? `NOT ${term}` : term;
}

export function parsePpl(query: string): PplQuery {
  const out: PplQuery = { lucene: '*', fields: [], limit: null, problem: null };
  const terms: string[] = [];
  // Editors leave unbreakable spaces behind.
  for (const stage of query.replaceAll('\u00a0', ' ').split('|')) {
    const [, command = '', rest = ''] = /^\s*(\w+)\s*(.*?)\s*$/s.exec(stage) ?? [];
    if (command === 'where') {
      for (const part of rest.split(/\s+and\s+/i)) {
        const term = condition(part);
        if (term === null) out.problem ??= `The condition "${part}" of PPL is not understood.`;
        else terms.push(term);
      }
    } else if (command === 'fields') {
      out.fields = rest
        .split(',')
        .map((name) => ({ name: bare(name), source: sourceOf(name) }))
        .filter((one) => one.name !== '');
    } else if (command === 'head') {
      out.limit = Number(/\d+/.exec(rest)?.[0] ?? 10);
    } else if (!['search', 'source', 'sort', ''].includes(command)) {
      out.problem ??= `The command "${command}" of PPL is not understood.`;
    }
  }
  if (terms.length > 0) out.lucene = terms.join(' AND ');
  return out;
}
