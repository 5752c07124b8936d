// SPDX-License-Identifier: Apache-2.0
import { ArrowDownWideNarrow, Download, Pause, Play, Radio } from 'lucide-react';
import type { LogLine } from '@/model/log_lines';
import { Button } from '@/widgets/button';
import { ChoiceField } from '@/widgets/fields';
import { Menu } from '@/widgets/menu';
import { saveAsCsv, saveAsJsonLines } from './log_export';

interface ToolbarProps {
  lines: readonly LogLine[];
  tab: string;
  order: string;
  look: string;
  isPaused: boolean;
  onTab: (tab: string) => void;
  onOrder: (order: string) => void;
  onLook: (look: string) => void;
  onPaused: (isPaused: boolean) => void;
}

export function LogToolbar(props: ToolbarProps) {
  const { lines, order, isPaused } = props;
  const hasLines = props.tab !== 'patterns';
  return (
    <>
      {props.tab === 'live' && (
        <Button icon={isPaused ? <Play /> : <Pause />} onClick={() => props.onPaused(!isPaused)}>
          {isPaused ? 'Go on' : 'Pause'}
        </Button>
      )}
      {hasLines && (
        <>
          <Menu
            trigger={
              <Button icon={<ArrowDownWideNarrow />}>{order === 'backward' ? 'Newest first' : 'Oldest first'}</Button>
            }
            items={[
              { label: 'Newest first', isChecked: order === 'backward', onSelect: () => props.onOrder('backward') },
              { label: 'Oldest first', isChecked: order === 'forward', onSelect: () => props.onOrder('forward') },
            ]}
          />
          <ChoiceField
            label="Look"
            value={props.look}
            onChange={props.onLook}
            choices={[
              { value: 'line', label: 'Line', hint: 'One row a line' },
              { value: 'wrap', label: 'Wrap', hint: 'Long lines over several rows' },
              { value: 'pretty', label: 'JSON', hint: 'JSON lines spread out' },
            ]}
          />
        </>
      )}
      <ChoiceField
        label="View"
        value={props.tab}
        onChange={props.onTab}
        choices={[
          { value: 'lines', label: 'Lines' },
          { value: 'patterns', label: 'Patterns' },
          {
            value: 'live',
            label: (
              <>
                <Radio aria-hidden /> Live
              </>
            ),
          },
        ]}
      />
      {hasLines && (
        <Menu
          trigger={<Button icon={<Download />} aria-label="Export the loaded lines" />}
          items={[
            { label: 'Loaded lines as CSV', onSelect: () => saveAsCsv(lines) },
            { label: 'Loaded lines as JSON lines', onSelect: () => saveAsJsonLines(lines) },
          ]}
        />
      )}
    </>
  );
}
