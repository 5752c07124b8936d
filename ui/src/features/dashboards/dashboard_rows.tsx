// SPDX-License-Identifier: Apache-2.0
import { ChevronRight, LayoutDashboard } from 'lucide-react';
import { useMemo, useState } from 'react';
import { plural } from '@/base/number_format';
import { interpolate, type Bound, type Scope } from '@/model/dashboard/interpolate';
import { layOut, narrowed } from '@/model/dashboard/layout';
import type { Panel, Row } from '@/model/dashboard/types';
import { Button } from '@/widgets/button';
import { Card } from '@/widgets/card';
import { Empty } from '@/widgets/states';
import { PanelGrid } from './panel_grid';
import styles from './dashboards.module.css';

interface DashboardRowsProps {
  rows: readonly Row[];
  bound: ReadonlyMap<string, Bound>;
  scope: Scope;
  onAdd: () => void;
  onArrange?: ((rowId: number, panels: Panel[]) => void) | undefined;
}

/** Folded rows cost nothing: their panels are not there. */
export function DashboardRows({ rows, bound, scope, onAdd, onArrange }: DashboardRowsProps) {
  const laidOut = useMemo(() => layOut(rows, bound), [rows, bound]);
  const [toggled, setToggled] = useState<ReadonlyMap<number, boolean>>(new Map());
  if (laidOut.every((row) => row.panels.length === 0 && !row.hasHeader)) {
    return (
      <Card>
        <Empty
          icon={<LayoutDashboard />}
          title="Nothing is on this dashboard yet"
          actions={
            <Button look="primary" onClick={onAdd}>
              Add a panel
            </Button>
          }
        />
      </Card>
    );
  }
  return laidOut.map((row) => {
    const isOpen = toggled.get(row.id) ?? !row.isCollapsed;
    const variables = new Map(scope.variables);
    for (const [name, value] of Object.entries(row.scope)) {
      const known = bound.get(name);
      if (known) variables.set(name, narrowed(known, value));
    }
    const title = interpolate(row.title, { ...scope, variables }, 'title');
    return (
      <div key={row.id}>
        {row.hasHeader && (
          <button
            type="button"
            className={styles['rowHead']}
            data-row={row.id}
            aria-expanded={isOpen}
            onClick={() => setToggled(new Map(toggled).set(row.id, !isOpen))}
          >
            <ChevronRight aria-hidden />
            {title || 'Row'}
            {!isOpen && <small>{plural(row.panels.length, 'panel')}</small>}
          </button>
        )}
        {isOpen && row.panels.length > 0 && (
          <PanelGrid panels={row.panels} onArrange={onArrange ? (panels) => onArrange(row.id, panels) : undefined} />
        )}
      </div>
    );
  });
}
