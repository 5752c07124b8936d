// SPDX-License-Identifier: Apache-2.0
// Underlines mistakes where the server's own parser finds them, a moment after the last key: what the
// server runs is never marked, and what is marked is where the message of a run points to. The static
// check of codemirror-promql judges as much of the text as the incremental parser has reached, which
// on a busy machine is half a query. Without an answer nothing is marked.
import { linter, type Diagnostic } from '@codemirror/lint';
import type { Extension } from '@codemirror/state';
import { ApiError } from '@/api/http';
import { formatQuery } from '@/api/queries';
import { errorSpan, locateError } from '@/model/query_error';

const pauseMs = 500;

function diagnosticOf(error: unknown, text: string): Diagnostic[] {
  if (!(error instanceof ApiError) || error.errorType !== 'bad_data') return [];
  const { message, offset } = locateError(error.message, text);
  const span = offset === null ? { from: 0, to: text.length } : errorSpan(text, offset);
  return [{ ...span, severity: 'error', message }];
}

export function serverLint(): Extension {
  let running: AbortController | null = null;
  return linter(
    async (view) => {
      running?.abort();
      const text = view.state.doc.toString();
      // Variables of dashboards are no PromQL before they are replaced.
      if (text.trim() === '' || text.includes('$')) return [];
      running = new AbortController();
      try {
        await formatQuery(text, running.signal);
        return [];
      } catch (error) {
        return diagnosticOf(error, text);
      }
    },
    { delay: pauseMs },
  );
}
