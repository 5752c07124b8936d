// SPDX-License-Identifier: Apache-2.0
// A colour: those with names, or any other.
import { useState } from 'react';
import { colorName, namedColors, plainColors } from '@/model/dashboard/editing/colors';
import { namedColor } from '@/model/dashboard/colors';
import { Button } from '@/widgets/button';
import { TextField } from '@/widgets/fields';
import { Popup } from '@/widgets/popup';
import { usePreferences } from '@/widgets/preferences';
import styles from './editing.module.css';

interface ColorFieldProps {
  label: string;
  value: string;
  /** Offers to have none. */
  isOptional?: boolean;
  isSmall?: boolean;
  onChange: (color: string) => void;
}

export function ColorField({ label, value, isOptional = false, isSmall = false, onChange }: ColorFieldProps) {
  const [isOpen, setOpen] = useState(false);
  const theme = usePreferences().shownTheme;
  const shown = (color: string): string => namedColor(color, theme);
  const hex = /^#[0-9a-f]{6}$/i.test(shown(value)) ? shown(value) : '#888888';
  const take = (color: string): void => {
    onChange(color);
    setOpen(false);
  };
  return (
    <Popup
      label={label}
      align="start"
      open={isOpen}
      onOpenChange={setOpen}
      trigger={
        <Button
          aria-label={`${label}: ${colorName(value)}`}
          icon={
            <span
              className={styles['swatch']}
              style={{ background: value === '' ? 'transparent' : shown(value) }}
              aria-hidden
            />
          }
        >
          {isSmall ? undefined : colorName(value)}
        </Button>
      }
    >
      <div className={styles['colors']}>
        <div role="group" aria-label={label} className={styles['colors']} style={{ padding: 0 }}>
          {[...namedColors, plainColors].map((row) => (
            <div key={row[0]} className={styles['colorRow']}>
              {row.map((color) => (
                <button
                  key={color}
                  type="button"
                  aria-pressed={color === value}
                  aria-label={colorName(color)}
                  title={colorName(color)}
                  className={styles['color']}
                  style={{ background: shown(color) }}
                  onClick={() => take(color)}
                />
              ))}
            </div>
          ))}
        </div>
        <div className={styles['row']} style={{ flexWrap: 'nowrap' }}>
          <input
            type="color"
            className={styles['native']}
            aria-label="Any colour"
            value={hex}
            onChange={(event) => onChange(event.target.value)}
          />
          <TextField label="Colour as text" placeholder="#a0b0c0" value={value} onChange={onChange} />
        </div>
        {isOptional && value !== '' && <Button onClick={() => take('')}>No colour</Button>}
      </div>
    </Popup>
  );
}
