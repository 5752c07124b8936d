// SPDX-License-Identifier: Apache-2.0
// What else the kind of panel heeds for all of its fields: what is set, and a way to set more.
import { Plus, X } from 'lucide-react';
import { useRef } from 'react';
import { offeredProperties } from '@/model/dashboard/editing/override_properties';
import { at, clone, text, type JsonObject } from '@/model/dashboard/json';
import { Button, IconButton } from '@/widgets/button';
import { PickMenu } from '@/widgets/pick_menu';
import { PropertyValue } from './property_value';
import styles from './editing.module.css';

interface MoreLooksProps {
  raw: JsonObject;
  set: (path: string, value: JsonObject[string]) => void;
}

/** Have fields of their own above. */
const shownAbove = [
  ...['unit', 'decimals', 'min', 'max', 'noValue', 'mappings', 'links', 'color', 'thresholds'],
  ...['drawStyle', 'stacking', 'lineInterpolation', 'fillOpacity'].map((name) => `custom.${name}`),
];
const pathOf = (id: string): string => `fieldConfig.defaults.${id}`;

export function MoreLooks({ raw, set }: MoreLooksProps) {
  const root = useRef<HTMLDetailsElement>(null);
  const offered = offeredProperties(text(raw, 'type'), shownAbove);
  const present = offered.filter((one) => at(raw, pathOf(one.id)) !== undefined);
  const absent = offered.filter((one) => !present.includes(one));
  const add = (id: string): void => {
    const spec = offered.find((one) => one.id === id);
    set(pathOf(id), clone(spec?.initial ?? null));
    requestAnimationFrame(() => {
      root.current?.querySelector<HTMLElement>(`[data-id="${id}"] :is(input, select, textarea, button)`)?.focus();
    });
  };
  return (
    <details ref={root} className={styles['more']}>
      <summary>More settings{present.length > 0 && ` (${present.length})`}</summary>
      <div className={styles['steps']}>
        {present.map((one) => (
          <div key={one.id} className={styles['setting']} data-id={one.id}>
            <span title={one.help}>{one.name}</span>
            <PropertyValue
              spec={one}
              name={one.name}
              value={at(raw, pathOf(one.id))}
              fieldNames={[]}
              onChange={(value) => set(pathOf(one.id), value)}
            />
            <IconButton label={`Remove ${one.name}`} onClick={() => set(pathOf(one.id), undefined)}>
              <X />
            </IconButton>
          </div>
        ))}
        <div className={styles['row']}>
          <PickMenu
            label="Search settings"
            items={absent.map((one) => ({ ...one, value: one.id, words: one.id }))}
            trigger={<Button icon={<Plus />}>Add setting</Button>}
            onPick={add}
          />
        </div>
      </div>
    </details>
  );
}
