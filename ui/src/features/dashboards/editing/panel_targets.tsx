// SPDX-License-Identifier: Apache-2.0
import { useQuery } from '@tanstack/react-query';
import { Plus } from 'lucide-react';
import { sourcesQuery } from '@/api/dashboards';
import { replaced, without } from '@/base/lists';
import { readSources } from '@/model/dashboard/datasource_ref';
import { text, type JsonObject } from '@/model/dashboard/json';
import { Button } from '@/widgets/button';
import { nextRefId, targetsOf } from '../edit_dashboard';
import { TargetField } from './target_field';
import styles from '../dashboards.module.css';

interface PanelTargetsProps {
  raw: JsonObject;
  onChange: (raw: JsonObject) => void;
}

export function PanelTargets({ raw, onChange }: PanelTargetsProps) {
  const sources = readSources((useQuery(sourcesQuery()).data ?? []) as JsonObject[]);
  const targets = targetsOf(raw);
  const set = (list: JsonObject[]): void => onChange({ ...raw, targets: list });
  return (
    <>
      {targets.map((target, i) => (
        <TargetField
          key={text(target, 'refId') || i}
          target={target}
          panelRef={raw['datasource']}
          sources={sources}
          onChange={(next) => set(replaced(targets, i, next))}
          onRemove={() => set(without(targets, i))}
        />
      ))}
      <div className={styles['target']}>
        <Button
          icon={<Plus />}
          onClick={() =>
            set([...targets, { refId: nextRefId(targets), expr: '', datasource: targets[0]?.['datasource'] ?? null }])
          }
        >
          Add query
        </Button>
      </div>
    </>
  );
}
