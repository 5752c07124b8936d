// SPDX-License-Identifier: Apache-2.0
import { useMemo } from 'react';
import { schemeColor, withAlpha } from '@/model/dashboard/colors';
import { textColor } from '@/model/dashboard/contrast';
import { text } from '@/model/dashboard/json';
import { valueItems } from '@/model/dashboard/view_values';
import { useLook, type PanelProps } from './panel_props';
import { fieldLink } from './value_link';
import styles from './panels.module.css';

export function BarGaugePanel({ panel, frames, scope, width, height }: PanelProps) {
  const { coloring, zone } = useLook();
  const items = useMemo(
    () => valueItems({ frames, options: panel.options, coloring, zone }),
    [frames, panel.options, coloring, zone],
  );
  const orientation = text(panel.options, 'orientation', 'auto');
  const isUpright = orientation === 'vertical' || (orientation === 'auto' && items.length > 1 && height > width * 1.2);
  const mode = text(panel.options, 'displayMode', 'gradient');
  // Bars can only be compared on one scale.
  const low = Math.min(0, ...items.map((item) => item.min));
  const high = Math.max(...items.map((item) => item.max));
  return (
    <div className={styles['bars']} data-upright={isUpright || undefined}>
      {items.map((item, i) => {
        const min = item.field.config['min'] === undefined ? low : item.min;
        const max = item.field.config['max'] === undefined ? high : item.max;
        const part = Math.min(Math.max(((item.shown.value ?? min) - min) / (max - min || 1), 0), 1) * 100;
        const color = item.shown.color;
        const isScheme =
          text(panel.fieldConfig.defaults, 'color') === '' &&
          /^continuous/.test(
            String((panel.fieldConfig.defaults['color'] as { mode?: string } | undefined)?.mode ?? ''),
          );
        const end = isScheme
          ? schemeColor(
              String((panel.fieldConfig.defaults['color'] as { mode?: string }).mode),
              part / 100,
              coloring.theme,
            )
          : color;
        const background =
          mode === 'gradient'
            ? `linear-gradient(${isUpright ? '0deg' : '90deg'}, ${withAlpha(end, 0.35)}, ${end})`
            : mode === 'lcd'
              ? `repeating-linear-gradient(${isUpright ? '0deg' : '90deg'}, ${end} 0 6px, transparent 6px 8px)`
              : end;
        const link = fieldLink(item, scope);
        return (
          <div key={`${item.name} ${i}`} className={styles['bar']} title={`${item.name}: ${item.text}`}>
            <span className={styles['clip']}>{link ? <a href={link}>{item.name}</a> : item.name}</span>
            <div className={styles['barTrack']}>
              <div
                className={styles['barFill']}
                style={isUpright ? { height: `${part}%`, background } : { width: `${part}%`, background }}
              />
            </div>
            <span className={styles['barValue']} style={{ color: textColor(color, coloring.theme) }}>
              {item.text || '–'}
            </span>
          </div>
        );
      })}
    </div>
  );
}
