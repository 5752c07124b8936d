// SPDX-License-Identifier: Apache-2.0
// The lines of a search with the tools around them: fields, order, look, live tail, patterns, export.
import { useCallback, useMemo, useState } from 'react';
import type { Direction, LogWindow } from '@/api/log_queries';
import { parserOf, type LineField, type LogLine } from '@/model/log_lines';
import { withCondition } from '@/model/log_query';
import { sourceWidth } from '@/model/log_source';
import { Card } from '@/widgets/card';
import { usePreferences } from '@/widgets/preferences';
import { Failure, Notice, Skeleton } from '@/widgets/states';
import { useUrlText } from '@/widgets/url_state';
import { LogFacets } from './log_facets';
import { LogList } from './log_list';
import { LogPatterns } from './log_patterns';
import type { RowLook } from './log_row';
import { LogToolbar } from './log_toolbar';
import { NoLines } from './no_lines';
import { labelNames, resultTitle, tailNote, wordsOf } from './result_texts';
import { useLogLines } from './use_log_lines';
import { useTail } from './use_tail';
import styles from './logs.module.css';

interface LogResultProps {
  query: string;
  /** What was typed; its words are marked in the lines. */
  text: string;
  window: LogWindow;
  stepSeconds: number;
  onQuery: (query: string) => void;
}

const patternsNote = 'of at most 200 000 lines, the newest';
const dayNs = 86_400_000_000_000n;

export function LogResult({ query, text, window, stepSeconds, onQuery }: LogResultProps) {
  const [tab, setTab] = useUrlText('tab', 'lines');
  const [order, setOrder] = useUrlText('order', 'backward');
  const [look, setLook] = useUrlText('look', 'line');
  const [isPaused, setPaused] = useState(false);
  const zone = usePreferences((p) => p.zone);
  const isLive = tab === 'live';
  const found = useLogLines(query, window, order as Direction);
  const tail = useTail(query, isLive, isPaused);
  const lines = isLive ? tail.lines : found.lines;
  const labels = useMemo(() => labelNames(found.lines), [found.lines]);

  const rowLook: RowLook = {
    wraps: look !== 'line',
    isPretty: look === 'pretty',
    showsDate: BigInt(window.endNs) - BigInt(window.startNs) > dayNs,
    sourceWidth: useMemo(() => sourceWidth(lines), [lines]),
    zone,
    words: wordsOf(text),
  };
  const onFilter = (field: LineField, line: LogLine, isNot: boolean): void => {
    const parser = field.from === 'line' ? parserOf(line) : '';
    onQuery(
      withCondition(query, field.name, field.value, field.name in line.stream && field.from === 'label', isNot, parser),
    );
  };
  const { hasNextPage, isFetchingNextPage, fetchNextPage } = found;
  const more = useCallback(() => {
    if (hasNextPage && !isFetchingNextPage) void fetchNextPage();
  }, [hasNextPage, isFetchingNextPage, fetchNextPage]);

  return (
    <Card
      title={resultTitle(tab, found.isPending, lines.length, hasNextPage)}
      note={tab === 'patterns' ? patternsNote : isLive ? tailNote(tail.state, tail.waiting, tail.dropped) : undefined}
      actions={
        <LogToolbar
          lines={lines}
          tab={tab}
          order={order}
          look={look}
          isPaused={isPaused}
          onTab={setTab}
          onOrder={setOrder}
          onLook={setLook}
          onPaused={setPaused}
        />
      }
    >
      {tab === 'patterns' ? (
        <LogPatterns
          query={query}
          window={window}
          stepSeconds={stepSeconds}
          onFilter={(filter) => onQuery(query + filter)}
        />
      ) : (
        <div className={styles['body']}>
          <LogFacets
            query={query}
            window={window}
            labels={labels}
            onPick={(name, value, isLabel, parser) =>
              onQuery(withCondition(query, name, value, isLabel, false, parser))
            }
          />
          <div className={styles['main']}>
            {(found.data?.pages[0]?.warnings ?? []).map((warning) => (
              <Notice key={warning} tone="warn" title={warning} />
            ))}
            {!isLive && found.isPending ? (
              <Skeleton lines={16} />
            ) : !isLive && found.isError && lines.length === 0 ? (
              <Failure what="The lines" error={found.error} onRetry={() => void found.refetch()} />
            ) : lines.length === 0 ? (
              <NoLines query={query} text={text} isLive={isLive} />
            ) : (
              <LogList
                lines={lines}
                look={rowLook}
                actions={{ onFilter }}
                onEnd={more}
                foot={
                  isLive ? '' : isFetchingNextPage ? 'Loading more…' : hasNextPage ? '' : 'That is all in this time.'
                }
              />
            )}
          </div>
        </div>
      )}
    </Card>
  );
}
