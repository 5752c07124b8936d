// SPDX-License-Identifier: Apache-2.0
import { useQuery } from '@tanstack/react-query';
import { CircleStop, SearchX } from 'lucide-react';
import { metricNamesQuery } from '@/api/queries';
import { formatDateTime } from '@/base/time_format';
import { explainEmpty } from '@/model/empty_result';
import type { ResolvedRange } from '@/model/time_range';
import { Button } from '@/widgets/button';
import { usePreferences } from '@/widgets/preferences';
import { Empty } from '@/widgets/states';

interface EmptyResultProps {
  query: string;
  window: ResolvedRange;
  onRun: (query: string) => void;
}

/** An empty result says why it is empty. */
export function EmptyResult({ query, window, onRun }: EmptyResultProps) {
  const names = useQuery(metricNamesQuery());
  const zone = usePreferences((p) => p.zone);
  const missing = names.data ? explainEmpty(query, names.data.data).missing : [];
  const first = missing[0];
  if (first) {
    return (
      <Empty
        icon={<SearchX />}
        title={`There is no metric named ${first.name}`}
        actions={first.similar.map((name) => (
          <Button
            key={name}
            className="mono"
            onClick={() => onRun(query.replaceAll(new RegExp(`(?<![\\w:])${first.name}(?![\\w:])`, 'g'), name))}
          >
            {name}
          </Button>
        ))}
      >
        {first.similar.length > 0 ? 'These exist and are close:' : 'Open the metric explorer to see what there is.'}
      </Empty>
    );
  }
  return (
    <Empty icon={<SearchX />} title="No series in this window">
      The query is valid, but between {formatDateTime(window.from, zone)} and {formatDateTime(window.to, zone)} nothing
      matches it. Either no series has these labels, a comparison leaves nothing over, or the data begins later or ended
      earlier.
    </Empty>
  );
}

export function Cancelled({ onRun }: { onRun: () => void }) {
  return (
    <Empty icon={<CircleStop />} title="The query was cancelled" actions={<Button onClick={onRun}>Run again</Button>} />
  );
}
