// SPDX-License-Identifier: Apache-2.0
import { ChartLine, Table2 } from 'lucide-react';
import type { Answer } from '@/api/http';
import type { QueryResult, RangeSeries } from '@/api/query_types';
import type { DurationMs } from '@/base/brand';
import { humanDuration } from '@/base/duration';
import { groupDigits, plural } from '@/base/number_format';
import type { QueryPanelState } from '@/model/panel_params';
import { graphCsv } from '@/model/query_table';
import { CopyButton } from '@/widgets/copy_button';
import { ChoiceField, SwitchField } from '@/widgets/fields';
import { Hint } from '@/widgets/hint';
import { usePreferences } from '@/widgets/preferences';
import { StepPicker } from './step_picker';
import styles from './explore.module.css';

interface PanelToolbarProps {
  panel: QueryPanelState;
  onChange: (panel: QueryPanelState) => void;
  answer: Answer<QueryResult> | undefined;
  step: DurationMs;
}

export function PanelToolbar({ panel, onChange, answer, step }: PanelToolbarProps) {
  return (
    <div className={styles['toolbar']}>
      <ChoiceField
        label="View"
        value={panel.tab}
        onChange={(tab) => onChange({ ...panel, tab })}
        choices={[
          {
            value: 'graph',
            label: (
              <>
                <ChartLine /> Graph
              </>
            ),
          },
          {
            value: 'table',
            label: (
              <>
                <Table2 /> Table
              </>
            ),
          },
        ]}
      />
      {panel.tab === 'graph' && (
        <>
          <SwitchField
            label="Stacked"
            value={panel.isStacked}
            onChange={(isStacked) => onChange({ ...panel, isStacked })}
          />
          <SwitchField
            label="Exemplars"
            value={panel.hasExemplars}
            onChange={(hasExemplars) => onChange({ ...panel, hasExemplars })}
          />
          <SwitchField label="Band" value={panel.hasBand} onChange={(hasBand) => onChange({ ...panel, hasBand })} />
          <StepPicker
            value={panel.resolution}
            step={step}
            onChange={(resolution) => onChange({ ...panel, resolution })}
          />
          {answer?.data.resultType === 'matrix' && answer.data.result.length > 0 && (
            <CopyCsv result={answer.data.result} />
          )}
        </>
      )}
      {answer && <Statistics answer={answer} />}
    </div>
  );
}

function CopyCsv({ result }: { result: readonly RangeSeries[] }) {
  const zone = usePreferences((p) => p.zone);
  return <CopyButton isWide look="quiet" label="Copy CSV" text={() => graphCsv(result, zone)} />;
}

function Statistics({ answer }: { answer: Answer<QueryResult> }) {
  const { data, roundTripMs } = answer;
  const count =
    Array.isArray(data.result) && (data.resultType === 'vector' || data.resultType === 'matrix')
      ? data.result.length
      : 1;
  const seconds = data.stats?.timings?.execTotalTime ?? data.stats?.timings?.evalTotalTime;
  const samples = data.stats?.samples?.samplesRead ?? data.stats?.samples?.totalQueryableSamples;
  const peak = data.stats?.samples?.peakSamples;
  return (
    <Hint
      text={
        <>
          Round trip {humanDuration(roundTripMs)}
          {seconds !== undefined && <>, of which the server evaluated {humanDuration(seconds * 1000)}</>}
          {peak !== undefined && <>. At most {groupDigits(String(peak))} samples in memory at once</>}.
        </>
      }
    >
      <span className={styles['statistics']} tabIndex={0}>
        {plural(count, 'series', 'series')}
        <span>{humanDuration(seconds !== undefined ? seconds * 1000 : roundTripMs)}</span>
        {samples !== undefined && <span>{plural(samples, 'sample')}</span>}
      </span>
    </Hint>
  );
}
