// SPDX-License-Identifier: Apache-2.0
// The lines of the same stream before and after one line.
import { useQuery } from '@tanstack/react-query';
import { useState } from 'react';
import { fetchLogs } from '@/api/log_queries';
import { linesOf, type LogLine } from '@/model/log_lines';
import { quoteText } from '@/model/log_query';
import { Button } from '@/widgets/button';
import { usePreferences } from '@/widgets/preferences';
import { Failure, Skeleton } from '@/widgets/states';
import { LogRow } from './log_row';
import styles from './logs.module.css';

const hourNs = 3_600_000_000_000n;

function streamSelector(line: LogLine): string {
  const labels = Object.entries(line.stream).filter(([name]) => !name.startsWith('__') && name !== 'detected_level');
  return `{${labels.map(([name, value]) => `${name}=${quoteText(value)}`).join(', ')}}`;
}

export function LogContext({ line }: { line: LogLine }) {
  const [count, setCount] = useState(10);
  const zone = usePreferences((p) => p.zone);
  const selector = streamSelector(line);
  const at = BigInt(line.timeNs);
  const query = useQuery({
    queryKey: ['log_context', selector, line.timeNs, count],
    queryFn: async ({ signal }) => {
      const before = { startNs: String(at - hourNs), endNs: String(at) };
      const after = { startNs: String(at), endNs: String(at + hourNs) };
      const [older, newer] = await Promise.all([
        fetchLogs(selector, before, count, 'backward', signal),
        fetchLogs(selector, after, count + 1, 'forward', signal),
      ]);
      return [...linesOf(older, 'backward').reverse(), ...linesOf(newer, 'forward')];
    },
    retry: false,
  });
  if (query.isPending) return <Skeleton lines={6} />;
  if (query.isError) return <Failure what="The lines around it" error={query.error} />;
  const look = { wraps: false, isPretty: false, showsDate: false, sourceWidth: 0, zone, words: [] };
  return (
    <div className={styles['context']}>
      {query.data.map((one) => (
        <div key={one.key} data-here={(one.timeNs === line.timeNs && one.line === line.line) || undefined}>
          <LogRow line={one} look={look} isOpen={false} onToggle={() => undefined} />
        </div>
      ))}
      <Button look="quiet" onClick={() => setCount(count * 3)}>
        More on both sides
      </Button>
    </div>
  );
}
