// SPDX-License-Identifier: Apache-2.0
// One trace: waterfall, flame graph, operations, and beside them the chosen span.
import { FileText, GitCompareArrows, SearchX } from 'lucide-react';
import { Link, useLocation, useParams } from 'wouter';
import { ApiError } from '@/api/http';
import { Card, Page } from '@/widgets/card';
import { CopyButton } from '@/widgets/copy_button';
import { ChoiceField } from '@/widgets/fields';
import { Empty, Failure, Skeleton } from '@/widgets/states';
import { useUrlText } from '@/widgets/url_state';
import { CompareView } from './compare_view';
import { FlameGraph } from './flame_graph';
import { SpanTable } from './span_table';
import { logsLink } from './trace_links';
import { TraceSummary } from './trace_summary';
import { useTrace } from './use_trace';
import { WaterfallView } from './waterfall_view';
import styles from './traces.module.css';

const views = [
  { value: 'waterfall', label: 'Waterfall' },
  { value: 'flame', label: 'Flame graph' },
  { value: 'table', label: 'Operations' },
] as const;

export function TracePage() {
  const { id: written = '' } = useParams<{ id: string }>();
  // Tempo's search leaves out leading zeros; logs have all 32 digits.
  const id = written.toLowerCase().padStart(32, '0');
  const [, navigate] = useLocation();
  const [view, setView] = useUrlText('view', 'waterfall');
  const [other, setOther] = useUrlText('with');
  const query = useTrace(id);
  const trace = query.data;

  if (query.isPending) {
    return (
      <Page title="Trace" summary={<code>{id}</code>}>
        <Card>
          <Skeleton lines={14} />
        </Card>
      </Page>
    );
  }
  if (!trace || trace.spans.length === 0) {
    const isUnknown = !query.isError || (query.error instanceof ApiError && query.error.errorType === 'not_found');
    return (
      <Page title="Trace" summary={<code>{id}</code>}>
        <Card>
          {isUnknown ? (
            <Empty
              icon={<SearchX />}
              title="No span of this trace is stored"
              actions={<Link href="/traces">Search traces</Link>}
            >
              It may not have been sampled, may still be on its way, or may be older than the retention of traces.
            </Empty>
          ) : (
            <Failure what="The trace" error={query.error} onRetry={() => void query.refetch()} />
          )}
        </Card>
      </Page>
    );
  }
  const root = trace.roots[0];
  return (
    <Page
      title={root ? `${root.service}: ${root.name}` : 'Trace'}
      summary={<TraceSummary trace={trace} />}
      actions={
        <>
          <ChoiceField label="View" value={view} onChange={setView} choices={views} />
          <Link className={styles['action']} href={logsLink(trace)}>
            <FileText aria-hidden /> Logs
          </Link>
          <button
            type="button"
            className={styles['action']}
            onClick={() => {
              const asked = window.prompt('Compare with the trace of this id:', other);
              if (asked !== null) setOther(asked.trim());
            }}
          >
            <GitCompareArrows aria-hidden /> Compare
          </button>
          <CopyButton isWide label="Trace id" text={() => id} />
        </>
      }
    >
      {other !== '' && <CompareView trace={trace} otherId={other} onClose={() => setOther('')} />}
      {view === 'flame' ? (
        <FlameGraph trace={trace} />
      ) : view === 'table' ? (
        <SpanTable
          trace={trace}
          onPick={(name) => navigate(`/trace/${id}?${new URLSearchParams({ find: name }).toString()}`)}
        />
      ) : (
        <WaterfallView trace={trace} />
      )}
    </Page>
  );
}
