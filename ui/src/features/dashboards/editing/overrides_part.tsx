// SPDX-License-Identifier: Apache-2.0
// Overrides of a panel: for some of its fields, other values than those of all.
import { Plus } from 'lucide-react';
import { useMemo } from 'react';
import {
  fieldsOf,
  fieldTypes,
  matcherKinds,
  newOverride,
  overridesOf,
  plainFrames,
  withOverrides,
} from '@/model/dashboard/editing/overrides';
import { isObject, type JsonObject } from '@/model/dashboard/json';
import { applyTransformations } from '@/model/dashboard/transform';
import type { Panel } from '@/model/dashboard/types';
import { Button } from '@/widgets/button';
import { PickMenu } from '@/widgets/pick_menu';
import type { PanelData } from '../use_panel_data';
import { OverrideCard } from './override_card';
import { useItems } from './use_items';
import styles from './editing.module.css';

interface OverridesPartProps {
  panel: Panel;
  data: PanelData | null;
  onChange: (raw: JsonObject) => void;
}

const kinds = matcherKinds.map((one) => ({ value: one.id, name: one.name, help: one.help }));
const typeName = (type: string): string => fieldTypes.find((one) => one.value === type)?.name.toLowerCase() ?? type;

export function OverridesPart({ panel, data, onChange }: OverridesPartProps) {
  const list = overridesOf(panel.raw) as JsonObject[];
  const items = useItems(list, (next) => onChange(withOverrides(panel.raw, next)), 'override');
  const { transformations } = panel;
  const frames = useMemo(
    () => (data ? plainFrames(applyTransformations(data.answers, transformations), panel, data.scope) : []),
    [data, transformations, panel],
  );
  const fields = useMemo(
    () => fieldsOf(frames).map((one) => ({ value: one.name, note: typeName(one.type) })),
    [frames],
  );
  const refIds = panel.targets.map((target) => target.refId);
  return (
    <div ref={items.root} className={styles['list']}>
      <span role="status" className="visually-hidden">
        {items.said}
      </span>
      {list.length === 0 && (
        <p className={styles['intro']}>
          <strong>No overrides</strong>
          An override gives some fields a unit, a colour, a name or an axis of their own. Later ones win over earlier
          ones.
        </p>
      )}
      {list.map((override, index) =>
        isObject(override) ? (
          <OverrideCard
            key={items.keys[index]}
            override={override}
            index={index}
            items={items}
            panelType={panel.type}
            frames={frames}
            fields={fields}
            refIds={refIds}
          />
        ) : null,
      )}
      <div className={styles['row']} style={list.length === 0 ? { justifyContent: 'center', paddingBottom: 12 } : {}}>
        <PickMenu
          label="Choose fields by"
          items={kinds}
          trigger={
            <Button icon={<Plus />} data-add>
              Add override
            </Button>
          }
          onPick={(id) => items.add(newOverride(id))}
        />
      </div>
    </div>
  );
}
