// SPDX-License-Identifier: Apache-2.0
// Why a panel shows nothing, in words: the same order of reasons as on the page.
import type { QueryClient } from '@tanstack/react-query';
import { metricNamesQuery } from '@/api/queries';
import { explainEmpty } from '@/model/empty_result';
import { isKnownKind } from '@/model/dashboard/support';
import type { Panel } from '@/model/dashboard/types';
import type { PanelData } from '../use_panel_data';

export interface Why {
  title: string;
  more: string;
  isBad: boolean;
}

export async function whyEmpty(
  panel: Panel,
  data: Pick<PanelData, 'queries' | 'error' | 'errors'>,
  client: QueryClient,
): Promise<Why> {
  const plain = (title: string, more = ''): Why => ({ title, more, isBad: false });
  if (!isKnownKind(panel.type)) {
    return plain(`Not shown: panels of the kind ${panel.type || '(none)'}`, panel.unsupported.join(' '));
  }
  if (data.error) {
    const more = data.error instanceof Error ? data.error.message : String(data.error);
    return { title: 'The query failed', more, isBad: true };
  }
  if (data.queries.length === 0) {
    return plain(
      panel.targets.length === 0 ? 'This panel has no query.' : 'All queries of this panel are hidden or empty.',
    );
  }
  const problem = data.queries.find((query) => query.problem)?.problem;
  if (problem) return { title: problem, more: '', isBad: true };
  const [error] = data.errors;
  if (error) return { title: 'The query failed', more: error.message, isBad: true };
  const first = data.queries.find((query) => query.family === 'prometheus');
  const names = first ? await client.fetchQuery(metricNamesQuery()).catch(() => null) : null;
  const [missing] = first && names ? explainEmpty(first.query, names.data).missing : [];
  if (missing) {
    const close = missing.similar.slice(0, 2).join(', ');
    return plain(`No metric named ${missing.name}`, close ? `Close: ${close}` : 'Nothing has sent it yet.');
  }
  return plain(
    'No data in this time range',
    first ? 'Nothing matches the query.' : 'The source answered with no rows.',
  );
}
