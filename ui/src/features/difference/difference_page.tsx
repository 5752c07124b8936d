// SPDX-License-Identifier: Apache-2.0
// What is different in the selected time: which attributes of spans, and which labels and fields of log
// lines, have other values in it than before. Where to go from a spike on any graph.
import { comparedWindows, spanCondition, type Against, type ComparedWindows } from '@/model/difference';
import { logsLink, tracesLink } from '@/model/context_links';
import { withCondition } from '@/model/log_query';
import { encodeEnd } from '@/model/time_range';
import { Badge } from '@/widgets/badge';
import { Card, Page } from '@/widgets/card';
import { ChoiceField } from '@/widgets/fields';
import { Failure, Skeleton } from '@/widgets/states';
import { TimeControls } from '@/widgets/time_controls';
import { usePageTime, useUrlText, type PageTime } from '@/widgets/url_state';
import { DifferenceList } from './difference_list';
import { useLogSides } from './use_log_sides';
import { useSpanSides } from './use_span_sides';

const everyLine = '{service_name=~".+"}';

export function DifferencePage() {
  const time = usePageTime();
  const [spans] = useUrlText('spans');
  const [pick] = useUrlText('pick');
  const [logs] = useUrlText('logs');
  const [against, setAgainst] = useUrlText('against', 'before');
  const windows = comparedWindows(time.resolved.from, time.resolved.to, against as Against);
  return (
    <Page
      title="What is different"
      summary="The selected time beside another: attributes with other values come first."
      actions={
        <>
          <ChoiceField
            label="Compare with"
            value={against}
            onChange={setAgainst}
            choices={[
              { value: 'before', label: 'Time before' },
              { value: 'day', label: 'Yesterday' },
              { value: 'week', label: 'Last week' },
            ]}
          />
          <TimeControls time={time} />
        </>
      }
    >
      <Spans conditions={spans || 'true'} pick={pick} windows={windows} time={time} />
      <Logs selector={logs || everyLine} windows={windows} time={time} />
    </Page>
  );
}

interface SpansProps {
  conditions: string;
  pick: string;
  windows: ComparedWindows;
  time: PageTime;
}

function Spans({ conditions, pick, windows, time }: SpansProps) {
  const { sides, isPending, error, refetch } = useSpanSides(conditions, pick, windows);
  const ends = { from: encodeEnd(time.range.from), to: encodeEnd(time.range.to) };
  const link = (name: string, value: string): string | null => {
    const condition = spanCondition(name, value);
    const all = [conditions === 'true' ? '' : conditions, pick, condition ?? ''].filter(Boolean).join(' && ');
    return condition === null ? null : tracesLink({ ...ends, spans: all });
  };
  return (
    <Card
      title="Spans"
      note={
        <>
          {conditions !== 'true' && <code>{conditions}</code>} {pick !== '' && <Badge tone="info">{pick}</Badge>}
        </>
      }
    >
      {error && !sides ? (
        <Failure what="The comparison of spans" error={error} onRetry={refetch} />
      ) : isPending || !sides ? (
        <Skeleton lines={10} />
      ) : (
        <DifferenceList sides={sides} unit="span" link={link} />
      )}
    </Card>
  );
}

function Logs({ selector, windows, time }: { selector: string; windows: ComparedWindows; time: PageTime }) {
  const { sides, isPending, error, answered, asked } = useLogSides(selector, windows);
  const ends = { from: encodeEnd(time.range.from), to: encodeEnd(time.range.to) };
  const link = (name: string, value: string): string | null =>
    value === 'none'
      ? null
      : logsLink({ ...ends, logs: withCondition(selector, name, value, name === 'service_name', false, '') });
  return (
    <Card
      title="Log lines"
      note={
        isPending ? (
          `${answered} of ${asked} questions answered`
        ) : selector === everyLine ? undefined : (
          <code>{selector}</code>
        )
      }
    >
      {error && !sides ? (
        <Failure what="The comparison of log lines" error={error} />
      ) : isPending || !sides ? (
        <Skeleton lines={10} />
      ) : (
        <DifferenceList sides={sides} unit="log line" link={link} />
      )}
    </Card>
  );
}
