// SPDX-License-Identifier: Apache-2.0
import { useState } from 'react';
import type { DurationMs } from '@/base/brand';
import { formatDuration, parseDuration } from '@/base/duration';
import type { Resolution } from '@/model/step';
import { Button } from '@/widgets/button';
import { ChoiceField, TextField } from '@/widgets/fields';
import { Popup } from '@/widgets/popup';
import styles from './explore.module.css';

export function StepPicker({
  value,
  step,
  onChange,
}: {
  value: Resolution;
  step: DurationMs;
  onChange: (value: Resolution) => void;
}) {
  const [text, setText] = useState(value.kind === 'fixed' ? formatDuration(value.step) : '');
  const parsed = parseDuration(text);
  return (
    <Popup
      label="Resolution"
      align="start"
      className={styles['stepPopup']}
      trigger={
        <Button look="quiet">
          Step {formatDuration(step)}
          {value.kind === 'auto' ? ' · auto' : ''}
        </Button>
      }
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
        <TextField
          label="Fixed step"
          value={text}
          onChange={setText}
          placeholder="15s"
          isInvalid={text !== '' && parsed === null}
        />
        <Button type="submit" disabled={parsed === null}>
          Set
        </Button>
      </form>
    </Popup>
  );
}
