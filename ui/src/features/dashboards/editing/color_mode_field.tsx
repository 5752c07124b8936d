// SPDX-License-Identifier: Apache-2.0
// How a field is coloured: {mode, fixedColor}.
import { colorModes, hasFixedColor } from '@/model/dashboard/editing/colors';
import { asObject, text, type Json } from '@/model/dashboard/json';
import { ColorField } from './color_field';
import { SelectField } from './small_fields';
import styles from './editing.module.css';

interface ColorModeFieldProps {
  label: string;
  value: Json | undefined;
  /** What holds without any. */
  fallback?: string;
  onChange: (value: Json) => void;
}

export function ColorModeField({ label, value, fallback = 'palette-classic', onChange }: ColorModeFieldProps) {
  const color = asObject(value);
  const mode = text(color, 'mode', fallback);
  return (
    <div className={styles['row']}>
      <SelectField
        label={label}
        value={mode}
        options={colorModes}
        onChange={(next) => onChange({ ...color, mode: next })}
      />
      {hasFixedColor(mode) && (
        <ColorField
          label="Colour"
          value={text(color, 'fixedColor', 'text')}
          onChange={(next) => onChange({ ...color, fixedColor: next })}
        />
      )}
    </div>
  );
}
