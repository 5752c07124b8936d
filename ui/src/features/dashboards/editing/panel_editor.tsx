// SPDX-License-Identifier: Apache-2.0
// The panel as it will be, its queries below, its looks beside.
import { useState } from 'react';
import { isObject, type JsonObject } from '@/model/dashboard/json';
import type { Panel } from '@/model/dashboard/types';
import { Card } from '@/widgets/card';
import { ChoiceField } from '@/widgets/fields';
import { PanelFrame } from '../panel_frame';
import type { PanelData } from '../use_panel_data';
import { JsonField } from './json_field';
import { OverridesPart } from './overrides_part';
import { PanelLooks } from './panel_looks';
import { PanelTargets } from './panel_targets';
import { TransformationsPart } from './transformations_part';
import dashboard from '../dashboards.module.css';
import styles from './editing.module.css';

interface PanelEditorProps {
  panel: Panel;
  onChange: (raw: JsonObject) => void;
}

export function PanelEditor({ panel, onChange }: PanelEditorProps) {
  const [tab, setTab] = useState('queries');
  const [data, setData] = useState<PanelData | null>(null);
  return (
    <div className={dashboard['editor']}>
      <div className={styles['column']}>
        <div className={styles['preview']}>
          <PanelFrame panel={panel} onData={setData} />
        </div>
        <Card
          title={
            <ChoiceField
              label="Part"
              value={tab}
              onChange={setTab}
              choices={[
                { value: 'queries', label: `Queries ${panel.targets.length}` },
                { value: 'transformations', label: `Transformations ${panel.transformations.length}` },
                { value: 'overrides', label: `Overrides ${panel.fieldConfig.overrides.length}` },
                { value: 'json', label: 'JSON' },
              ]}
            />
          }
        >
          {tab === 'queries' && <PanelTargets raw={panel.raw} onChange={onChange} />}
          {tab === 'transformations' && <TransformationsPart panel={panel} data={data} onChange={onChange} />}
          {tab === 'overrides' && <OverridesPart panel={panel} data={data} onChange={onChange} />}
          {tab === 'json' && (
            <div className={dashboard['target']}>
              <JsonField
                label="JSON of the panel"
                value={panel.raw}
                check={(value) => (isObject(value) ? null : 'A panel is a JSON object.')}
                onChange={(value) => isObject(value) && onChange(value)}
              />
            </div>
          )}
        </Card>
      </div>
      <Card title="Looks">
        <PanelLooks raw={panel.raw} onChange={onChange} />
      </Card>
    </div>
  );
}
