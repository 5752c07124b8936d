// SPDX-License-Identifier: Apache-2.0
import { panelFilter, type PanelFilter } from '@/model/dashboard/annotation_events';
import { withPanelFilter } from '@/model/dashboard/edit_annotation';
import { importDashboard } from '@/model/dashboard/import_dashboard';
import type { JsonObject } from '@/model/dashboard/json';
import { useMemo } from 'react';
import type { AnnotationPartProps } from './annotation_form';
import { Choose } from './field';
import styles from './settings.module.css';

const panelsOf = (raw: JsonObject) =>
  importDashboard({ panels: raw['panels'] ?? null, rows: raw['rows'] ?? null }).rows.flatMap((row) => row.panels);

const kindOf = (filter: PanelFilter | null): string => (filter === null ? 'all' : filter.isExcluded ? 'not' : 'only');

/** Over which panels the events are drawn. Those that are gone stay chosen until they are taken away. */
export function PanelChoice({ raw, annotation, onAnnotation }: AnnotationPartProps & { raw: JsonObject }) {
  const panels = useMemo(() => panelsOf(raw), [raw['panels'], raw['rows']]);
  const written = annotation['filter'] !== undefined;
  const filter = panelFilter(annotation) ?? (written ? { isExcluded: true, ids: [] } : null);
  const set = (next: PanelFilter | null): void => onAnnotation(withPanelFilter(annotation, next));
  const known = new Set(panels.map((panel) => panel.id));
  const gone = (filter?.ids ?? [])
    .filter((id) => !known.has(id))
    .map((id) => ({ id, title: `panel ${id}, which is gone` }));
  return (
    <fieldset className={styles['part']}>
      <legend>Panels</legend>
      <Choose
        label="Drawn over"
        value={kindOf(filter)}
        choices={[
          { value: 'all', label: 'every panel' },
          { value: 'only', label: 'the panels chosen here' },
          { value: 'not', label: 'every panel but those chosen here' },
        ]}
        onChange={(kind) => set(kind === 'all' ? null : { isExcluded: kind === 'not', ids: filter?.ids ?? [] })}
      />
      {filter && (
        <div className={styles['checks']} role="group" aria-label="Panels">
          {[...panels, ...gone].map((panel) => (
            <label key={panel.id} className={styles['check']}>
              <input
                type="checkbox"
                checked={filter.ids.includes(panel.id)}
                onChange={(event) =>
                  set({
                    ...filter,
                    ids: event.target.checked ? [...filter.ids, panel.id] : filter.ids.filter((id) => id !== panel.id),
                  })
                }
              />
              <span>{panel.title || `panel ${panel.id}`}</span>
            </label>
          ))}
        </div>
      )}
    </fieldset>
  );
}
