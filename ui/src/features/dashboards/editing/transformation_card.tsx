// SPDX-License-Identifier: Apache-2.0
// One transformation: its options, and the data after it.
import { Braces, Eye, EyeOff, Table } from 'lucide-react';
import { useState } from 'react';
import {
  optionsIn,
  refIdsOf,
  transformationText,
  withDisabled,
  withRefIds,
} from '@/model/dashboard/editing/transformations';
import { transformSpec } from '@/model/dashboard/editing/transform_catalog';
import type { Frame } from '@/model/dashboard/frame';
import { flag, isObject, text, type JsonObject } from '@/model/dashboard/json';
import { IconButton } from '@/widgets/button';
import { Notice } from '@/widgets/states';
import { ItemCard } from './item_card';
import { JsonField } from './json_field';
import { NamesField } from './names_field';
import { Named } from './small_fields';
import { StepPreview } from './step_preview';
import { TransformOptions } from './transform_options';
import type { Items } from './use_items';
import styles from './editing.module.css';

interface TransformationCardProps {
  step: JsonObject;
  index: number;
  items: Items<JsonObject>;
  before: readonly Frame[];
  after: readonly Frame[];
  refIds: readonly string[];
}

export function TransformationCard({ step, index, items, before, after, refIds }: TransformationCardProps) {
  const [isJson, setJson] = useState(false);
  const [isPreview, setPreview] = useState(false);
  const id = text(step, 'id');
  const spec = transformSpec(id);
  const name = `transformation ${index + 1}`;
  const isOff = flag(step, 'disabled');
  const set = (next: JsonObject): void => items.set(index, next);
  const only = refIdsOf(step);
  const asked = [...new Set(before.map((of) => of.refId))];
  return (
    <ItemCard
      what="transformation"
      index={index}
      count={items.keys.length}
      title={spec?.name ?? `“${id}”`}
      summary={isOff ? 'switched off' : transformationText(step)}
      isNew={items.newest === items.keys[index]}
      isOff={isOff}
      onMove={items.move}
      onDuplicate={() => items.duplicate(index)}
      onRemove={() => items.remove(index)}
      actions={
        <>
          <IconButton
            label={`Show the data after ${name}`}
            isPressed={isPreview}
            onClick={() => setPreview(!isPreview)}
          >
            <Table />
          </IconButton>
          <IconButton
            label={isOff ? `Switch ${name} on` : `Switch ${name} off`}
            onClick={() => set(withDisabled(step, !isOff))}
          >
            {isOff ? <EyeOff /> : <Eye />}
          </IconButton>
          <IconButton label={`JSON of ${name}`} isPressed={isJson} onClick={() => setJson(!isJson)}>
            <Braces />
          </IconButton>
        </>
      }
      after={isPreview && <StepPreview label={`Data after ${name}`} before={before} after={after} />}
    >
      {isJson || !spec ? (
        <>
          {!spec && (
            <Notice tone="warn" title={`The transformation “${id}” is not made here`}>
              It is kept as it is; the data passes unchanged.
            </Notice>
          )}
          <JsonField
            label={`JSON of ${name}`}
            rows={8}
            value={step}
            check={(value) => (isObject(value) ? null : 'A transformation is a JSON object.')}
            onChange={(value) => isObject(value) && set(value)}
          />
        </>
      ) : (
        <>
          <span className={styles['help']}>{/[.…]$/.test(spec.help) ? spec.help : `${spec.help}.`}</span>
          <TransformOptions
            spec={spec}
            options={optionsIn(step)}
            frames={before}
            refIds={refIds}
            onChange={(options) => set({ ...step, options })}
          />
          {(asked.length > 1 || only.length > 0) && (
            <Named name="Only for the queries">
              <NamesField
                label={`Only for the queries, ${name}`}
                placeholder="all"
                names={only}
                suggestions={asked.map((value) => ({ value }))}
                onChange={(next) => set(withRefIds(step, next))}
              />
            </Named>
          )}
        </>
      )}
    </ItemCard>
  );
}
