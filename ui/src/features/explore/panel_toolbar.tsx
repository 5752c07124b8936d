// SPDX-License-Identifier: Apache-2.0
import { ChartLine, Table2 } from 'lucide-react';
import { useState } from 'react';
import type { Answer } from '@/api/http';
import type { QueryResult } from '@/api/query_types';
import type { DurationMs } from '@/base/brand';
import { formatDuration, humanDuration, parseDuration } from '@/base/duration';
import { groupDigits, plural } from '@/base/number_format';
import type { QueryPanelState } from '@/model/panel_params';
import type { Resolution } from '@/model/step';
import { Button } from '@/widgets/button';
import { ChoiceField, SwitchField, TextField } from '@/widgets/fields';
import { Hint } from '@/widgets/hint';
import { Popup } from '@/widgets/popup';
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
          { value: 'graph', label: <><ChartLine /> Graph</> },
          { value: 'table', label: <><Table2 /> Table</> },
        ]}
      />
      {panel.tab === 'graph' && (
        <>
          <SwitchField label="Stacked" value={panel.isStacked} onChange={(isStacked) => onChange({ ...panel, isStacked })} />
          <SwitchField label="Exemplars" value={panel.hasExemplars} onChange={(hasExemplars) => onChange({ ...panel, hasExemplars })} />
          <StepPicker value={panel.resolution} step={step} onChange={(resolution) => onChange({ ...panel, resolution })} />
        </>
      )}
      {answer && <Statistics answer={answer} />}
    </div>
  );
}

function StepPicker({ value, step, onChange }: { value: Resolution; step: DurationMs; onChange: (value: Resolution) => void }) {
  const [text, setText] = useState(value.kind === 'fixed' ? formatDuration(value.step) : '');
  const parsed = parseDuration(text);
  return (
    <Popup
      label="Resolution"
      align="start"
      className={styles['stepPopup']}
      trigger={<Button look="quiet">Step {formatDuration(step)}{value.kind === 'auto' ? ' · auto' : ''}</Button>}
    >
      <span className={styles['stepTitle']}>Automatic, by width</span>
      <ChoiceField
        label="Automatic resolution"
        value={value.kind === 'auto' ? value.density : ('' as 'low')}
        onChange={(density) => {
          setText('');
          onChange({ kind: 'auto', density });
        }}
        choices={[
          { value: 'low', label: 'Coarse' },
          { value: 'medium', label: 'Medium' },
          { value: 'high', label: 'Fine' },
        ]}
      />
      <span className={styles['stepTitle']}>Fixed step</span>
      <form
        className={styles['stepForm']}
        onSubmit={(event) => {
          event.preventDefault();
          if (parsed !== null) onChange({ kind: 'fixed', step: parsed });
        }}
      >
        <TextField label="Fixed step" value={text} onChange={setText} placeholder="15s" isInvalid={text !== '' && parsed === null} />
        <Button type="submit" disabled={parsed === null}>
          Set
        </Button>
      </form>
    </Popup>
  );
}

function Statistics({ answer }: { answer: Answer<QueryResult> }) {
  const { data, roundTripMs } = answer;
  const count = Array.isArray(data.result) && (data.resultType === 'vector' || data.resultType === 'matrix') ? data.result.length : 1;
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
