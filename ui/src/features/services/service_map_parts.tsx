// SPDX-License-Identifier: Apache-2.0
// The boxes and lines of the service map.
import { Database, Mail, Network } from 'lucide-react';
import { classNames } from '@/base/class_names';
import { humanDuration } from '@/base/duration';
import { percent, shortNumber } from '@/base/number_format';
import type { ServiceEdge, ServiceNode } from '@/model/service_map';
import styles from './services.module.css';

export const boxWidth = 164;
export const boxHeight = 52;
export const columnGap = 124;
export const rowGap = 28;
export const margin = 24;

const centre = (node: ServiceNode): { x: number; y: number } => ({
  x: margin + node.column * (boxWidth + columnGap) + boxWidth / 2,
  y: margin + node.row * (boxHeight + rowGap) + boxHeight / 2,
});

const icons: Record<string, typeof Database> = { database: Database, messaging_system: Mail, virtual_node: Network };

interface NodeBoxProps {
  node: ServiceNode;
  isFaint: boolean;
  onHover: (over: boolean) => void;
  onOpen: () => void;
}

export function NodeBox({ node, isFaint, onHover, onOpen }: NodeBoxProps) {
  const { x, y } = centre(node);
  const Icon = icons[node.kind];
  return (
    <g
      transform={`translate(${x - boxWidth / 2}, ${y - boxHeight / 2})`}
      className={classNames(styles['node'], isFaint && styles['faint'])}
      data-state={node.errors > 0.05 ? 'bad' : node.errors > 0 ? 'warn' : 'good'}
      role="link"
      tabIndex={0}
      aria-label={`${node.name}, ${shortNumber(node.rate)} per second, ${percent(node.errors)} errors`}
      onClick={onOpen}
      onKeyDown={(event) => event.key === 'Enter' && onOpen()}
      onMouseEnter={() => onHover(true)}
      onMouseLeave={() => onHover(false)}
      onFocus={() => onHover(true)}
      onBlur={() => onHover(false)}
    >
      <rect width={boxWidth} height={boxHeight} rx={9} />
      <rect className={styles['stripe']} width={4} height={boxHeight - 16} x={8} y={8} rx={2} />
      {Icon && <Icon x={boxWidth - 26} y={8} width={16} height={16} />}
      <text x={20} y={22} className={styles['nodeName']}>
        {node.name.length > 20 ? `${node.name.slice(0, 19)}…` : node.name}
        <title>{node.name}</title>
      </text>
      <text x={20} y={40} className={styles['nodeFigures']}>
        {shortNumber(node.rate)}/s · {percent(node.errors)}
      </text>
    </g>
  );
}

interface EdgeLineProps {
  edge: ServiceEdge;
  from: ServiceNode;
  to: ServiceNode;
  weight: number;
  isFaint: boolean;
  /** How far from the middle of its box each end stands, so that lines and their figures do not cover each other. */
  ends: { from: number; to: number };
}

export function EdgeLine({ edge, from, to, weight, isFaint, ends }: EdgeLineProps) {
  const a = centre(from);
  const b = centre(to);
  const start = { x: a.x + boxWidth / 2, y: a.y + ends.from };
  const end = { x: b.x - boxWidth / 2, y: b.y + ends.to };
  // A call back to an earlier column, or to itself, runs below the boxes.
  const bend = end.x > start.x ? (end.x - start.x) / 2 : 90;
  const sag = end.x > start.x ? 0 : boxHeight + 20;
  const path = `M ${start.x} ${start.y} C ${start.x + bend} ${start.y + sag}, ${end.x - bend} ${end.y + sag}, ${end.x} ${end.y}`;
  return (
    <g className={classNames(styles['edge'], isFaint && styles['faint'])} data-bad={edge.errors > 0.05 || undefined}>
      <path d={path} strokeWidth={1.2 + 3 * Math.sqrt(weight)}>
        <title>
          {edge.from} → {edge.to}: {shortNumber(edge.rate)}/s, {percent(edge.errors)} errors
        </title>
      </path>
    </g>
  );
}

/** Drawn after all lines: none of them strikes it through. */
export function EdgeLabel({ edge, to, isFaint, ends }: Pick<EdgeLineProps, 'edge' | 'to' | 'isFaint' | 'ends'>) {
  const box = centre(to);
  return (
    <g className={classNames(styles['edge'], isFaint && styles['faint'])}>
      <text x={box.x - boxWidth / 2 - 8} y={box.y + ends.to - 5} textAnchor="end">
        {shortNumber(edge.rate)}/s{edge.p95Ms !== null && ` · ${humanDuration(edge.p95Ms)}`}
      </text>
    </g>
  );
}
