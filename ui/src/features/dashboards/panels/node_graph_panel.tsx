// SPDX-License-Identifier: Apache-2.0
import { useMemo } from 'react';
import { graphOf } from '@/model/dashboard/view_graph';
import type { PanelProps } from './panel_props';
import styles from './panels.module.css';

/** Who calls whom, in columns from callers to called. */
export function NodeGraphPanel({ panel, frames, width, height }: PanelProps) {
  const graph = useMemo(() => graphOf(frames), [frames]);
  const columns = Math.max(...graph.nodes.map((one) => one.column), 0) + 1;
  const deepest = Math.max(...graph.nodes.map((one) => one.row), 0) + 1;
  const place = (node: { column: number; row: number; rows: number }): { x: number; y: number } => ({
    x: ((node.column + 0.5) / columns) * width,
    y: ((node.row + 0.5) / node.rows) * Math.max(height, deepest * 56),
  });
  const byId = new Map(graph.nodes.map((one) => [one.id, place(one)]));
  return (
    <div className={styles['fill']}>
      <svg
        width={width}
        height={Math.max(height - 4, deepest * 56)}
        role="img"
        aria-label={`${panel.title}: ${graph.nodes.length} nodes`}
      >
        <defs>
          <marker
            id={`arrow-${panel.id}`}
            viewBox="0 0 8 8"
            refX={8}
            refY={4}
            markerWidth={7}
            markerHeight={7}
            orient="auto"
          >
            <path d="M0 0 L8 4 L0 8 z" fill="var(--text-3)" />
          </marker>
        </defs>
        {graph.edges.map((edge, i) => {
          const from = byId.get(edge.source);
          const to = byId.get(edge.target);
          if (!from || !to) return null;
          const bend = (to.x - from.x) / 2;
          return (
            <path
              key={i}
              d={`M ${from.x + 20} ${from.y} C ${from.x + bend} ${from.y} ${to.x - bend} ${to.y} ${to.x - 22} ${to.y}`}
              fill="none"
              stroke="var(--border-strong)"
              strokeWidth={1.5}
              markerEnd={`url(#arrow-${panel.id})`}
            >
              <title>{`${edge.source} → ${edge.target}${edge.stat ? `: ${edge.stat}` : ''}`}</title>
            </path>
          );
        })}
        {graph.nodes.map((one) => {
          const at = place(one);
          return (
            <g key={one.id} transform={`translate(${at.x} ${at.y})`}>
              <circle r={18} fill="var(--surface-2)" stroke={one.color ?? 'var(--accent)'} strokeWidth={2.5} />
              <text className={styles['nodeText']} y={4}>
                {one.stat}
              </text>
              <text className={styles['nodeText']} y={32}>
                {one.title.length > 24 ? `${one.title.slice(0, 22)}…` : one.title}
              </text>
            </g>
          );
        })}
      </svg>
    </div>
  );
}
