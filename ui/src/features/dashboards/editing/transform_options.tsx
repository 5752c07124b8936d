// SPDX-License-Identifier: Apache-2.0
// The options of a transformation: a field for each that is one value, editors for the others.
import { useMemo, type ComponentType } from 'react';
import { fieldsOf } from '@/model/dashboard/editing/overrides';
import { shownOptions } from '@/model/dashboard/editing/transformations';
import type { TransformSpec } from '@/model/dashboard/editing/transform_catalog';
import type { Frame } from '@/model/dashboard/frame';
import { at, withValue, type JsonObject } from '@/model/dashboard/json';
import { ConversionOptions, SortOptions, TrendOptions } from './list_options';
import { FilterOptions } from './filter_options';
import { GroupOptions } from './group_options';
import { OptionField } from './option_field';
import { OrganizeOptions } from './organize_options';
import styles from './editing.module.css';

export interface OwnOptionsProps {
  options: JsonObject;
  /** The names of the fields before the step. */
  names: readonly string[];
  refIds: readonly string[];
  onChange: (options: JsonObject) => void;
}

const own: Record<string, ComponentType<OwnOptionsProps>> = {
  organize: OrganizeOptions,
  filterByValue: FilterOptions,
  groupBy: GroupOptions,
  sortBy: SortOptions,
  convertFieldType: ConversionOptions,
  timeSeriesTable: TrendOptions,
};

interface TransformOptionsProps {
  spec: TransformSpec;
  options: JsonObject;
  frames: readonly Frame[];
  refIds: readonly string[];
  onChange: (options: JsonObject) => void;
}

export function TransformOptions({ spec, options, frames, refIds, onChange }: TransformOptionsProps) {
  const names = useMemo(() => fieldsOf(frames).map((one) => one.name), [frames]);
  const Own = own[spec.id];
  const shown = shownOptions(spec.options, options);
  return (
    <>
      {shown.length > 0 && (
        <div className={styles['grid']}>
          {shown.map((one) => (
            <OptionField
              key={one.path}
              spec={one}
              value={at(options, one.path)}
              frames={frames}
              names={names}
              refIds={refIds}
              onChange={(value) => onChange(withValue(options, one.path, value))}
            />
          ))}
        </div>
      )}
      {Own && <Own options={options} names={names} refIds={refIds} onChange={onChange} />}
    </>
  );
}
