// SPDX-License-Identifier: Apache-2.0
// The panel as it will be, its queries below, its looks beside.
import { useEffect, useState } from 'react';
import type { JsonObject } from '@/model/dashboard/json';
import type { Panel } from '@/model/dashboard/types';
import { Card } from '@/widgets/card';
import { ChoiceField } from '@/widgets/fields';
import { Notice } from '@/widgets/states';
import { PanelFrame } from './panel_frame';
import { PanelLooks } from './panel_looks';
import { PanelTargets } from './panel_targets';
import styles from './dashboards.module.css';

interface PanelEditorProps {
  panel: Panel;
  onChange: (raw: JsonObject) => void;
}

export function PanelEditor({ panel, onChange }: PanelEditorProps) {
  const [tab, setTab] = useState('queries');
  return (
    <div className={styles['editor']}>
      <div style={{ display: 'flex', flexDirection: 'column', gap: 12, minWidth: 0 }}>
        <div style={{ height: 360 }}>
          <PanelFrame panel={panel} />
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
          {tab === 'transformations' && (
            <JsonPart
              key="t"
              label="Transformations"
              value={panel.raw['transformations'] ?? []}
              onChange={(value) => onChange({ ...panel.raw, transformations: value as JsonObject[] })}
            />
          )}
          {tab === 'overrides' && (
            <JsonPart
              key="o"
              label="Overrides"
              value={(panel.raw['fieldConfig'] as JsonObject | undefined)?.['overrides'] ?? []}
              onChange={(value) =>
                onChange({
                  ...panel.raw,
                  fieldConfig: { ...(panel.raw['fieldConfig'] as JsonObject), overrides: value as JsonObject[] },
                })
              }
            />
          )}
          {tab === 'json' && (
            <JsonPart
              key="j"
              label="JSON of the panel"
              value={panel.raw}
              onChange={(value) => onChange(value as JsonObject)}
            />
          )}
        </Card>
      </div>
      <Card title="Looks">
        <PanelLooks raw={panel.raw} onChange={onChange} />
      </Card>
    </div>
  );
}

function JsonPart({ label, value, onChange }: { label: string; value: unknown; onChange: (value: unknown) => void }) {
  const [written, setWritten] = useState(() => JSON.stringify(value, null, 2));
  const [problem, setProblem] = useState('');
  useEffect(() => setProblem(''), [written]);
  const apply = (): void => {
    try {
      onChange(JSON.parse(written));
    } catch (error) {
      setProblem(error instanceof Error ? error.message : String(error));
    }
  };
  return (
    <div className={`${styles['target']} ${styles['field']}`}>
      <textarea
        aria-label={label}
        spellCheck={false}
        rows={14}
        value={written}
        onChange={(event) => setWritten(event.target.value)}
        onBlur={apply}
      />
      {problem && <Notice tone="bad" title={problem} />}
    </div>
  );
}
