// SPDX-License-Identifier: Apache-2.0
// Transformations of a panel: steps from what the queries answer to what is drawn.
import { Plus } from 'lucide-react';
import { useMemo } from 'react';
import { newTransformation, transformationsOf } from '@/model/dashboard/editing/transformations';
import { transformSpecs } from '@/model/dashboard/editing/transform_catalog';
import { readTransformation } from '@/model/dashboard/import_dashboard';
import { isObject, type JsonObject } from '@/model/dashboard/json';
import { transformationStages } from '@/model/dashboard/transform';
import type { Panel } from '@/model/dashboard/types';
import { Button } from '@/widgets/button';
import { PickMenu } from '@/widgets/pick_menu';
import type { PanelData } from '../use_panel_data';
import { TransformationCard } from './transformation_card';
import { useItems } from './use_items';
import styles from './editing.module.css';

interface TransformationsPartProps {
  panel: Panel;
  data: PanelData | null;
  onChange: (raw: JsonObject) => void;
}

const kinds = transformSpecs.map(({ id, name, help, group, words }) => ({
  value: id,
  name,
  help,
  group,
  words: `${id} ${words ?? ''}`,
}));

export function TransformationsPart({ panel, data, onChange }: TransformationsPartProps) {
  const list = transformationsOf(panel.raw) as JsonObject[];
  const items = useItems(list, (next) => onChange({ ...panel.raw, transformations: next }), 'transformation');
  const steps = panel.raw['transformations'];
  const stages = useMemo(() => {
    const read = transformationsOf({ transformations: steps }).map((one) =>
      readTransformation(isObject(one) ? one : {}),
    );
    return transformationStages(data?.answers ?? [], read);
  }, [data, steps]);
  const refIds = panel.targets.map((target) => target.refId);
  return (
    <div ref={items.root} className={styles['list']}>
      <span role="status" className="visually-hidden">
        {items.said}
      </span>
      {list.length === 0 && (
        <p className={styles['intro']}>
          <strong>No transformations</strong>A transformation changes what the queries answer before it is drawn: it
          joins, filters, calculates, renames. Each works on what the one before it gives.
        </p>
      )}
      {list.map((one, index) =>
        isObject(one) ? (
          <TransformationCard
            key={items.keys[index]}
            step={one}
            index={index}
            items={items}
            before={stages[index] ?? []}
            after={stages[index + 1] ?? []}
            refIds={refIds}
          />
        ) : null,
      )}
      <div className={styles['row']} style={list.length === 0 ? { justifyContent: 'center', paddingBottom: 12 } : {}}>
        <PickMenu
          label="Search transformations"
          items={kinds}
          trigger={
            <Button icon={<Plus />} data-add>
              Add transformation
            </Button>
          }
          onPick={(id) => items.add(newTransformation(id))}
        />
      </div>
    </div>
  );
}
