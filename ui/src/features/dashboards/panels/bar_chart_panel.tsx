// SPDX-License-Identifier: Apache-2.0
import { useMemo } from 'react';
import { displayName, type Frame } from '@/model/dashboard/frame';
import { applyFieldConfig, decimalsOf, unitOf } from '@/model/dashboard/field_config';
import { asObject, text } from '@/model/dashboard/json';
import { histogram } from '@/model/dashboard/transform_group';
import { formatText } from '@/model/dashboard/units';
import { legendSpec, seriesColorOf } from '@/model/dashboard/view_series';
import { showValue, shownText } from '@/model/dashboard/display';
import { useLook, type PanelProps } from './panel_props';
import styles from './panels.module.css';

interface Bars {
  labels: string[];
  series: { name: string; color: string; values: (number | null)[]; format: (value: number) => string }[];
}

function useBars({ panel, frames, scope }: PanelProps): Bars {
  const { coloring, zone } = useLook();
  return useMemo(() => {
    const isHistogram = panel.type === 'histogram';
    const counted =
      isHistogram && frames[0]?.meta.kind !== 'histogram' ? histogram(frames, panel.options) : [...frames];
    const usable: Frame[] = isHistogram ? applyFieldConfig(counted, { defaults: {}, overrides: [] }, scope) : counted;
    const of = usable[0];
    if (!of) return { labels: [], series: [] };
    const wanted = text(panel.options, 'xField');
    const axis =
      of.fields.find((one) => one.name === wanted) ??
      of.fields.find((one) => one.type === 'string') ??
      of.fields.find((one) => one.type === 'time') ??
      (isHistogram ? of.fields[0] : undefined);
    const fields = usable.length > 1 && !axis ? usable.flatMap((f) => f.fields) : of.fields;
    const columns = fields.filter(
      (one) => one.type === 'number' && one !== axis && one.name !== 'xMax' && one.name !== 'xMin',
    );
    const labels = axis
      ? axis.values.map((value) => shownText(showValue(axis, value, { theme: coloring.theme, zone, seriesColor: '' })))
      : [];
    return {
      labels,
      series: columns.map((one, i) => ({
        name: displayName(one, of, usable),
        color: seriesColorOf(one, i, coloring),
        values: one.values.map((value) => (typeof value === 'number' ? value : null)),
        format: (value) =>
          isHistogram ? String(value) : formatText(value, unitOf(one), { decimals: decimalsOf(one) }),
      })),
    };
  }, [panel, frames, scope, coloring, zone]);
}

/** Bars by category, and histograms. */
export function BarChartPanel(props: PanelProps) {
  const { panel, width, height } = props;
  const { labels, series } = useBars(props);
  const isHorizontal = text(panel.options, 'orientation', 'auto') === 'horizontal';
  const isStacked =
    text(panel.options, 'stacking') === 'normal' ||
    text(asObject(asObject(panel.fieldConfig.defaults['custom'])['stacking']), 'mode') === 'normal';
  const legend = legendSpec(panel.options);
  const legendHeight = legend.isShown && series.length > 0 ? 22 : 0;
  const count = Math.max(labels.length, 1);
  const totals = labels.map((_, i) => series.reduce((sum, one) => sum + (one.values[i] ?? 0), 0));
  const max = Math.max(...(isStacked ? totals : series.flatMap((one) => one.values.map((v) => v ?? 0))), 1e-9);
  const box = { left: isHorizontal ? Math.min(width * 0.3, 150) : 48, top: 8, width: 0, height: 0 };
  box.width = Math.max(width - box.left - 12, 20);
  box.height = Math.max(height - legendHeight - (isHorizontal ? 14 : 30), 20);
  const slot = (isHorizontal ? box.height : box.width) / count;
  const thick = (slot * 0.78) / (isStacked ? 1 : Math.max(series.length, 1));
  const every = Math.ceil(count / Math.max(Math.floor(box.width / 64), 1));
  return (
    <div className={styles['stack']}>
      <svg width={width} height={height - legendHeight} role="img" aria-label={`${panel.title}: ${count} bars`}>
        {[0, 0.5, 1].map((part) => (
          <text
            key={part}
            className={styles['axisText']}
            x={isHorizontal ? box.left + part * box.width : box.left - 6}
            y={isHorizontal ? height - legendHeight - 2 : box.top + (1 - part) * box.height + 4}
            textAnchor={isHorizontal ? 'middle' : 'end'}
          >
            {series[0]?.format(max * part)}
          </text>
        ))}
        {labels.map((label, i) => {
          let base = 0;
          return (
            <g key={`${label} ${i}`}>
              {series.map((one, s) => {
                const value = one.values[i] ?? 0;
                const length = (Math.abs(value) / max) * (isHorizontal ? box.width : box.height);
                const offset = slot * i + slot * 0.11 + (isStacked ? 0 : thick * s);
                const from = isStacked ? base : 0;
                base += length;
                const place = isHorizontal
                  ? { x: box.left + from, y: box.top + offset, width: length, height: thick }
                  : { x: box.left + offset, y: box.top + box.height - from - length, width: thick, height: length };
                return (
                  <rect key={one.name} {...place} fill={one.color} rx={Math.min(thick / 4, 2)}>
                    <title>{`${label} ${one.name}: ${one.format(value)}`}</title>
                  </rect>
                );
              })}
              {(isHorizontal ? slot > 11 : i % every === 0) && (
                <text
                  className={styles['axisText']}
                  x={isHorizontal ? box.left - 6 : box.left + slot * (i + 0.5)}
                  y={isHorizontal ? box.top + slot * (i + 0.5) + 4 : box.top + box.height + 16}
                  textAnchor={isHorizontal ? 'end' : 'middle'}
                >
                  {label.length > 22 ? `${label.slice(0, 20)}…` : label}
                </text>
              )}
            </g>
          );
        })}
      </svg>
      {legendHeight > 0 && (
        <ul className={styles['legend']}>
          {series.map((one) => (
            <li key={one.name} className={styles['legendItem']}>
              <span className={styles['swatch']} style={{ background: one.color }} />
              {one.name}
            </li>
          ))}
        </ul>
      )}
    </div>
  );
}
