// SPDX-License-Identifier: Apache-2.0
// Search for traces: by fields or in TraceQL, over one time range, all of it in the address.
import { useQuery } from '@tanstack/react-query';
import { ListTree } from 'lucide-react';
import { useMemo, useState, type FormEvent } from 'react';
import { traceSearchQuery } from '@/api/trace_queries';
import { plural } from '@/base/number_format';
import { timestampMs } from '@/base/brand';
import { between } from '@/model/time_range';
import { sortRows, traceRows } from '@/model/trace_rows';
import { queryOf, type SearchForm } from '@/model/traceql_form';
import { Button } from '@/widgets/button';
import { Card, Page } from '@/widgets/card';
import { ChoiceField, TextField } from '@/widgets/fields';
import { Failure, Skeleton } from '@/widgets/states';
import { TimeControls } from '@/widgets/time_controls';
import { usePageTime, useUrlParams, useUrlText } from '@/widgets/url_state';
import { LatencyChart } from './latency_chart';
import { durationsOf, type LatencyBox } from './scatter_scale';
import { SearchFields } from './search_form';
import { formOf, parameterOf } from './search_params';
import { MoreButton, NoTraces } from './no_traces';
import { TraceTable } from './trace_table';
import styles from './traces.module.css';

export function TracesPage() {
  const [params, change] = useUrlParams();
  const time = usePageTime();
  const [order, setOrder] = useUrlText('order', 'newest');
  const [wantedChart, setChart] = useUrlText('chart');
  const written = params.get('q');
  const asked = useMemo(() => formOf(params), [params]);
  const [form, setForm] = useState(asked);
  const [text, setText] = useState(written ?? '');
  const query = written ?? queryOf(asked);
  const window = useMemo(
    () => ({ start: Math.floor(time.resolved.from / 1000), end: Math.ceil(time.resolved.to / 1000) }),
    [time.resolved],
  );
  const limit = Number(params.get('limit') ?? 200);
  const search = useQuery(traceSearchQuery(query, window, limit));
  const rows = useMemo(() => sortRows(traceRows(search.data?.traces ?? []), order), [search.data, order]);
  // The newest of very many stand in a corner of the time: then the heatmap of all of them says more.
  const isCut = rows.length >= limit;
  const chart = wantedChart || (isCut ? 'heatmap' : 'traces');

  const runForm = (next: SearchForm): void =>
    change((p) => {
      p.delete('q');
      for (const key of Object.keys(parameterOf) as (keyof SearchForm)[])
        if (next[key] === '') p.delete(parameterOf[key]);
        else p.set(parameterOf[key], next[key]);
    });
  const runText = (q: string): void => {
    setText(q);
    change((p) => p.set('q', q));
  };
  const keepInside = (box: LatencyBox): void => {
    time.setRange(between(timestampMs(Math.floor(box.fromMs)), timestampMs(Math.ceil(box.toMs))));
    const next = { ...asked, ...durationsOf(box) };
    setForm(next);
    if (written === null) runForm(next);
  };
  const submit = (event: FormEvent): void => {
    event.preventDefault();
    runText(text);
  };

  return (
    <Page title="Traces" actions={<TimeControls time={time} />}>
      <Card>
        {written === null ? (
          <SearchFields
            form={form}
            window={window}
            onChange={setForm}
            onSearch={() => runForm(form)}
            onWrite={runText}
          />
        ) : (
          <form className={styles['query']} onSubmit={submit}>
            <TextField label="TraceQL" className={styles['queryField']} value={text} onChange={setText} autoFocus />
            <Button type="submit" look="primary">
              Search
            </Button>
            <Button look="quiet" icon={<ListTree />} onClick={() => change((p) => p.delete('q'))}>
              Search by fields
            </Button>
          </form>
        )}
      </Card>
      <Card
        title={search.data ? plural(rows.length, 'trace') : 'Traces'}
        note={
          isCut && (
            <>
              the newest {limit}; narrow the search, or{' '}
              <MoreButton onClick={() => change((p) => p.set('limit', String(limit * 5)))} />
            </>
          )
        }
        actions={
          <>
            <ChoiceField
              label="Chart"
              value={chart}
              onChange={setChart}
              choices={[
                { value: 'traces', label: 'Traces' },
                { value: 'heatmap', label: 'Heatmap' },
              ]}
            />
            <ChoiceField
              label="Order"
              value={order}
              onChange={setOrder}
              choices={[
                { value: 'newest', label: 'Newest' },
                { value: 'longest', label: 'Longest' },
                { value: 'spans', label: 'Most spans' },
                { value: 'errors', label: 'Most errors' },
              ]}
            />
          </>
        }
      >
        {search.isPending ? (
          <Skeleton lines={10} />
        ) : search.isError ? (
          <Failure what="The traces" error={search.error} onRetry={() => void search.refetch()} />
        ) : rows.length === 0 ? (
          <NoTraces inspected={Number(search.data.metrics?.inspectedSpans ?? 0)} />
        ) : (
          <>
            <LatencyChart
              kind={chart}
              rows={rows}
              query={query}
              window={window}
              fromMs={time.resolved.from}
              toMs={time.resolved.to}
              onBox={keepInside}
            />
            <TraceTable rows={rows} />
          </>
        )}
      </Card>
    </Page>
  );
}
