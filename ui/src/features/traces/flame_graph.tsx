// SPDX-License-Identifier: Apache-2.0
// Time by call path. A click makes a box as wide as the page, the first row leads back.
import { useMemo, useState, type CSSProperties } from 'react';
import { humanDuration } from '@/base/duration';
import { plural } from '@/base/number_format';
import { flameGraph, type FlameNode } from '@/model/span_groups';
import type { Trace } from '@/model/trace';
import { Button } from '@/widgets/button';
import { Card } from '@/widgets/card';
import { Hint } from '@/widgets/hint';
import { useServiceColors } from './trace_colors';
import styles from './traces.module.css';

const rowHeight = 24;
const narrowest = 0.002;

export function FlameGraph({ trace }: { trace: Trace }) {
  const colors = useServiceColors(trace);
  const nodes = useMemo(() => flameGraph(trace), [trace]);
  const [zoom, setZoom] = useState<FlameNode | null>(null);
  const from = zoom?.left ?? 0;
  const width = zoom?.width ?? 1;
  const shown = nodes.filter((node) => {
    const share = node.width / width;
    return share > narrowest && node.left < from + width - 1e-9 && node.left + node.width > from + 1e-9;
  });
  const depth = shown.reduce((most, node) => Math.max(most, node.depth + 1), 1);
  return (
    <Card
      title="Time by call path"
      note="Calls along the same path are one box, as wide as the time spent in them"
      actions={zoom && <Button onClick={() => setZoom(null)}>Whole trace</Button>}
    >
      <div className={styles['flame']} style={{ height: depth * rowHeight + 16 }}>
        {shown.map((node) => {
          const left = Math.max(0, (node.left - from) / width);
          const right = Math.min(1, (node.left + node.width - from) / width);
          return (
            <Hint
              key={node.key}
              text={`${node.service}: ${node.name}, ${plural(node.count, 'call')}, ${humanDuration(node.totalUs / 1000)} in all, ${humanDuration(node.selfUs / 1000)} of its own`}
            >
              <button
                type="button"
                className={styles['flameBox']}
                data-error={node.errors > 0 || undefined}
                style={
                  {
                    top: 8 + node.depth * rowHeight,
                    left: `calc(8px + (100% - 16px) * ${left})`,
                    width: `calc((100% - 16px) * ${right - left} - 1px)`,
                    '--box': colors(node.service),
                  } as CSSProperties
                }
                onClick={() => setZoom(node)}
              >
                {node.name}
              </button>
            </Hint>
          );
        })}
      </div>
    </Card>
  );
}
