// SPDX-License-Identifier: Apache-2.0
import { useMemo, useState } from 'react';
import { plotOf, type Plot } from '@/model/dashboard/view_series';
import { PanelChart } from '@/widgets/chart/panel_chart';
import { PanelLegend } from './panel_legend';
import { useLook, type PanelProps } from './panel_props';
import styles from './panels.module.css';

const lineHeight = 17;

/** How much of the panel the legend gets: a list as much as it needs, a table up to 40 %. */
function legendHeight(rows: number, isTable: boolean, height: number, averageName: number, width: number): number {
  if (isTable) return Math.min((rows + 1) * lineHeight + 6, Math.max(height * 0.4, 52));
  const perLine = Math.max(Math.floor(width / (averageName * 6.2 + 34)), 1);
  return Math.min(Math.ceil(rows / perLine) * lineHeight + 6, Math.max(height * 0.3, 24));
}

/** Whether there is a legend, and what it takes of the panel: a part of the width or of the height. */
export function legendPlace({ series, legend }: Plot, width: number, height: number) {
  const shown = series.filter((one) => one.inLegend && !one.isHidden);
  const isLegend = legend.isShown && shown.length > 0 && height > 90;
  const isSide = isLegend && legend.placement === 'right' && width > 360;
  const names =
    shown.reduce((sum, one) => sum + one.name.length, 0) / Math.max(shown.length, 1) + legend.calcs.length * 12;
  const side = isSide ? Math.min(legend.width ?? Math.max(width * 0.32, 150), width * 0.55) : 0;
  const below = isLegend && !isSide ? legendHeight(shown.length, legend.isTable, height, names, width) : 0;
  return { isLegend, isSide, side, below };
}

export function TimeSeriesPanel(props: PanelProps) {
  const { panel, frames, window, width, height, syncKey, marks, onZoom } = props;
  const { coloring } = useLook();
  const [hidden, setHidden] = useState<ReadonlySet<string>>(new Set());
  const [focusedId, setFocusedId] = useState<string | null>(null);
  const plot = useMemo(
    () => plotOf({ frames, options: panel.options, coloring, hidden }),
    [frames, panel.options, coloring, hidden],
  );
  const { isLegend, isSide, side, below } = legendPlace(plot, width, height);
  return (
    <div className={isSide ? styles['side'] : styles['stack']}>
      <div className={styles['plotArea']} style={{ width: width - side, height: height - below }}>
        <PanelChart
          plot={plot}
          label={panel.title || 'Graph'}
          width={width - side}
          height={height - below}
          fromMs={window.fromMs}
          toMs={window.toMs}
          hidden={hidden}
          focusedId={focusedId}
          syncKey={syncKey}
          marks={marks}
          onZoom={onZoom}
        />
      </div>
      {isLegend && <PanelLegend plot={plot} hidden={hidden} onHidden={setHidden} onFocus={setFocusedId} />}
    </div>
  );
}
