// SPDX-License-Identifier: Apache-2.0
// Thresholds: from each value on, its colour.
import { Plus, Trash2 } from 'lucide-react';
import {
  isPercentage,
  stepsIn,
  valueOfStep,
  withMode,
  withNewStep,
  withSteps,
} from '@/model/dashboard/editing/thresholds';
import { replaced, without } from '@/base/lists';
import { text, type Json } from '@/model/dashboard/json';
import { Button, IconButton } from '@/widgets/button';
import { ColorField } from './color_field';
import { NumberField, SelectField } from './small_fields';
import styles from './editing.module.css';

interface ThresholdsFieldProps {
  value: Json | undefined;
  onChange: (value: Json) => void;
}

const modes = [
  { value: 'absolute', name: 'Absolute values' },
  { value: 'percentage', name: 'Percent of min to max' },
];

export function ThresholdsField({ value, onChange }: ThresholdsFieldProps) {
  const steps = stepsIn(value);
  const isPercent = isPercentage(value);
  return (
    <div className={styles['steps']} role="group" aria-label="Thresholds">
      {steps.map((step, i) => {
        const at = valueOfStep(step);
        const name = at === null ? 'base' : String(at);
        return (
          <div key={i} className={styles['step']}>
            <ColorField
              label={`Colour from ${name}`}
              isSmall
              value={text(step, 'color')}
              onChange={(color) => onChange(withSteps(value, replaced(steps, i, { ...step, color })))}
            />
            {at === null ? (
              <span className={styles['base']}>Base</span>
            ) : (
              <NumberField
                label={`Threshold ${i}`}
                value={at}
                isRequired
                isLate
                {...(isPercent ? { after: '%' } : {})}
                onChange={(next) => onChange(withSteps(value, replaced(steps, i, { ...step, value: next })))}
              />
            )}
            {at !== null && (
              <IconButton
                label={`Remove the threshold ${name}`}
                onClick={() => onChange(withSteps(value, without(steps, i)))}
              >
                <Trash2 />
              </IconButton>
            )}
          </div>
        );
      })}
      <div className={styles['row']}>
        <Button icon={<Plus />} onClick={() => onChange(withNewStep(value))}>
          Add threshold
        </Button>
        <SelectField
          label="Thresholds are"
          value={isPercent ? 'percentage' : 'absolute'}
          options={modes}
          onChange={(mode) => onChange(withMode(value, String(mode)))}
        />
      </div>
    </div>
  );
}
