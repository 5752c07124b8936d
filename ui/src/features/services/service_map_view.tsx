// SPDX-License-Identifier: Apache-2.0
// Services as boxes in columns, calls as lines from caller to callee; the width of a line follows the rate.
import { Network } from 'lucide-react';
import { useMemo, useState } from 'react';
import { useLocation } from 'wouter';
import { edgeEnds, layOut } from '@/model/service_map';
import type { ResolvedRange } from '@/model/time_range';
import { Card } from '@/widgets/card';
import { Empty, Failure, Skeleton } from '@/widgets/states';
import { boxHeight, boxWidth, columnGap, EdgeLabel, EdgeLine, margin, NodeBox, rowGap } from './service_map_parts';
import { useServiceEdges } from './use_service_map';
import styles from './services.module.css';

/** Lines into one box whose figures have room beside each other. */
const labelledAtMost = 4;

/** A wide map is drawn smaller, down to where its texts can just be read. */
const smallest = 0.72;

export function ServiceMapView({ range, filter }: { range: ResolvedRange; filter: string }) {
  const { edges, isPending, error, refetch } = useServiceEdges(range);
  const [, navigate] = useLocation();
  const [chosen, setChosen] = useState<string | null>(null);
  const map = useMemo(() => layOut(edges), [edges]);
  if (isPending)
    return (
      <Card>
        <Skeleton lines={10} />
      </Card>
    );
  if (error && edges.length === 0)
    return (
      <Card>
        <Failure what="The map" error={error} onRetry={refetch} />
      </Card>
    );
  if (edges.length === 0) {
    return (
      <Card>
        <Empty icon={<Network />} title="No calls between services in this time">
          A line appears when the spans of both sides of a call have been received.
        </Empty>
      </Card>
    );
  }
  const byName = new Map(map.nodes.map((node) => [node.name, node]));
  const width = margin * 2 + map.columns * boxWidth + (map.columns - 1) * columnGap;
  const height = margin * 2 + map.rows * boxHeight + (map.rows - 1) * rowGap;
  const ends = edgeEnds(map, boxHeight - 10);
  const meeting = new Map<string, number>();
  for (const edge of edges) meeting.set(edge.to, (meeting.get(edge.to) ?? 0) + 1);
  const most = Math.max(...edges.map((edge) => edge.rate));
  const isNear = (name: string): boolean =>
    chosen === null ||
    name === chosen ||
    edges.some((e) => (e.from === chosen && e.to === name) || (e.to === chosen && e.from === name));
  const isWanted = (name: string): boolean => filter === '' || name.toLowerCase().includes(filter.toLowerCase());
  const lines = edges.flatMap((edge) => {
    const from = byName.get(edge.from);
    const to = byName.get(edge.to);
    if (!from || !to) return [];
    return {
      key: `${edge.from}>${edge.to}`,
      edge,
      from,
      to,
      weight: edge.rate / most,
      ends: ends.get(edge) ?? { from: 0, to: 0 },
      isLabelled: (meeting.get(edge.to) ?? 0) <= labelledAtMost || edge.from === chosen || edge.to === chosen,
      isFaint: chosen !== null && edge.from !== chosen && edge.to !== chosen,
    };
  });
  return (
    <Card title="Service map" note="per second, share of errors, 95th percentile">
      <div className={styles['mapScroll']}>
        <svg
          viewBox={`0 0 ${width} ${height}`}
          style={{ width: '100%', minWidth: width * smallest, maxWidth: width }}
          role="group"
          aria-label={`${map.nodes.length} services and ${edges.length} connections`}
        >
          {lines.map(({ key, ...line }) => (
            <EdgeLine key={key} {...line} />
          ))}
          {lines.map(({ key, ...line }) => line.isLabelled && <EdgeLabel key={key} {...line} />)}
          {map.nodes.map((node) => (
            <NodeBox
              key={node.name}
              node={node}
              isFaint={!isNear(node.name) || !isWanted(node.name)}
              onHover={(over) => setChosen(over ? node.name : null)}
              onOpen={() => node.kind === '' && navigate(`/services/${encodeURIComponent(node.name)}`)}
            />
          ))}
        </svg>
      </div>
    </Card>
  );
}
