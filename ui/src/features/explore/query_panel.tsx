// SPDX-License-Identifier: Apache-2.0
// One query with its graph or table.
import { useQueryClient } from '@tanstack/react-query';
import { Play, Square } from 'lucide-react';
import { useEffect, useState } from 'react';
import { errorMessage } from '@/api/http';
import type { QueryPanelState } from '@/model/panel_params';
import { locateError } from '@/model/query_error';
import { Button } from '@/widgets/button';
import { Card } from '@/widgets/card';
import { useClock } from '@/widgets/clock';
import { PromqlEditor } from '@/widgets/editor/promql_editor';
import type { PageTime } from '@/widgets/url_state';
import { GraphView } from './graph_view';
import { HistoryPopup } from './history_popup';
import { MetricExplorerButton } from './metric_explorer';
import { PanelMenu } from './panel_menu';
import { PanelNotices } from './panel_notices';
import { PanelToolbar } from './panel_toolbar';
import { useQueryHistory } from './query_history';
import { TableView } from './table_view';
import { useGraph, useTable } from './use_panel_query';
import styles from './explore.module.css';

export interface QueryPanelProps {
  index: number;
  panel: QueryPanelState;
  time: PageTime;
  isOnly: boolean;
  onChange: (panel: QueryPanelState) => void;
  onDuplicate: () => void;
  onRemove: () => void;
}

export function QueryPanel({ index, panel, time, isOnly, onChange, onDuplicate, onRemove }: QueryPanelProps) {
  const [draft, setDraft] = useState(panel.expr);
  useEffect(() => setDraft(panel.expr), [panel.expr]);
  const client = useQueryClient();
  const tick = useClock((clock) => clock.tick);
  const remember = useQueryHistory((history) => history.remember);
  const graph = useGraph(panel, time.resolved);
  const table = useTable(panel, time.resolved);
  const { query, options } = panel.tab === 'graph' ? graph : table;

  const run = (text = draft): void => {
    const expr = text.trim();
    if (expr !== '') remember(expr);
    setDraft(text);
    tick();
    if (expr === panel.expr) void client.invalidateQueries({ queryKey: options.queryKey, exact: true });
    else onChange({ ...panel, expr });
  };
  useEffect(() => {
    if (query.isSuccess && panel.expr !== '') remember(panel.expr);
  }, [query.isSuccess, panel.expr, remember]);
  const located = query.error ? locateError(errorMessage(query.error), panel.expr) : null;
  const name = `Query ${index + 1}`;

  return (
    <Card className={styles['panel']}>
      <div className={styles['progress']} data-on={query.isFetching || undefined} />
      <div className={styles['editorRow']}>
        <PromqlEditor
          label={name}
          value={draft}
          onChange={setDraft}
          onRun={run}
          autoFocus={index === 0 && panel.expr === ''}
        />
        <div className={styles['editorActions']}>
          {query.isFetching ? (
            <Button icon={<Square />} onClick={() => void client.cancelQueries({ queryKey: options.queryKey })}>
              Cancel
            </Button>
          ) : (
            <Button look="primary" icon={<Play />} onClick={() => run()}>
              Run
            </Button>
          )}
          <MetricExplorerButton onPick={run} />
          <HistoryPopup onPick={run} />
          <PanelMenu draft={draft} onDraft={setDraft} isOnly={isOnly} onDuplicate={onDuplicate} onRemove={onRemove} />
        </div>
      </div>
      {panel.expr !== '' && (
        <>
          <PanelToolbar panel={panel} onChange={onChange} answer={query.data} step={graph.step} />
          <PanelNotices
            answer={query.isPlaceholderData ? undefined : query.data}
            error={located}
            exemplarError={graph.exemplarError}
          />
          {panel.tab === 'graph' ? (
            <GraphView panel={panel} graph={graph} time={time} label={panel.expr} onRun={run} onChange={onChange} />
          ) : (
            <TableView panel={panel} table={table} time={time} onRun={run} />
          )}
        </>
      )}
    </Card>
  );
}
