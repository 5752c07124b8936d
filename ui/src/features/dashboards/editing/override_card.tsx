// SPDX-License-Identifier: Apache-2.0
// One override: whom it is for, what it sets.
import { Braces, Plus, X } from 'lucide-react';
import { useRef, useState } from 'react';
import { offeredProperties, propertySpec } from '@/model/dashboard/editing/override_properties';
import {
  chosenFields,
  matcherIn,
  matcherName,
  matcherText,
  propertiesIn,
  withMatcherKind,
  withMatcherOptions,
  withoutProperty,
  withProperty,
  withPropertyValue,
} from '@/model/dashboard/editing/overrides';
import type { Frame } from '@/model/dashboard/frame';
import { clone, isObject, text, type JsonObject } from '@/model/dashboard/json';
import { Button, IconButton } from '@/widgets/button';
import { PickMenu } from '@/widgets/pick_menu';
import type { Suggestion } from '@/widgets/suggest_field';
import { ItemCard } from './item_card';
import { JsonField } from './json_field';
import { MatcherField } from './matcher_field';
import { PropertyValue } from './property_value';
import type { Items } from './use_items';
import styles from './editing.module.css';

interface OverrideCardProps {
  override: JsonObject;
  index: number;
  items: Items<JsonObject>;
  panelType: string;
  frames: readonly Frame[];
  fields: readonly Suggestion[];
  refIds: readonly string[];
}

export function OverrideCard({ override, index, items, panelType, frames, fields, refIds }: OverrideCardProps) {
  const [isJson, setJson] = useState(false);
  const root = useRef<HTMLDivElement>(null);
  /** The field of the property that was added, or the button that adds one. */
  const focusAdded = (isAdded: boolean): void => {
    requestAnimationFrame(() => {
      const rows = root.current?.querySelectorAll('[data-property]') ?? [];
      const row = rows[rows.length - 1];
      const field = isAdded
        ? row?.querySelector<HTMLElement>('input, select, textarea, button')
        : root.current?.querySelector<HTMLElement>('[data-add-property]');
      field?.focus();
    });
  };
  const name = `override ${index + 1}`;
  const matcher = matcherIn(override);
  const properties = propertiesIn(override);
  const ids = properties.map((one) => text(one, 'id'));
  const names = ids.map((id) => propertySpec(id)?.name ?? id);
  const set = (next: JsonObject): void => items.set(index, next);
  const isNew = items.newest === items.keys[index];
  return (
    <ItemCard
      what="override"
      index={index}
      count={items.keys.length}
      title={`${matcherName(text(matcher, 'id'))} ${matcherText(matcher)}`}
      summary={names.join(', ') || 'sets nothing yet'}
      isNew={isNew}
      isOpenAtFirst={items.keys.length === 1}
      onMove={items.move}
      onDuplicate={() => items.duplicate(index)}
      onRemove={() => items.remove(index)}
      actions={
        <IconButton label={`JSON of ${name}`} isPressed={isJson} onClick={() => setJson(!isJson)}>
          <Braces />
        </IconButton>
      }
    >
      {isJson ? (
        <JsonField
          label={`JSON of ${name}`}
          value={override}
          check={(value) => (isObject(value) ? null : 'An override is a JSON object.')}
          onChange={(value) => isObject(value) && set(value)}
        />
      ) : (
        <div ref={root} className={styles['steps']} style={{ gap: 12 }}>
          <MatcherField
            name={name}
            matcher={matcher}
            fields={fields}
            refIds={refIds}
            chosen={chosenFields(matcher, frames)}
            isDataThere={frames.length > 0}
            onKind={(id) => set(withMatcherKind(override, id))}
            onOptions={(options) => set(withMatcherOptions(override, options))}
          />
          {properties.map((property, at) => {
            const spec = propertySpec(ids[at] ?? '');
            const called = spec?.name ?? ids[at] ?? '';
            return (
              <div key={`${ids[at]} ${at}`} className={styles['property']} data-property>
                <span className={styles['propertyName']} title={spec?.help}>
                  {spec ? called : <code>{called}</code>}
                </span>
                <PropertyValue
                  spec={spec}
                  name={called}
                  value={property['value']}
                  fieldNames={fields}
                  onChange={(value) => set(withPropertyValue(override, at, value))}
                />
                <IconButton
                  label={`Remove ${called}`}
                  onClick={() => {
                    set(withoutProperty(override, at));
                    focusAdded(false);
                  }}
                >
                  <X />
                </IconButton>
              </div>
            );
          })}
          <div className={styles['row']}>
            <PickMenu
              label="Search properties"
              items={offeredProperties(panelType, ids).map((one) => ({ ...one, value: one.id, words: one.id }))}
              trigger={
                <Button icon={<Plus />} data-add-property>
                  Add property
                </Button>
              }
              onPick={(id) => {
                set(withProperty(override, id, clone(propertySpec(id)?.initial ?? null)));
                focusAdded(true);
              }}
            />
          </div>
        </div>
      )}
    </ItemCard>
  );
}
